//! The view: the header as it lies in the bytes, with a method for each field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Lifetime;

use super::place::Place;
use super::{at, own_arguments, read, read_generics, view_name};
use crate::ast::{Field, Header};
use crate::shape::{Item, Shape};

/// The view's type.
pub(super) fn type_of(header: &Header, layout: &TokenStream) -> TokenStream {
    let named = &header.named;
    let (ident, vis, lifetime) = (&named.ident, &named.vis, &named.lifetime);
    let view = view_name(ident);
    let generics = read_generics(named);
    let bounds = &generics.where_clause;
    let fields = header.fields.iter().map(|field| {
        let (name, ty) = (&field.ident, field_type(header, field));
        if field.is_always() {
            quote! { #name: #ty }
        } else {
            quote! { #name: ::core::option::Option<#ty> }
        }
    });
    let doc = format!(
        "The checked fields of a [`{ident}`] as they lie in the bytes of a message: numbers, and slices of what varies in \
         length."
    );
    let clone = (!is_copied(header)).then(|| quote! { Clone, });
    quote! {
        #[doc = #doc]
        #layout
        #[derive(#clone Debug)]
        #vis struct #view #generics #bounds {
            #(#fields,)*
            _message: ::core::marker::PhantomData<&#lifetime [u8]>,
        }
    }
}

/// Whether the view is copied as a whole: `Clone` of the derive copies field by field, which is longer to compile.
fn is_copied(header: &Header) -> bool {
    let is_fixed = header.fields.iter().all(|field| field.shape.is_fixed());
    is_fixed && header.named.types().next().is_none()
}

/// `Copy` of the view, if it is copied.
pub(super) fn copy(header: &Header) -> Option<TokenStream> {
    let view = view_name(&header.named.ident);
    let generics = read_generics(&header.named);
    let (params, arguments, bounds) = generics.split_for_impl();
    is_copied(header).then(|| {
        quote! {
            impl #params ::core::marker::Copy for #view #arguments #bounds {}

            impl #params ::core::clone::Clone for #view #arguments #bounds {
                #[inline]
                fn clone(&self) -> Self {
                    *self
                }
            }
        }
    })
}

/// What the view has of a field that is there.
fn field_type(header: &Header, field: &Field) -> TokenStream {
    let named = &header.named;
    let (lifetime, ty) = (&named.lifetime, &field.ty);
    match &field.shape {
        Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } | Shape::Varint { repr, .. } => {
            quote! { #repr }
        }
        Shape::Array { len } => quote! { [u8; #len] },
        Shape::Octets { text: true, .. } => quote! { ::metaproto_codec::wire::Letters<#lifetime> },
        Shape::Octets { text: false, .. } => quote! { &#lifetime [u8] },
        Shape::List { .. } | Shape::Map { .. } => {
            let (ident, arguments, index) = (&named.ident, own_arguments(named), field.index);
            quote! { ::metaproto_codec::wire::Items<#lifetime, #ident #arguments, #index> }
        }
        Shape::Nested { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<#lifetime>>::View }
        }
        Shape::Choice { .. } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::ReadChoice<#lifetime>>::View }
        }
        Shape::Custom { .. } => quote! { #ty },
    }
}

/// What the view has of an item of a list.
pub(super) fn item_type(item: &Item, is_open: bool, lifetime: &Lifetime) -> TokenStream {
    match item {
        Item::Scalar { repr, .. } | Item::Varint { repr, .. } => quote! { #repr },
        Item::Octets { text: true, .. } if !is_open => quote! { &#lifetime str },
        Item::Octets { .. } => quote! { &#lifetime [u8] },
        Item::Nested { ty } => {
            quote_spanned! {at(ty)=> <#ty as ::metaproto_codec::Read<#lifetime>>::View }
        }
    }
}

/// A method for each field.
pub(super) fn getters(header: &Header) -> TokenStream {
    let named = &header.named;
    let view = view_name(&named.ident);
    let vis = &named.vis;
    let generics = read_generics(named);
    let (params, arguments, bounds) = generics.split_for_impl();
    let getters = header.fields.iter().map(|field| getter(header, field));
    let _ = vis;
    quote! {
        #[allow(dead_code)]
        impl #params #view #arguments #bounds {
            #(#getters)*
        }
    }
}

fn getter(header: &Header, field: &Field) -> TokenStream {
    let (name, vis, docs) = (&field.ident, &header.named.vis, &field.docs);
    let fallback = format!("The field `{name}`.");
    let docs = if docs.is_empty() {
        quote! { #[doc = #fallback] }
    } else {
        quote! { #(#docs)* }
    };
    let is_copied = field.repr().is_some();
    let is_text = matches!(field.shape, Shape::Octets { text: true, .. });
    let by_reference = matches!(
        field.shape,
        Shape::Nested { .. } | Shape::Choice { .. } | Shape::Custom { .. }
    );
    let ty = if is_copied {
        let ty = &field.ty;
        quote! { #ty }
    } else if is_text {
        let lifetime = &header.named.lifetime;
        quote! { &#lifetime str }
    } else {
        field_type(header, field)
    };
    let (ty, value) = match (by_reference, field.is_always()) {
        (true, true) => (quote! { &#ty }, quote! { &self.#name }),
        (true, false) => (
            quote! { ::core::option::Option<&#ty> },
            quote! { self.#name.as_ref() },
        ),
        (false, true) if is_copied => (ty, read::made_of(field, &Place::of(quote! { self.#name }))),
        (false, true) if is_text => (ty, quote! { self.#name.as_str() }),
        (false, true) => (ty, quote! { self.#name }),
        (false, false) if is_text => (
            quote! { ::core::option::Option<#ty> },
            quote! { self.#name.map(::metaproto_codec::wire::Letters::as_str) },
        ),
        (false, false) if field.attrs.code.is_some() => {
            let value = read::made_of(field, &Place::of(quote! { value }));
            (
                quote! { ::core::option::Option<#ty> },
                quote! { self.#name.map(|value| #value) },
            )
        }
        (false, false) => (
            quote! { ::core::option::Option<#ty> },
            quote! { self.#name },
        ),
    };
    let method = format_ident!("{name}");
    quote! {
        #docs
        #[inline]
        #[must_use]
        #vis fn #method(&self) -> #ty {
            #value
        }
    }
}
