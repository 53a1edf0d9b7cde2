//! `Read`: bytes are checked once, as a view, of which the struct is then made.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::place::Place;
use super::roles::is_open_map;
use super::{
    at, bytes_literal, code, constant_array, constant_bits, kind_table, length_of, local_of, max,
    of_module, offset, order, own_arguments, prefix, prefix_in, quick, raw_of, read_generics,
    roles, scale_and_offset, seal, sweep, unit_min, varint_form, view, view_of,
};
use crate::ast::{Field, Header, Presence};
use crate::attr::{ItemAttr, Order};
use crate::shape::{Extent, Item, Shape, is_borrowed, scalar_bytes};

pub(super) fn expand(header: &Header) -> TokenStream {
    let named = &header.named;
    let (ident, arguments, lifetime) = (&named.ident, own_arguments(named), &named.lifetime);
    let generics = read_generics(named);
    let (params, _, bounds) = generics.split_for_impl();
    let view = view_of(named);
    let view_ident = super::view_name(ident);
    let names: Vec<_> = header.fields.iter().map(|field| &field.ident).collect();
    let locals = header.fields.iter().map(|field| local_of(&field.ident));
    let made = header.fields.iter().map(made);
    // What is quick is checked by its schema, and all of it is bare.
    let slow = (!quick::is_quick(header)).then(|| {
        let walk = walk(header);
        quote! {
            fn check(cursor: &mut wire::Cursor<#lifetime>) -> Result<Self::View, wire::Stop> {
                #walk
                Ok(#view_ident { #(#locals,)* _message: ::core::marker::PhantomData })
            }

            #[allow(unused_variables)]
            fn from_view(
                view: &Self::View,
                message: Option<&private::Bytes>,
            ) -> Result<Self, ::metaproto_codec::CodecError> {
                Ok(Self { #(#names: #made),* })
            }
        }
    });
    let bare = header.fields.iter().map(super::values::bare);
    let elements = header
        .fields
        .iter()
        .filter_map(|field| element(header, field));
    let index = (!header.part).then(|| roles::index(header));
    let quick = quick::read(header).or_else(|| sweep::read(header));
    quote! {
        impl #params ::metaproto_codec::Read<#lifetime> for #ident #arguments #bounds {
            type View = #view;

            #slow

            #[inline]
            #[allow(unused_variables)]
            fn bare(view: &Self::View) -> Self {
                Self { #(#names: #bare),* }
            }

            #index
            #quick
        }

        #(#elements)*
    }
}

/// Reads all fields, each into a local of its name.
fn walk(header: &Header) -> TokenStream {
    let edges = seal::edges(header);
    let start = edges.start(quote! { cursor.position() });
    let no_body = header.has_no_body().then(|| quote! { cursor.no_body(); });
    let announced = header
        .trailers()
        .filter(|field| field.is_always())
        .map(expect_trailer);
    let read = |field: &Field| {
        let (before, after) = edges.around(field, quote! { cursor.position() });
        let read = read_field(header, field);
        let announced = conditional_trailers(header, Some(field));
        quote! { #before #read #after #announced }
    };
    let fields = header.header_fields().map(read);
    let unconditional = conditional_trailers(header, None);
    let needs_end =
        !header.part && (header.trailers().next().is_some() || header.checksums().next().is_some());
    let body = needs_end.then(|| quote! { cursor.body()?; });
    let trailers = header.trailers().map(read);
    let verify = header.checksums().map(|field| seal::verify(header, field));
    quote! {
        #start
        #no_body
        #(#announced)*
        #(#fields)*
        #unconditional
        #body
        #(#trailers)*
        #(#verify)*
    }
}

/// Announces the trailers whose conditions are known after `field`; after all fields those that rest on none.
fn conditional_trailers(header: &Header, field: Option<&Field>) -> TokenStream {
    let known = header.trailers().filter(|trailer| {
        let Presence::When(condition) = &trailer.presence else {
            return false;
        };
        let rests_on = condition
            .fields
            .iter()
            .filter_map(|name| header.field(name));
        rests_on.map(|field| field.index).max() == field.map(|field| field.index)
    });
    let announced = known.map(|trailer| {
        let (there, expect) = (
            condition(header, trailer, quote! {}),
            expect_trailer(trailer),
        );
        quote! { if #there { #expect } }
    });
    quote! { #(#announced)* }
}

fn expect_trailer(field: &Field) -> TokenStream {
    let (label, bytes) = (field.ident.to_string(), trailer_len(field));
    quote! { cursor.expect_trailer(#label, #bytes)?; }
}

/// Bytes of a field behind the body.
fn trailer_len(field: &Field) -> TokenStream {
    match &field.shape {
        Shape::Array { len } => quote! { (#len) },
        Shape::Scalar { bytes, .. } => quote! { #bytes },
        _ => quote! { 0 },
    }
}

fn read_field(header: &Header, field: &Field) -> TokenStream {
    let name = &local_of(&field.ident);
    let label = name.to_string();
    let begin = match &field.shape {
        Shape::Bits { first: false, .. } => quote! { cursor.within(#label); },
        Shape::Bits { group, .. } => {
            let (local, order) = (group_of(header, field), order(field.order));
            quote! { cursor.field(#label); let #local = cursor.raw::<#group>(#order)?; }
        }
        _ => quote! { cursor.field(#label); },
    };
    let align = field
        .attrs
        .align
        .as_ref()
        .map(|align| quote! { cursor.align(start, #align)?; });
    match &field.presence {
        Presence::Always => {
            let value = read_shape(header, field, None);
            let hooks = number_hooks(header, field);
            quote! { #begin let #name = #value; #hooks #align }
        }
        Presence::When(_) | Presence::Room => {
            let there = match &field.presence {
                Presence::Room => quote! { cursor.has_room()? },
                _ => condition(header, field, quote! {}),
            };
            let value = read_shape(header, field, None);
            let hooks = number_hooks(header, field);
            quote! {
                #begin
                let is_there = #there;
                let #name = if is_there { let #name = #value; #hooks #align Some(#name) } else { None };
            }
        }
        Presence::Null(null) => {
            let Some(Extent::Prefix(form)) = field.shape.extent() else {
                return TokenStream::new();
            };
            let (prefix, unit) = (prefix(field, *form), unit_min(field));
            let null = code(null, form.bits());
            let value = read_shape(header, field, Some(quote! { length }));
            quote! {
                #begin
                let #name = match cursor.length_or_null(#prefix, #unit, #null)? {
                    Some(length) => { let #name = #value; #align Some(#name) }
                    None => None,
                };
            }
        }
    }
}

/// The condition of a field, with the fields on which it rests as locals: `of` is what they belong to.
pub(super) fn condition(header: &Header, field: &Field, of: TokenStream) -> TokenStream {
    let Presence::When(condition) = &field.presence else {
        return quote! { true };
    };
    let bindings = condition.fields.iter().map(|name| {
        let value = if of.is_empty() {
            let local = local_of(name);
            quote! { #local }
        } else {
            match header.field(name) {
                Some(field) => told(header, field, &of),
                None => quote! { #of.#name },
            }
        };
        quote! { let #name = #value; }
    });
    let expr = &condition.expr;
    let bindings: Vec<_> = bindings.collect();
    if bindings.is_empty() {
        return quote! { (#expr) };
    }
    quote! { { #(#bindings)* #expr } }
}

/// The number of a field of the struct `of` as it is written: that of a tag is the one of what was chosen.
fn told(header: &Header, field: &Field, of: &TokenStream) -> TokenStream {
    let (name, bits) = (&field.ident, field.bit_count());
    let own = super::values::plain(field, &quote! { #of.#name });
    match (header.chosen_by(name), field.repr()) {
        (Some(chosen), Some(repr)) if chosen.is_always() => {
            let chosen = &chosen.ident;
            quote! { private::from_code::<#repr>(private::tag(Some(&#of.#chosen), 0), #bits) }
        }
        _ => own,
    }
}

/// An expression that reads the field's value as its view has it; `length` is that of what varies, where it was read.
fn read_shape(header: &Header, field: &Field, length: Option<TokenStream>) -> TokenStream {
    let lifetime = &header.named.lifetime;
    let order = order(field.order);
    let ty = &field.ty;
    match &field.shape {
        Shape::Scalar { repr, bytes } => {
            let value = match &field.attrs.constant {
                None => quote! { cursor.scalar::<#repr, #bytes>(#order)? },
                Some(constant) => {
                    let code = constant_bits(field, constant);
                    quote! { cursor.constant_scalar::<#repr, #bytes>(#code, #order)? }
                }
            };
            scaled(field, value)
        }
        Shape::Bits {
            repr, bits, shift, ..
        } => {
            let group_local = group_of(header, field);
            let check = field.attrs.constant.as_ref().map(|constant| {
                let code = constant_bits(field, constant);
                quote! { cursor.constant_bits(wire::bits(#group_local, #shift, #bits), #code)?; }
            });
            let value = scaled(
                field,
                quote! { cursor.value::<#repr>(wire::bits(#group_local, #shift, #bits), #bits)? },
            );
            if check.is_some() {
                quote! { { #check #value } }
            } else {
                value
            }
        }
        Shape::Varint {
            repr,
            form,
            zigzag,
            bytes,
        } => {
            let (form, bits) = (varint_form(*form), field.bit_count());
            let raw = if *zigzag {
                quote! { wire::unzigzag(raw.into(), #bits) }
            } else {
                quote! { raw.into() }
            };
            let value = quote! {
                { let raw = cursor.varint_of(#form, #bits, #bytes)?; cursor.value::<#repr>(#raw, #bits)? }
            };
            scaled(field, value)
        }
        Shape::Array { len } => match &field.attrs.constant {
            None => quote! { cursor.take_array::<{ #len }>()? },
            Some(constant) => {
                let array = constant_array(constant, len);
                quote! { cursor.constant_array(#array)? }
            }
        },
        Shape::Octets { text, extent } => {
            let max = max(field);
            let bytes = match extent {
                Extent::Until(mark) => {
                    let mark = bytes_literal(mark);
                    quote! { cursor.until(#mark, #max)? }
                }
                Extent::Padded { bytes, pad } => quote! { cursor.padded(#bytes, #pad)? },
                Extent::Prefix(form) if length.is_none() => {
                    let prefix = prefix(field, *form);
                    if *text {
                        return quote! { cursor.prefixed_text(#prefix)?.into() };
                    }
                    quote! { cursor.prefixed(#prefix)? }
                }
                _ => {
                    let length = read_length(header, field, length);
                    quote! { { #length cursor.take(length)? } }
                }
            };
            let must_be_text = *text || field.attrs.operation.is_some();
            match (text, must_be_text) {
                (true, _) => quote! { { let bytes = #bytes; cursor.text(bytes)?.into() } },
                (false, true) => quote! { { let bytes = #bytes; cursor.text(bytes)?; bytes } },
                (false, false) => bytes,
            }
        }
        Shape::List { extent, bytes, .. } | Shape::Map { extent, bytes, .. } => {
            let index = field.index;
            let list = quote! { <Self, #index> };
            if let Extent::Until(mark) = extent {
                let (mark, max) = (bytes_literal(mark), max(field));
                return quote! { cursor.items_until::#list(#mark, #max)? };
            }
            let length = read_length(header, field, length);
            let verb = if *bytes {
                format_ident!("items_filling")
            } else {
                format_ident!("items")
            };
            quote! { { #length cursor.#verb::#list(length)? } }
        }
        Shape::Nested { extent } => {
            let check =
                quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<#lifetime>>::check };
            if extent.is_none() {
                return quote! { cursor.nested(#check)? };
            }
            let length = read_length(header, field, length);
            quote! { { #length cursor.block(length, |block| block.nested(#check))? } }
        }
        Shape::Choice { tag } => {
            let raw = raw_of(tag);
            quote! {
                cursor.nested(|cursor| {
                    <#ty as ::metaproto_codec::ReadChoice<#lifetime>>::check(#raw, cursor)
                })?
            }
        }
        Shape::Custom { module } => {
            let read = of_module(module, "read");
            quote! { #read(cursor)? }
        }
    }
}

/// The local of the bytes that a group of bit fields shares.
fn group_of(header: &Header, field: &Field) -> proc_macro2::Ident {
    let first = header
        .fields
        .iter()
        .find(|other| other.place == field.place)
        .unwrap_or(field);
    proc_macro2::Ident::new(
        &format!("{}_group", first.ident),
        proc_macro2::Span::mixed_site(),
    )
}

/// The value of a number with a scale. `checks` makes sure that it fits.
fn scaled(field: &Field, value: TokenStream) -> TokenStream {
    match field.scale() {
        Some(scale) => quote! { #value.wrapping_mul(#scale) },
        None => value,
    }
}

/// The statement that makes the local `length` that of what varies: read here, claimed where it stands, or what is left.
fn read_length(header: &Header, field: &Field, given: Option<TokenStream>) -> TokenStream {
    // What was given is the local `length` already.
    if given.is_some() {
        return TokenStream::new();
    }
    let (max, unit) = (max(field), unit_min(field));
    match field.shape.extent() {
        Some(Extent::Prefix(form)) => {
            let prefix = prefix(field, *form);
            quote! { let length = cursor.length(#prefix, #unit)?; }
        }
        Some(Extent::Field(name)) if field.is_always() => {
            let length = length_of(name);
            quote! { let length = #length; }
        }
        Some(Extent::Field(name)) => {
            let claim = claim(header, field, name);
            quote! { let length = #claim; }
        }
        _ => quote! { let length = cursor.left(#max)?; },
    }
}

/// Claims the length of `field` that stands in `name`.
fn claim(header: &Header, field: &Field, name: &proc_macro2::Ident) -> TokenStream {
    let (max, unit) = (max(field), unit_min(field));
    let (scale, offset) = scale_and_offset(field);
    let local = local_of(name);
    let value = match header.field(name) {
        Some(_) => quote! { u128::from(#local) },
        None => quote! { 0 },
    };
    let value = if field.attrs.scale.is_none() && field.attrs.offset.is_none() {
        value
    } else {
        quote! { cursor.length_of(#value, #scale, #offset)? }
    };
    quote! { cursor.claim(#value, #unit, #max)? }
}

/// What follows from a number as soon as it is read.
fn number_hooks(header: &Header, field: &Field) -> TokenStream {
    let name = &local_of(&field.ident);
    let raw = raw_of(&field.ident);
    let attrs = &field.attrs;
    let bits = field.bit_count();
    let mut hooks = TokenStream::new();
    if header.chosen_by(&field.ident).is_some()
        || attrs.message_type.is_some()
        || attrs.checksum.is_some()
    {
        // Of a signed field that is narrower than its type, the bits of the field and not the extended sign.
        hooks.extend(quote! { let #raw = wire::bits(wire::Scalar::to_raw(#name), 0, #bits); });
    }
    if let Some((_, codes)) = &attrs.message_type {
        let table = kind_table(codes, bits);
        hooks.extend(quote! { cursor.known(#raw, #table)?; });
    }
    if let Some((role, _)) = field.length_role() {
        let (verb, offset, max) = (format_ident!("{role}"), offset(field), max(field));
        let value = match &field.shape {
            Shape::Custom { module } => {
                let length = of_module(module, "length");
                quote! { #length(&#name) }
            }
            _ => quote! { u128::from(#name) },
        };
        hooks.extend(quote! { cursor.#verb(#value, #offset, #max)?; });
    }
    if let Some(measured) = header.measured_by(&field.ident).filter(|it| it.is_always()) {
        let length = length_of(&field.ident);
        let claim = claim(header, measured, &field.ident);
        hooks.extend(quote! { let #length = #claim; });
    }
    hooks
}

// Items of lists.

/// How the items of a list are read.
fn element(header: &Header, field: &Field) -> Option<TokenStream> {
    let named = &header.named;
    let (ident, arguments, lifetime) = (&named.ident, own_arguments(named), &named.lifetime);
    let generics = read_generics(named);
    let (params, _, bounds) = generics.split_for_impl();
    let index = field.index;
    let (ty, read) = match &field.shape {
        Shape::List { item, .. } => (
            view::item_type(item, false, lifetime),
            read_item(item, false, field.order, lifetime),
        ),
        Shape::Map { key, value, .. } => {
            let is_open = is_open_map(field);
            let [key_type, value_type] =
                [key, value].map(|item| view::item_type(item, is_open, lifetime));
            let [key, value] =
                [key, value].map(|item| read_item(item, is_open, field.order, lifetime));
            (
                quote! { (#key_type, #value_type) },
                quote! { { let key = #key; let value = #value; (key, value) } },
            )
        }
        _ => return None,
    };
    let skip = sweep::skip(header, field);
    Some(quote! {
        impl #params wire::Element<#lifetime, #index> for #ident #arguments #bounds {
            type Item = #ty;

            #[inline]
            fn element(cursor: &mut wire::Cursor<#lifetime>) -> Result<Self::Item, wire::Stop> {
                let item = #read;
                Ok(item)
            }

            #skip
        }
    })
}

/// An expression that reads an item. What a peer puts into an open map need not be text, or a message could be refused for
/// a property that nobody asked for.
fn read_item(item: &Item, is_open: bool, order: Order, lifetime: &syn::Lifetime) -> TokenStream {
    match item {
        Item::Scalar { repr, bytes } => {
            let order = super::order(order);
            quote! { cursor.scalar::<#repr, #bytes>(#order)? }
        }
        Item::Varint { repr, form } => {
            let (form, bits) = (
                varint_form(*form),
                8 * scalar_bytes(repr).unwrap_or(8) as u32,
            );
            let bytes = bits.div_ceil(7) as usize;
            quote! {
                { let raw = cursor.varint_of(#form, #bits, #bytes)?; cursor.value::<#repr>(raw.into(), #bits)? }
            }
        }
        Item::Octets { text, attr, .. } => {
            let bytes = match attr {
                ItemAttr::Prefix { form, max } => {
                    let prefix = prefix_in(*form, order, &quote! { #max });
                    if *text && !is_open {
                        return quote! { cursor.prefixed_text(#prefix)? };
                    }
                    quote! { cursor.prefixed(#prefix)? }
                }
                ItemAttr::Until { mark, max } => {
                    let mark = bytes_literal(mark);
                    quote! { cursor.until(#mark, #max)? }
                }
                ItemAttr::Varint(_) => return TokenStream::new(),
            };
            if *text && !is_open {
                quote! { { let bytes = #bytes; cursor.text(bytes)? } }
            } else {
                bytes
            }
        }
        Item::Nested { ty } => {
            quote! { cursor.nested(<#ty as ::metaproto_codec::Read<#lifetime>>::check)? }
        }
    }
}

// From the view to the struct.

/// The field's value, of what the view has.
pub(super) fn made(field: &Field) -> TokenStream {
    let name = &field.ident;
    if field.is_always() {
        return made_of(field, &Place::of(quote! { view.#name }));
    }
    let is_kept = match &field.shape {
        Shape::Octets { text, .. } => !text && is_borrowed(&field.ty),
        Shape::Array { .. } => true,
        _ => field.repr().is_some() && field.attrs.code.is_none(),
    };
    if is_kept {
        return quote! { view.#name };
    }
    let value = made_of(field, &Place::behind(quote! { value }));
    if field.repr().is_some() || matches!(field.shape, Shape::Octets { .. } | Shape::Custom { .. })
    {
        return quote! { view.#name.as_ref().map(|value| #value) };
    }
    quote! { match &view.#name { Some(value) => Some(#value), None => None } }
}

/// The field's value of `place`, an expression for what the view has of it.
pub(super) fn made_of(field: &Field, place: &Place) -> TokenStream {
    let ty = &field.ty;
    let (found, reference, base) = (&place.value, &place.reference, &place.base);
    match &field.shape {
        Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } | Shape::Varint { repr, .. } => {
            if field.attrs.code.is_some() {
                quote_spanned! {at(ty)=> <#ty as private::Code<#repr>>::of(#found) }
            } else {
                found.clone()
            }
        }
        Shape::Array { .. } => found.clone(),
        Shape::Octets { text: true, .. } if is_borrowed(ty) => quote! { #base.as_str() },
        Shape::Octets { .. } if is_borrowed(ty) => found.clone(),
        Shape::Octets { .. } => quote! { private::owned::<#ty>(#reference, message) },
        Shape::List {
            item: Item::Nested { ty },
            ..
        } => quote! {
            #base
                .iter()
                .map(|item| <#ty as ::metaproto_codec::Read<'_>>::from_view(&item, message))
                .collect::<Result<_, ::metaproto_codec::CodecError>>()?
        },
        Shape::List { item, .. } => {
            let (value, _) = made_item(field, item, base, &quote! { item });
            if is_kept(item) {
                return quote! { #base.iter().collect() };
            }
            quote! { #base.iter().map(|item| #value).collect() }
        }
        Shape::Map {
            key: key_item,
            value: value_item,
            ..
        } => {
            let (key, key_fails) = made_item(field, key_item, base, &quote! { key });
            let (value, value_fails) = made_item(field, value_item, base, &quote! { value });
            if key_fails || value_fails {
                quote! {
                    #base.iter().map(|(key, value)| Ok((#key, #value))).collect::<Result<_, ::metaproto_codec::CodecError>>()?
                }
            } else if is_kept(key_item) && is_kept(value_item) {
                quote! { #base.iter().collect() }
            } else {
                quote! { #base.iter().map(|(key, value)| (#key, #value)).collect() }
            }
        }
        Shape::Nested { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<'_>>::from_view(#reference, message)? }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::ReadChoice<'_>>::from_view(#reference, message)? }
        }
        Shape::Custom { .. } => quote! { ::core::clone::Clone::clone(#reference) },
    }
}

/// Whether an item is in the struct what it is in the view.
fn is_kept(item: &Item) -> bool {
    match item {
        Item::Octets { ty, .. } => is_borrowed(ty),
        Item::Nested { .. } => false,
        Item::Scalar { .. } | Item::Varint { .. } => true,
    }
}

/// The value of an item, and whether making it can fail.
fn made_item(
    field: &Field,
    item: &Item,
    list: &TokenStream,
    value: &TokenStream,
) -> (TokenStream, bool) {
    match item {
        Item::Octets { ty, .. } if !is_borrowed(ty) && is_open_map(field) => {
            let label = field.ident.to_string();
            (
                quote! { #list.owned::<#ty>(#label, &#value, message)? },
                true,
            )
        }
        Item::Octets { ty, .. } if !is_borrowed(ty) => {
            (quote! { private::owned::<#ty>(&#value, message) }, false)
        }
        Item::Nested { ty } => (
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<'_>>::from_view(&#value, message)? },
            true,
        ),
        _ => (value.clone(), false),
    }
}
