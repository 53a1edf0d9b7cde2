//! Rules that need the values of expressions: the compiler works them out.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::ast::{Field, Header, Item, Shape};
use crate::attr::Source;
use crate::expand::{offset, unit_min};

/// What must hold of `field`, as assertions that do not compile where they fail.
pub(crate) fn checks(header: &Header, field: &Field) -> TokenStream {
    let (widths, codes) = (widths(header, field), codes(field));
    let (array, counted) = (array(field), counted(field));
    quote! { #widths #codes #array #counted }
}

/// A maximum that its own length field cannot say.
fn widths(header: &Header, field: &Field) -> TokenStream {
    let mut checks = TokenStream::new();
    let mut check = |max: &Expr, bits: u32, offset: TokenStream, what: String| {
        if bits < 64 {
            checks.extend(quote_spanned! {max.span()=>
                const _: () = ::core::assert!((#max) as i128 <= ((1i128 << #bits) - 1) + (#offset), #what);
            });
        }
    };
    let narrow = |bits: u32| {
        format!(
            "the maximum is more than its length field of {bits} bits can say; lower the maximum or widen the field"
        )
    };
    let attrs = &field.attrs;
    if let Some(max) = &attrs.max {
        if attrs.frame_len.is_some() || attrs.header_len.is_some() || attrs.body_len.is_some() {
            check(
                max,
                field.bit_count(),
                offset(field),
                narrow(field.bit_count()),
            );
        }
        let bits = match field.source() {
            Some(Source::Prefix(width)) => Some(8 * *width as u32),
            Some(Source::Field(name)) => header
                .fields
                .iter()
                .find(|f| f.ident == *name)
                .map(Field::bit_count),
            None => None,
        };
        if let Some(bits) = bits {
            check(max, bits, quote! { 0 }, narrow(bits));
        }
    }
    let mut items: Vec<&Item> = Vec::new();
    match &field.shape {
        Shape::List { item, .. } => items.push(item),
        Shape::Map { key, value, .. } => items.extend([key, value]),
        _ => {}
    }
    for item in items {
        if let Item::Octets { prefix, .. } = item {
            let bits = 8 * prefix.width as u32;
            check(&prefix.max, bits, quote! { 0 }, narrow(bits));
        }
    }
    checks
}

/// A constant or code that its field cannot hold.
fn codes(field: &Field) -> TokenStream {
    if field.repr().is_none() || field.is_float() {
        return TokenStream::new();
    }
    let limit = field.limit();
    let (bits, signed) = (limit.bits, limit.is_signed);
    let check = |(what, value): (&str, &Expr)| {
        let message = format!("the {what} does not fit {limit}");
        quote_spanned! {value.span()=>
            const _: () = ::core::assert!(private::fits((#value) as i128, #bits, #signed), #message);
        }
    };
    field.stated().map(check).collect()
}

/// A constant of another length than its array.
fn array(field: &Field) -> TokenStream {
    let (Shape::Array { len }, Some(constant)) = (&field.shape, &field.attrs.constant) else {
        return TokenStream::new();
    };
    let message = "the constant and its field differ in length; give the field as many bytes as the constant has";
    quote_spanned! {constant.span()=>
        const _: () = ::core::assert!(private::array_len(&#constant) == #len, #message);
    }
}

/// Elements without bytes, of which a count alone would make any number.
fn counted(field: &Field) -> TokenStream {
    let (Shape::List {
        item, bytes: false, ..
    }
    | Shape::Map {
        key: item,
        bytes: false,
        ..
    }) = &field.shape
    else {
        return TokenStream::new();
    };
    let Item::Nested { ty } = item else {
        return TokenStream::new();
    };
    let unit = unit_min(field);
    let message = "an element that can have no bytes cannot be counted, since a count alone would make work; give the part a field that takes bytes";
    quote_spanned! {ty.span()=>
        const _: () = ::core::assert!(#unit >= 1, #message);
    }
}
