//! An enum of parts: `Choice`, and `Part` where its tag stands before it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;

use super::{
    at, code, order, own_arguments, part_generics, read_generics, varint_form, view_name, view_of,
};
use crate::ast::{Alternative, Choice, Tag};
use crate::attr::Form;
use crate::rustdoc;

pub(super) fn expand(choice: &Choice) -> (TokenStream, TokenStream) {
    let implementation = implementation(choice);
    let read = read(choice);
    let part = choice.tag.as_ref().map(|tag| part(choice, tag));
    let checks = crate::checks::tags(choice);
    (
        view_type(choice),
        quote! { #checks #implementation #read #part },
    )
}

fn has_no_part(choice: &Choice) -> bool {
    choice.other.is_none() && choice.alternatives.iter().all(|it| it.part.is_none())
}

fn view_type(choice: &Choice) -> TokenStream {
    let named = &choice.named;
    let (ident, vis, lifetime) = (&named.ident, &named.vis, &named.lifetime);
    let view = view_name(ident);
    let generics = read_generics(named);
    let bounds = &generics.where_clause;
    let doc =
        format!("The checked alternative of a [`{ident}`] as it lies in the bytes of a message.");
    let alternatives = choice
        .alternatives
        .iter()
        .map(|Alternative { ident, part, .. }| {
            let doc = format!("`{ident}`.");
            match part {
                Some(part) => quote! {
                    #[doc = #doc] #ident(<#part as ::metaproto_codec::Read<#lifetime>>::View)
                },
                None => quote! { #[doc = #doc] #ident },
            }
        });
    let other = choice.other.as_ref().map(|(ident, tag, part)| {
        quote! {
            /// Any other tag, with what follows it.
            #ident(#tag, <#part as ::metaproto_codec::Read<#lifetime>>::View),
        }
    });
    // An enum without parts has no bytes to borrow.
    let lifetime_only = has_no_part(choice).then(|| {
        quote! {
            #[doc(hidden)]
            _Message(::core::convert::Infallible, ::core::marker::PhantomData<&#lifetime [u8]>),
        }
    });
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        #[allow(clippy::large_enum_variant)]
        #vis enum #view #generics #bounds {
            #(#alternatives,)*
            #other
            #lifetime_only
        }
    }
}

fn implementation(choice: &Choice) -> TokenStream {
    let named = &choice.named;
    let ident = &named.ident;
    let generics = part_generics(named);
    let (params, arguments, bounds) = generics.split_for_impl();
    let bits = choice.tag_bits();
    let parts = || {
        let stated = choice.alternatives.iter().map(|it| it.part.as_ref());
        stated.chain(choice.other.as_ref().map(|(.., part)| Some(part)))
    };
    let min = parts().map(|part| match part {
        Some(part) => quote_spanned! {at(part)=> <#part as ::metaproto_codec::Part>::MIN_LEN },
        None => quote! { 0 },
    });
    let max = parts().map(|part| match part {
        Some(part) => quote_spanned! {at(part)=> <#part as ::metaproto_codec::Part>::MAX_LEN },
        None => quote! { 0 },
    });
    let rows = choice
        .alternatives
        .iter()
        .map(|Alternative { ident, tag, part }| {
            let (name, tag) = (ident.to_string(), code(tag, bits));
            let part = match part {
                Some(part) => quote! { Some(&<#part as ::metaproto_codec::Part>::SCHEMA) },
                None => quote! { None },
            };
            quote! { schema::Alternative { tag: #tag, name: #name, part: #part } }
        });
    let other = match &choice.other {
        Some((.., part)) => quote! { Some(&<#part as ::metaproto_codec::Part>::SCHEMA) },
        None => quote! { None },
    };
    let each = |with: &dyn Fn(&str) -> TokenStream, without: &dyn Fn(&str) -> TokenStream| {
        let stated = choice
            .alternatives
            .iter()
            .map(|Alternative { ident, part, .. }| {
                let name = ident.to_string();
                match part {
                    Some(_) => {
                        let body = with(&name);
                        quote! { Self::#ident(part) => #body, }
                    }
                    None => {
                        let body = without(&name);
                        quote! { Self::#ident => #body, }
                    }
                }
            });
        let other = choice.other.as_ref().map(|(ident, ..)| {
            let body = with(&ident.to_string());
            quote! { Self::#ident(_, part) => #body, }
        });
        quote! { #(#stated)* #other }
    };
    let tags = {
        let stated = choice
            .alternatives
            .iter()
            .map(|Alternative { ident, tag, part }| {
                let tag = code(tag, bits);
                match part {
                    Some(_) => quote! { Self::#ident(_) => #tag, },
                    None => quote! { Self::#ident => #tag, },
                }
            });
        let other = choice.other.as_ref().map(|(ident, ..)| {
            quote! { Self::#ident(tag, _) => u128::from(*tag), }
        });
        quote! { #(#stated)* #other }
    };
    let write = each(
        &|_| quote! { ::metaproto_codec::Part::write(part, writer) },
        &|_| quote! { Ok(()) },
    );
    let fields = each(
        &|name| quote! { private::fields([(#name, private::show_part(part))]) },
        &|name| quote! { private::fields([(#name, ::metaproto_codec::FieldValue::Header(Vec::new()))]) },
    );
    let template = choice
        .alternatives
        .first()
        .map(|Alternative { ident, part, .. }| match part {
            Some(part) => quote! { Self::#ident(<#part as ::metaproto_codec::Part>::template()) },
            None => quote! { Self::#ident },
        });
    quote! {
        impl #params ::metaproto_codec::Choice for #ident #arguments #bounds {
            const MIN_LEN: usize = private::least(&[#(#min),*]);
            const MAX_LEN: usize = private::most(&[#(#max),*]);
            const ALTERNATIVES: &'static [schema::Alternative] = &[#(#rows),*];
            const OTHER: Option<&'static ::metaproto_codec::Schema> = #other;

            fn tag(&self) -> u128 {
                match self { #tags }
            }

            #[allow(unused_variables)]
            fn write(&self, writer: &mut wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> {
                match self { #write }
            }

            #[inline]
            fn template() -> Self {
                #template
            }

            #[inline]
            fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
                match self { #fields }
            }
        }
    }
}

fn read(choice: &Choice) -> TokenStream {
    let named = &choice.named;
    let (ident, arguments, lifetime) = (&named.ident, own_arguments(named), &named.lifetime);
    let view_ident = view_name(ident);
    let view = view_of(named);
    let generics = read_generics(named);
    let (params, _, bounds) = generics.split_for_impl();
    let bits = choice.tag_bits();
    let check = choice.alternatives.iter().map(|Alternative { ident, tag, part }| {
        let tag = code(tag, bits);
        let chosen = match part {
            Some(part) => quote! {
                #view_ident::#ident(<#part as ::metaproto_codec::Read<#lifetime>>::check(cursor)?)
            },
            None => quote! { #view_ident::#ident },
        };
        quote! { if tag == #tag { return Ok(#chosen); } }
    });
    let other = match &choice.other {
        Some((ident, tag_type, part)) => quote! {
            let tag = #tag_type::try_from(tag)
                .map_err(|_| cursor.fault(::metaproto_codec::Fault::Code { found: tag }))?;
            Ok(#view_ident::#ident(tag, <#part as ::metaproto_codec::Read<#lifetime>>::check(cursor)?))
        },
        None => quote! { Err(cursor.fault(::metaproto_codec::Fault::Code { found: tag })) },
    };
    let made = |make: &dyn Fn(&Type) -> TokenStream| {
        let stated = choice
            .alternatives
            .iter()
            .map(
                |Alternative { ident, part, .. }| match part.as_ref().map(make) {
                    Some(made) => quote! { #view_ident::#ident(part) => Self::#ident(#made), },
                    None => quote! { #view_ident::#ident => Self::#ident, },
                },
            );
        let other = choice.other.as_ref().map(|(ident, _, part)| {
            let made = make(part);
            quote! { #view_ident::#ident(tag, part) => Self::#ident(*tag, #made), }
        });
        let never = has_no_part(choice)
            .then(|| quote! { #view_ident::_Message(never, _) => match *never {}, });
        quote! { #(#stated)* #other #never }
    };
    let whole = made(&|part| {
        quote! { <#part as ::metaproto_codec::Read<'_>>::from_view(part, message)? }
    });
    let bare = made(&|part| quote! { <#part as ::metaproto_codec::Read<'_>>::bare(part) });
    quote! {
        impl #params ::metaproto_codec::ReadChoice<#lifetime> for #ident #arguments #bounds {
            type View = #view;

            fn check(tag: u128, cursor: &mut wire::Cursor<#lifetime>) -> Result<Self::View, wire::Stop> {
                #(#check)*
                #other
            }

            #[allow(unused_variables)]
            fn from_view(
                view: &Self::View,
                message: Option<&private::Bytes>,
            ) -> Result<Self, ::metaproto_codec::CodecError> {
                Ok(match view { #whole })
            }

            fn bare(view: &Self::View) -> Self {
                match view { #bare }
            }
        }
    }
}

/// A choice whose tag stands directly before it is a part.
fn part(choice: &Choice, tag: &Tag) -> TokenStream {
    let named = &choice.named;
    let (ident, name) = (&named.ident, named.ident.to_string());
    let lifetime = &named.lifetime;
    let part_generics = part_generics(named);
    let (params, arguments, bounds) = part_generics.split_for_impl();
    let generics = read_generics(named);
    let (read_params, _, read_bounds) = generics.split_for_impl();
    let own = own_arguments(named);
    let view = view_of(named);
    let (min, max, bits) = (tag.form.min(), tag.form.max(), tag.form.bits());
    let order = order(tag.order);
    let (read, write, shape) = match tag.form {
        Form::Fixed(width) => (
            quote! { cursor.raw::<#width>(#order)? },
            quote! { writer.raw::<#width>(tag, #order); },
            quote! {
                schema::Shape::Number(schema::Number {
                    kind: schema::NumberKind::Unsigned, bytes: #width, order: #order
                })
            },
        ),
        form => {
            let form = varint_form(form);
            (
                quote! { u128::from(cursor.varint_of(#form, 64, 10)?) },
                quote! { writer.varint_in(tag, #form, 64)?; },
                quote! {
                    schema::Shape::Varint(schema::Varint {
                        form: #form, zigzag: false, bits: 64, bytes: 10
                    })
                },
            )
        }
    };
    let layout = rustdoc::layout_of_choice(choice);
    quote! {
        #layout
        impl #params ::metaproto_codec::Part for #ident #arguments #bounds {
            const MIN_LEN: usize = #min + <Self as ::metaproto_codec::Choice>::MIN_LEN;
            const MAX_LEN: usize = usize::saturating_add(#max, <Self as ::metaproto_codec::Choice>::MAX_LEN);
            const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
                name: #name,
                fields: &[
                    schema::Field::new("tag", #shape),
                    schema::Field::new("value", schema::Shape::Choice {
                        tag: "tag",
                        alternatives: <Self as ::metaproto_codec::Choice>::ALTERNATIVES,
                        other: <Self as ::metaproto_codec::Choice>::OTHER,
                    }),
                ],
            };

            fn write(&self, writer: &mut wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> {
                writer.field("tag");
                let tag = writer.fitting(::metaproto_codec::Choice::tag(self), #bits)?;
                #write
                writer.field("value");
                writer.nested(|writer| ::metaproto_codec::Choice::write(self, writer))
            }

            #[inline]
            fn template() -> Self {
                <Self as ::metaproto_codec::Choice>::template()
            }

            #[inline]
            fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
                private::fields([
                    ("tag", private::Show::show(&::metaproto_codec::Choice::tag(self))),
                    ("value", private::show_choice(self)),
                ])
            }
        }

        impl #read_params ::metaproto_codec::Read<#lifetime> for #ident #own #read_bounds {
            type View = #view;

            fn check(cursor: &mut wire::Cursor<#lifetime>) -> Result<Self::View, wire::Stop> {
                cursor.field("tag");
                let tag = #read;
                cursor.field("value");
                cursor.nested(|cursor| <Self as ::metaproto_codec::ReadChoice<#lifetime>>::check(tag, cursor))
            }

            fn from_view(
                view: &Self::View,
                message: Option<&private::Bytes>,
            ) -> Result<Self, ::metaproto_codec::CodecError> {
                <Self as ::metaproto_codec::ReadChoice<#lifetime>>::from_view(view, message)
            }

            fn bare(view: &Self::View) -> Self {
                <Self as ::metaproto_codec::ReadChoice<#lifetime>>::bare(view)
            }
        }
    }
}
