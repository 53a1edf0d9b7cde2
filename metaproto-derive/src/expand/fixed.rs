//! The slow way of headers that have a quick one: by the schema, with no code of their own.

use proc_macro2::TokenStream;
use quote::quote;

use super::quick;
use super::values::plain;
use crate::ast::{Field, Header};
use crate::shape::Shape;

/// Whether the slow way needs no code: there is a quick one, which knows every right header.
pub(super) fn is_fixed(header: &Header) -> bool {
    let computed = |field: &Field| field.length_role().is_some() || field.attrs.constant.is_some();
    let plain = |field: &Field| field.scale().is_none() || computed(field);
    quick::is_quick(header) && header.fields.iter().all(plain)
}

/// The statements that write the header.
pub(super) fn write(header: &Header) -> TokenStream {
    let values = header.fields.iter().map(value);
    quote! {
        private::write_fixed(writer, <Self as ::metaproto_codec::Part>::SCHEMA.fields, &[#(#values),*])?;
        writer.body();
    }
}

fn value(field: &Field) -> TokenStream {
    let name = &field.ident;
    if field.attrs.constant.is_some() || field.length_role().is_some() {
        return quote! { private::FixedValue::Stated };
    }
    if let Shape::Array { .. } = field.shape {
        return quote! { private::FixedValue::Bytes(&self.#name) };
    }
    let (value, bits) = (plain(field, &quote! { self.#name }), field.bit_count());
    quote! { private::fixed_number(#value, #bits) }
}
