//! The declaration as data: `Part::SCHEMA`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ast::{self, Field, Shape};
use crate::attr::{Codes, ItemAttr, Source};
use crate::expand;

/// One `schema::Field`.
pub(crate) fn field(field: &Field) -> TokenStream {
    let name = field.ident.to_string();
    let shape = shape(field);
    let constant = constant(field).map(|constant| quote! { .constant(#constant) });
    let roles = roles(field);
    let roles = (!roles.is_empty()).then(|| quote! { .roles(&[#(#roles),*]) });
    let max = field.attrs.max.as_ref().map(|max| quote! { .max(#max) });
    quote! { schema::Field::new(#name, #shape) #constant #roles #max }
}

fn shape(field: &Field) -> TokenStream {
    let order = expand::order(field.order);
    match &field.shape {
        Shape::Scalar { repr, bytes } => {
            let number = number(repr, *bytes, &order);
            quote! { schema::Shape::Number(#number) }
        }
        Shape::Bits {
            repr,
            bits,
            shift,
            group,
            first,
            ..
        } => {
            let kind = kind(repr);
            quote! {
                schema::Shape::Bits {
                    kind: #kind, bits: #bits, shift: #shift, group: #group, order: #order, first: #first
                }
            }
        }
        Shape::Array { len } => quote! { schema::Shape::Array { len: #len } },
        Shape::Octets { text, source } => {
            let length = length(field, source);
            quote! { schema::Shape::Octets { text: #text, length: #length } }
        }
        Shape::List {
            item,
            source,
            bytes,
        } => {
            let (item, length, unit) = (
                self::item(item, &order),
                length(field, source),
                unit(*bytes),
            );
            quote! { schema::Shape::List { item: #item, length: #length, unit: #unit } }
        }
        Shape::Map {
            key,
            value,
            source,
            bytes,
        } => {
            let (key, value) = (item(key, &order), item(value, &order));
            let (length, unit) = (length(field, source), unit(*bytes));
            quote! { schema::Shape::Map { key: #key, value: #value, length: #length, unit: #unit } }
        }
        Shape::Nested => {
            let ty = &field.ty;
            quote! { schema::Shape::Part(&<#ty as ::metaproto_codec::Part>::SCHEMA) }
        }
    }
}

fn item(item: &ast::Item, order: &TokenStream) -> TokenStream {
    match item {
        ast::Item::Scalar { repr, bytes } => {
            let number = number(repr, *bytes, order);
            quote! { schema::Item::Number(#number) }
        }
        ast::Item::Octets {
            text,
            prefix: ItemAttr { width, max },
            ..
        } => quote! {
            schema::Item::Octets {
                text: #text, length: schema::Length::Prefix(wire::Prefix::new(#width, #order, #max)), max: #max
            }
        },
        ast::Item::Nested { ty } => {
            quote! { schema::Item::Part(&<#ty as ::metaproto_codec::Part>::SCHEMA) }
        }
    }
}

fn number(repr: &Ident, bytes: usize, order: &TokenStream) -> TokenStream {
    let kind = kind(repr);
    quote! { schema::Number { kind: #kind, bytes: #bytes, order: #order } }
}

fn kind(repr: &Ident) -> TokenStream {
    let name = repr.to_string();
    match name.as_bytes().first() {
        Some(b'i') => quote! { schema::NumberKind::Signed },
        Some(b'f') => quote! { schema::NumberKind::Float },
        Some(b'b') => quote! { schema::NumberKind::Bool },
        _ => quote! { schema::NumberKind::Unsigned },
    }
}

fn length(field: &Field, source: &Source) -> TokenStream {
    match source {
        Source::Prefix(width) => {
            let prefix = expand::prefix(*width, field.order, &expand::max(field));
            quote! { schema::Length::Prefix(#prefix) }
        }
        Source::Field(name) => {
            let name = name.to_string();
            quote! { schema::Length::Field { name: #name, scale: 1, offset: 0 } }
        }
    }
}

fn unit(bytes: bool) -> TokenStream {
    if bytes {
        quote! { schema::Unit::Bytes }
    } else {
        quote! { schema::Unit::Elements }
    }
}

fn constant(field: &Field) -> Option<TokenStream> {
    let constant = field.attrs.constant.as_ref()?;
    Some(if matches!(field.shape, Shape::Array { .. }) {
        quote! { schema::Constant::Bytes(|| ::core::convert::AsRef::<[u8]>::as_ref(&#constant)) }
    } else {
        let code = expand::constant_bits(field, constant);
        quote! { schema::Constant::Number(#code) }
    })
}

fn roles(field: &Field) -> Vec<TokenStream> {
    let attrs = &field.attrs;
    let bits = field.bit_count();
    let offset = expand::offset(field);
    let mut roles = Vec::new();
    for (given, role) in [
        (attrs.frame_len, quote! { FrameLen { offset: #offset } }),
        (attrs.header_len, quote! { HeaderLen { offset: #offset } }),
        (attrs.body_len, quote! { BodyLen { offset: #offset } }),
        (attrs.request_id, quote! { RequestId }),
        (attrs.stream_id, quote! { StreamId }),
        (attrs.operation, quote! { Operation }),
        (attrs.reserved, quote! { Reserved }),
    ] {
        roles.extend(given.map(|_| role));
    }
    roles.extend(attrs.metadata.as_ref().map(|(_, key)| match key {
        Some(key) => quote! { Property(#key) },
        None => quote! { Properties },
    }));
    roles.extend(attrs.message_type.as_ref().map(|(_, codes)| {
        let codes = codes.iter().map(|(kind, value)| {
            let (kind, value) = (expand::kind_of(kind), expand::code(value, bits));
            quote! { (#value, #kind) }
        });
        quote! { MessageType(&[#(#codes),*]) }
    }));
    for (given, role) in [
        (&attrs.oneway, quote! { OneWay }),
        (&attrs.heartbeat, quote! { Heartbeat }),
    ] {
        roles.extend(given.as_ref().map(|value| {
            let code = expand::code(value, bits);
            quote! { #role(#code) }
        }));
    }
    roles.extend(attrs.status.as_ref().map(|(_, codes)| status(codes, bits)));
    roles
        .into_iter()
        .map(|role| quote! { schema::Role::#role })
        .collect()
}

fn status(codes: &Codes, bits: u32) -> TokenStream {
    let stated = |name| expand::find(codes, name).map(|value| expand::code(value, bits));
    let (ok, other) = (stated("ok"), stated("other"));
    let errors = codes
        .iter()
        .filter(|(name, _)| name != "ok" && name != "other")
        .map(|(name, value)| {
            let (variant, value) = (expand::variant(name), expand::code(value, bits));
            quote! { (#value, ::metaproto_codec::ErrorType::#variant) }
        });
    quote! { Status { ok: #ok, other: #other, errors: &[#(#errors),*] } }
}
