//! The values of fields: as plain numbers, as templates, as they are shown.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::place::Place;
use super::{at, constant_array, constant_bits, of_module, read};
use crate::ast::{Field, Header, Presence};
use crate::shape::{Item, Shape};

/// The number of `place` in its wire representation.
pub(super) fn plain(field: &Field, place: &TokenStream) -> TokenStream {
    match (field.repr(), &field.attrs.code) {
        (Some(repr), Some(_)) => {
            let ty = &field.ty;
            quote_spanned! {at(ty)=> <#ty as private::Code<#repr>>::bits(#place) }
        }
        _ => place.clone(),
    }
}

pub(super) fn template(field: &Field) -> TokenStream {
    match field.is_always() {
        true => template_of(field),
        false => quote! { None },
    }
}

/// The value of a field that is there.
fn template_of(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.shape {
        Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } | Shape::Varint { repr, .. } => {
            let value = match &field.attrs.constant {
                None => zero(repr),
                Some(constant) => {
                    let (code, bits) = (constant_bits(field, constant), field.bit_count());
                    quote! { private::from_code::<#repr>(#code, #bits) }
                }
            };
            if field.attrs.code.is_some() {
                quote_spanned! {at(ty)=> <#ty as private::Code<#repr>>::of(#value) }
            } else {
                value
            }
        }
        Shape::Array { len } => match &field.attrs.constant {
            None => quote! { [0; #len] },
            Some(constant) => constant_array(constant, len),
        },
        Shape::Nested { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Part>::template() }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Choice>::template() }
        }
        _ => quote! { private::empty() },
    }
}

fn zero(repr: &Ident) -> TokenStream {
    match repr.to_string().as_bytes().first() {
        Some(b'b') => quote! { false },
        Some(b'f') => quote! { 0.0 },
        _ => quote! { 0 },
    }
}

/// Lets the field of `of` come or go as its condition says.
pub(super) fn settle(header: &Header, field: &Field, of: &TokenStream) -> TokenStream {
    if !matches!(field.presence, Presence::When(_)) {
        return TokenStream::new();
    }
    let name = &field.ident;
    let there = read::condition(header, field, of.clone());
    let value = template_of(field);
    quote! {
        let there = #there;
        private::settle(&mut #of.#name, there, || #value);
    }
}

pub(super) fn shown(field: &Field) -> TokenStream {
    let name = &field.ident;
    let label = name.to_string();
    let value = if field.is_always() {
        shown_of(field, &Place::of(quote! { self.#name }))
    } else {
        let show = match &field.shape {
            Shape::Nested { .. } => quote! { private::show_part },
            Shape::Choice { .. } => quote! { private::show_choice },
            Shape::Array { .. } | Shape::Octets { .. } => quote! { private::Show::show },
            _ if field.repr().is_some() && field.attrs.code.is_none() => {
                quote! { private::Show::show }
            }
            _ => {
                let value = shown_of(field, &Place::behind(quote! { value }));
                quote! { |value| #value }
            }
        };
        quote! {
            self.#name.as_ref().map_or(::metaproto_codec::FieldValue::Absent, #show)
        }
    };
    quote! { (#label, #value) }
}

fn shown_of(field: &Field, place: &Place) -> TokenStream {
    let (reference, base) = (&place.reference, &place.base);
    match &field.shape {
        Shape::Scalar { .. } | Shape::Bits { .. } | Shape::Varint { .. } => {
            if field.attrs.code.is_none() {
                return quote! { private::Show::show(#reference) };
            }
            let value = plain(field, &place.value);
            quote! { private::Show::show(&#value) }
        }
        Shape::Array { .. } | Shape::Octets { .. } => quote! { private::Show::show(#reference) },
        Shape::List { item, .. } => {
            let show = match item {
                Item::Nested { .. } => quote! { private::show_part },
                _ => quote! { private::Show::show },
            };
            quote! { ::metaproto_codec::FieldValue::List(#base.iter().map(#show).collect()) }
        }
        Shape::Map { key, value, .. } => {
            let [key, value] = [(key, quote! { key }), (value, quote! { value })]
                .map(|(item, name)| shown_item(item, &name));
            quote! {
                ::metaproto_codec::FieldValue::Map(#base.iter().map(|(key, value)| (#key, #value)).collect())
            }
        }
        Shape::Nested { .. } => quote! { private::show_part(#reference) },
        Shape::Choice { .. } => quote! { private::show_choice(#reference) },
        Shape::Custom { module } => {
            let write = of_module(module, "write");
            quote! { private::show_bytes(|writer| #write(#reference, writer)) }
        }
    }
}

fn shown_item(item: &Item, value: &TokenStream) -> TokenStream {
    match item {
        Item::Nested { .. } => quote! { private::show_part(#value) },
        _ => quote! { private::Show::show(#value) },
    }
}

/// The field's value as a reply repeats it: fields of fixed width, and the request id whatever its shape.
pub(super) fn bare(field: &Field) -> TokenStream {
    let (name, ty) = (&field.ident, &field.ty);
    let is_id = field.attrs.request_id.is_some();
    let shown = if field.is_always() {
        quote! { &view.#name }
    } else {
        quote! { value }
    };
    let value = match &field.shape {
        Shape::Octets { .. } if is_id => quote! { private::owned::<#ty>(#shown, None) },
        Shape::Octets { .. } | Shape::List { .. } | Shape::Map { .. } => {
            return if field.is_always() {
                quote! { private::empty() }
            } else {
                quote! { view.#name.as_ref().map(|_| private::empty()) }
            };
        }
        Shape::Nested { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<'_>>::bare(#shown) }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::ReadChoice<'_>>::bare(#shown) }
        }
        _ => return read::made(field),
    };
    if field.is_always() {
        value
    } else {
        quote! { view.#name.as_ref().map(|value| #value) }
    }
}
