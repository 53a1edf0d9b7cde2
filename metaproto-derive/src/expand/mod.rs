//! The implementation, as short calls into `metaproto_codec::wire`.

mod choice;
mod fixed;
mod patch;
mod place;
mod quick;
mod read;
mod roles;
pub(crate) mod seal;
mod sizes;
mod stand_in;
mod sweep;
mod values;
mod view;
mod write;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, GenericParam, Generics, Path, parse_quote};

pub(crate) use self::sizes::unit_min;
pub(crate) use self::stand_in::stand_in;
use crate::ast::{Field, Header, Input, Named};
use crate::attr::{Codes, Form, Order};
use crate::rustdoc;

/// What is not on every message's way is `inline` for the sake of compilation: it costs nothing until somebody calls it.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let (outside, inside) = match input {
        Input::Header(header) => expand_header(header),
        Input::Choice(choice) => choice::expand(choice),
    };
    quote! {
        #outside
        // Codes and maxima are expressions of the author's, of whatever type: all become one. The other lints ask for forms
        // that fit some declarations and not others.
        #[allow(
            unused_imports,
            clippy::cast_lossless,
            clippy::collapsible_if,
            clippy::elidable_lifetime_names,
            clippy::expl_impl_clone_on_copy,
            clippy::manual_range_contains,
            clippy::match_same_arms,
            clippy::question_mark,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_cast,
            clippy::unnecessary_wraps
        )]
        const _: () = {
            use ::metaproto_codec::private::{Err, None, Ok, Option, Result, Some, Vec};
            use ::metaproto_codec::{private, schema, wire};
            #inside
        };
    }
}

/// What stands beside the type, and what needs no name.
fn expand_header(header: &Header) -> (TokenStream, TokenStream) {
    let checks = header
        .fields
        .iter()
        .map(|field| crate::checks::checks(header, field));
    // A derive cannot document the struct itself; rustdoc shows on its page what documents a block.
    let layout = rustdoc::layout(header);
    let part = expand_part(header, (!patch::is_supported(header)).then_some(&layout));
    let read = read::expand(header);
    let roles = (!header.part).then(|| roles::expand(header));
    let patch_type = patch::type_of(header);
    let patch = patch::expand(header, &layout);
    let view_type = view::type_of(header, &layout);
    let (copy, view) = (view::copy(header), view::getters(header));
    (
        quote! { #view_type #patch_type },
        quote! { #(#checks)* #part #copy #read #view #roles #patch },
    )
}

fn expand_part(header: &Header, layout: Option<&TokenStream>) -> TokenStream {
    let ident = &header.named.ident;
    let name = ident.to_string();
    let generics = part_generics(&header.named);
    let (params, arguments, bounds) = generics.split_for_impl();
    let min = sizes::least(header);
    let max = sizes::most(header.header_fields());
    let write = match fixed::is_fixed(header) {
        true => fixed::write(header),
        false => write::body(header),
    };
    let is_quick = quick::is_quick(header).then(|| quote! { const IS_QUICK: bool = true; });
    let template = template(header);
    let shown = header.fields.iter().map(values::shown);
    let schema = header
        .fields
        .iter()
        .map(|field| crate::schema::field(header, field));
    quote! {
        #layout
        impl #params ::metaproto_codec::Part for #ident #arguments #bounds {
            const MIN_LEN: usize = #min;
            const MAX_LEN: usize = #max;
            const SCHEMA: ::metaproto_codec::Schema =
                ::metaproto_codec::Schema { name: #name, fields: &private::declared([#(#schema),*]) };
            #is_quick

            fn write(&self, writer: &mut wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> {
                #write
                Ok(())
            }

            #[inline]
            fn template() -> Self {
                #template
            }

            #[inline]
            fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
                private::fields([#(#shown),*])
            }
        }
    }
}

/// `Part::template`: a condition may ask for a field where all else is zero.
fn template(header: &Header) -> TokenStream {
    let names = header.fields.iter().map(|field| &field.ident);
    let values = header.fields.iter().map(values::template);
    let part = quote! { Self { #(#names: #values),* } };
    let of = quote! { part };
    let settle: TokenStream = header
        .fields
        .iter()
        .map(|field| values::settle(header, field, &of))
        .collect();
    match settle.is_empty() {
        true => part,
        false => quote! { let mut part = #part; #settle part },
    }
}

// Generics.

/// The type's generics, its type parameters being parts.
fn part_generics(named: &Named) -> Generics {
    let mut generics = named.generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(parse_quote!(::metaproto_codec::Part));
    }
    generics
}

/// The type's generics with the lifetime of the bytes, its type parameters being parts that can be read from these.
fn read_generics(named: &Named) -> Generics {
    let lifetime = &named.lifetime;
    let mut generics = named.generics.clone();
    for param in generics.type_params_mut() {
        param
            .bounds
            .push(parse_quote!(::metaproto_codec::Read<#lifetime>));
        param.bounds.push(parse_quote!(::core::clone::Clone));
        param.bounds.push(parse_quote!(::core::fmt::Debug));
        param.default = None;
    }
    if !named.is_borrowed() {
        generics
            .params
            .insert(0, GenericParam::Lifetime(parse_quote!(#lifetime)));
    }
    generics
}

/// The arguments of the type itself.
fn own_arguments(named: &Named) -> TokenStream {
    let (_, arguments, _) = named.generics.split_for_impl();
    quote! { #arguments }
}

/// The name of the view's type, with its arguments.
fn view_of(named: &Named) -> TokenStream {
    let view = view_name(&named.ident);
    let generics = read_generics(named);
    let (_, arguments, _) = generics.split_for_impl();
    quote! { #view #arguments }
}

fn view_name(ident: &Ident) -> Ident {
    format_ident!("{ident}View")
}

// Small pieces.

pub(crate) fn order(order: Order) -> TokenStream {
    match order {
        Order::Big => quote! { wire::Order::Big },
        Order::Little => quote! { wire::Order::Little },
    }
}

/// A length or count in this form, as a `wire::Prefix`.
pub(crate) fn prefix_in(form: Form, order: Order, max: &TokenStream) -> TokenStream {
    match form {
        Form::Fixed(width) => {
            let order = self::order(order);
            quote! { wire::Prefix::new(#width, #order, #max) }
        }
        form => {
            let form = varint_form(form);
            quote! { wire::Prefix::of(wire::Form::Varint(#form), #max) }
        }
    }
}

/// The prefix of a field, with its scale and offset.
pub(crate) fn prefix(field: &Field, form: Form) -> TokenStream {
    let prefix = prefix_in(form, field.order, &max(field));
    let (scale, offset) = (&field.attrs.scale, &field.attrs.offset);
    if scale.is_none() && offset.is_none() {
        return prefix;
    }
    let (scale, offset) = scale_and_offset(field);
    quote! { #prefix.scaled(#scale, #offset) }
}

/// What the length of a field is multiplied with, and what is added.
pub(crate) fn scale_and_offset(field: &Field) -> (TokenStream, TokenStream) {
    let scale = match &field.attrs.scale {
        Some(scale) => quote! { #scale },
        None => quote! { 1 },
    };
    let offset = match &field.attrs.offset {
        Some(offset) => quote! { (#offset) },
        None => quote! { 0 },
    };
    (scale, offset)
}

pub(crate) fn varint_form(form: Form) -> TokenStream {
    match form {
        Form::Vlq => quote! { wire::VarintForm::Vlq },
        _ => quote! { wire::VarintForm::Leb128 },
    }
}

/// The wire bits `raw` at their place in a group.
fn shifted(raw: &TokenStream, shift: u32) -> TokenStream {
    match shift {
        0 => raw.clone(),
        _ => quote! { #raw << #shift },
    }
}

/// A stated number as `i128`.
pub(crate) fn wide(value: &Expr) -> TokenStream {
    match value {
        Expr::Lit(_) | Expr::Path(_) | Expr::Paren(_) => quote! { #value as i128 },
        _ => quote! { (#value) as i128 },
    }
}

/// Where the compiler shows what is wrong with `tokens`; names there mean what they mean everywhere in the expansion, also
/// where the declaration stands in a macro.
pub(crate) fn at(tokens: impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// A function or constant of the module of `with`, at which the compiler points where it is missing.
pub(crate) fn of_module(module: &Path, name: &str) -> TokenStream {
    let name = Ident::new(name, module.span());
    quote! { #module::#name }
}

pub(crate) fn bytes_literal(bytes: &[u8]) -> proc_macro2::Literal {
    proc_macro2::Literal::byte_string(bytes)
}

pub(crate) fn max(field: &Field) -> TokenStream {
    field
        .attrs
        .max
        .as_ref()
        .map_or_else(|| quote! { 0 }, |max| quote! { #max })
}

/// What is added to the value of a length that is a role.
pub(crate) fn offset(field: &Field) -> TokenStream {
    field
        .attrs
        .offset
        .as_ref()
        .map_or_else(|| quote! { 0 }, wide)
}

/// The wire bits of the constant of a number field.
pub(crate) fn constant_bits(field: &Field, constant: &Expr) -> TokenStream {
    match field.repr() {
        Some(repr) if field.is_float() => quote! { <#repr>::to_bits(#constant) as u128 },
        _ => code(constant, field.bit_count()),
    }
}

/// The constant of a byte array, whose length `checks` compares with the field's.
fn constant_array(constant: &Expr, len: &Expr) -> TokenStream {
    quote! { private::array::<{ #len }>(::core::convert::AsRef::<[u8]>::as_ref(&#constant)) }
}

/// The wire bits of a stated code.
pub(crate) fn code(value: &Expr, bits: u32) -> TokenStream {
    let value = wide(value);
    quote! { wire::code(#value, #bits) }
}

pub(crate) fn find<'c>(codes: &'c Codes, name: &str) -> Option<&'c Expr> {
    codes
        .iter()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value)
}

/// `(code, kind)` for each code of a `message_type`.
pub(crate) fn kind_table(codes: &Codes, bits: u32) -> TokenStream {
    let rows = codes.iter().map(|(kind, value)| {
        let (kind, value) = (kind_of(kind), code(value, bits));
        quote! { (#value, #kind) }
    });
    quote! { &[#(#rows),*] }
}

fn kind_of(name: &Ident) -> TokenStream {
    let variant = if name == "oneway" {
        Ident::new("OneWay", name.span())
    } else {
        variant(name)
    };
    quote! { ::metaproto_codec::MessageType::#variant }
}

/// `route_not_found` to `RouteNotFound`.
pub(crate) fn variant(name: &Ident) -> Ident {
    let camel = name
        .to_string()
        .split('_')
        .fold(String::new(), |mut camel, word| {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            camel.extend(letters);
            camel
        });
    Ident::new(&camel, name.span())
}

/// The local variable of a field: of another hygiene than the other locals, with which it so cannot clash.
fn local_of(name: &Ident) -> Ident {
    Ident::new(&name.to_string(), Span::mixed_site())
}

/// The local of a field's wire bits.
fn raw_of(name: &Ident) -> Ident {
    Ident::new(&format!("{name}_raw"), Span::mixed_site())
}

/// The local of the length that a field states.
fn length_of(name: &Ident) -> Ident {
    Ident::new(&format!("{name}_len"), Span::mixed_site())
}
