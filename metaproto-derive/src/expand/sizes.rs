//! The fewest and the most bytes of a field.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use syn::LitInt;

use super::{at, max, of_module};
use crate::ast::{Field, Header, Presence};
use crate::attr::ItemAttr;
use crate::shape::{Extent, Item, Shape};

/// The fewest bytes of a header or part.
pub(super) fn least(header: &Header) -> TokenStream {
    sum(header.header_fields().map(min_len))
}

/// The most bytes of the fields, at most `usize::MAX`.
pub(super) fn most<'f>(fields: impl Iterator<Item = &'f Field>) -> TokenStream {
    let (known, others) = split(fields.map(max_len));
    quote! { #known #(.saturating_add(#others))* }
}

/// The sum of sizes: what is written out is added up here.
pub(super) fn sum(sizes: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (known, mut terms) = split(sizes);
    if known > 0 || terms.is_empty() {
        terms.insert(0, quote! { #known });
    }
    quote! { #(#terms)+* }
}

fn split(sizes: impl Iterator<Item = TokenStream>) -> (usize, Vec<TokenStream>) {
    let (mut known, mut others) = (0, Vec::new());
    for size in sizes {
        let number = syn::parse2(size.clone()).and_then(|number: LitInt| number.base10_parse());
        match number
            .ok()
            .and_then(|number: usize| number.checked_add(known))
        {
            Some(sum) => known = sum,
            None => others.push(size),
        }
    }
    (known, others)
}

pub(super) fn min_len(field: &Field) -> TokenStream {
    match (&field.presence, field.shape.extent()) {
        (Presence::Always, _) => always_min(field),
        (Presence::Null(_), Some(Extent::Prefix(form))) => {
            let min = form.min();
            quote! { #min }
        }
        _ => quote! { 0 },
    }
}

fn always_min(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.shape {
        Shape::Scalar { bytes, .. } => quote! { #bytes },
        Shape::Bits { group, first, .. } => {
            let bytes = if *first { *group } else { 0 };
            quote! { #bytes }
        }
        Shape::Varint { .. } => quote! { 1 },
        Shape::Array { len } => quote! { (#len) },
        Shape::Nested { extent: None } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Part>::MIN_LEN }
        }
        Shape::Octets { extent, .. }
        | Shape::List { extent, .. }
        | Shape::Map { extent, .. }
        | Shape::Nested {
            extent: Some(extent),
        } => {
            let bytes = extent_min(extent);
            quote! { #bytes }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Choice>::MIN_LEN }
        }
        Shape::Custom { module } => of_module(module, "MIN_LEN"),
    }
}

fn extent_min(extent: &Extent) -> usize {
    match extent {
        Extent::Prefix(form) => form.min(),
        Extent::Until(mark) => mark.len(),
        Extent::Padded { bytes, .. } => *bytes,
        Extent::Field(_) | Extent::Rest => 0,
    }
}

/// The most bytes of a length, or of the mark that stands in its place.
fn extent_overhead(extent: &Extent) -> usize {
    match extent {
        Extent::Prefix(form) => form.max(),
        Extent::Until(mark) => mark.len(),
        Extent::Padded { bytes, .. } => *bytes,
        Extent::Field(_) | Extent::Rest => 0,
    }
}

pub(super) fn max_len(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let max = max(field);
    let most = match &field.shape {
        Shape::Varint { bytes, .. } => quote! { #bytes },
        Shape::Octets { extent, .. }
        | Shape::Nested {
            extent: Some(extent),
        } => {
            let overhead = extent_overhead(extent);
            quote! { #overhead.saturating_add(#max) }
        }
        Shape::List { extent, bytes, .. } | Shape::Map { extent, bytes, .. } => {
            let overhead = extent_overhead(extent);
            let in_bytes = *bytes && !matches!(extent, Extent::Until(_));
            if in_bytes {
                quote! { #overhead.saturating_add(#max) }
            } else {
                let items = field.shape.items().map(item_max);
                quote! { #overhead.saturating_add(usize::saturating_mul(#max, 0usize #(.saturating_add(#items))*)) }
            }
        }
        Shape::Nested { extent: None } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Part>::MAX_LEN }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Choice>::MAX_LEN }
        }
        Shape::Custom { module } => of_module(module, "MAX_LEN"),
        _ => always_min(field),
    };
    match &field.attrs.align {
        Some(align) => quote! { #most.saturating_add(#align - 1) },
        None => most,
    }
}

/// The fewest bytes of what the length or count of a field counts.
pub(crate) fn unit_min(field: &Field) -> TokenStream {
    match &field.shape {
        Shape::List { bytes: false, .. } | Shape::Map { bytes: false, .. } => {
            let items = field.shape.items().map(item_min);
            quote! { #(#items)+* }
        }
        _ => quote! { 1 },
    }
}

fn item_min(item: &Item) -> TokenStream {
    match item {
        Item::Scalar { bytes, .. } => quote! { #bytes },
        Item::Varint { .. } => quote! { 1 },
        Item::Octets {
            attr: ItemAttr::Until { mark, .. },
            ..
        } => {
            let bytes = mark.len();
            quote! { #bytes }
        }
        Item::Octets {
            attr: ItemAttr::Prefix { form, .. },
            ..
        } => {
            let bytes = form.min();
            quote! { #bytes }
        }
        Item::Octets { .. } => quote! { 1 },
        Item::Nested { ty } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Part>::MIN_LEN }
        }
    }
}

fn item_max(item: &Item) -> TokenStream {
    match item {
        Item::Scalar { bytes, .. } => quote! { #bytes },
        Item::Octets {
            attr: ItemAttr::Until { mark, max },
            ..
        } => {
            let overhead = mark.len();
            quote! { #overhead.saturating_add(#max) }
        }
        Item::Octets {
            attr: ItemAttr::Prefix { form, max },
            ..
        } => {
            let overhead = form.max();
            quote! { #overhead.saturating_add(#max) }
        }
        Item::Varint { .. } | Item::Octets { .. } => quote! { 10 },
        Item::Nested { ty } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Part>::MAX_LEN }
        }
    }
}
