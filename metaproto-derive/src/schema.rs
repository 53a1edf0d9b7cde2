//! The declaration as data: `Part::SCHEMA`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use crate::ast::{Field, Header, Presence};
use crate::attr::{Codes, Form, ItemAttr, Order};
use crate::expand::{self, at, of_module, seal};
use crate::shape::{self, Extent, Shape, scalar_bytes};

/// One `private::Declared`. Numbers without more to them are spelled without a call, which is shorter to compile.
pub(crate) fn field(header: &Header, field: &Field) -> TokenStream {
    let name = field.ident.to_string();
    let roles = roles(field);
    let max = field.attrs.max.as_ref();
    let declared = match &field.shape {
        Shape::Scalar { repr, bytes } => {
            let (kind, order) = (kind(repr), expand::order(field.order));
            if is_plain(field) {
                return match (roles.is_empty(), max) {
                    (true, None) => {
                        quote! { private::Declared::Number(#name, #kind, #bytes, #order) }
                    }
                    (_, None) => {
                        quote! { private::Declared::Role(#name, #kind, #bytes, #order, &[#(#roles),*]) }
                    }
                    (_, Some(max)) => {
                        quote! { private::Declared::Length(#name, #kind, #bytes, #order, &[#(#roles),*], #max) }
                    }
                };
            }
            quote! { number(#name, #kind, #bytes, #order) }
        }
        _ => {
            let shape = shape(field);
            quote! { new(#name, #shape) }
        }
    };
    let constant = constant(field).map(|constant| quote! { .constant(#constant) });
    let roles = (!roles.is_empty()).then(|| quote! { .roles(&[#(#roles),*]) });
    let max = match field.shape.extent() {
        Some(Extent::Padded { bytes, .. }) => Some(quote! { .max(#bytes) }),
        _ => max.map(|max| quote! { .max(#max) }),
    };
    let scale = field.scale().map(|scale| quote! { .scale(#scale) });
    let presence =
        presence(field).map(|presence| quote! { .presence(schema::Presence::#presence) });
    let align = field
        .attrs
        .align
        .as_ref()
        .map(|align| quote! { .align(#align) });
    let trailer = field.attrs.trailer.map(|_| quote! { .trailer() });
    let checksum = checksum(header, field).map(|sum| quote! { .checksum(#sum) });
    let codes = field.attrs.code.as_ref().map(|_| {
        let (ty, repr) = (&field.ty, field.repr());
        let names = quote_spanned! {at(ty)=> <#ty as private::Code<#repr>>::CODES };
        quote! { .codes(#names) }
    });
    quote! {
        private::Declared::Field(
            schema::Field::#declared
                #constant #roles #max #scale #presence #align #trailer #checksum #codes
        )
    }
}

/// Whether nothing is said of a number but its roles and its maximum.
fn is_plain(field: &Field) -> bool {
    let attrs = &field.attrs;
    matches!(field.presence, Presence::Always)
        && field.scale().is_none()
        && attrs.constant.is_none()
        && attrs.align.is_none()
        && attrs.trailer.is_none()
        && attrs.checksum.is_none()
        && attrs.code.is_none()
}

fn presence(field: &Field) -> Option<TokenStream> {
    match &field.presence {
        Presence::Always => None,
        Presence::When(condition) => {
            let expr = &condition.schema;
            Some(quote! { If(&#expr) })
        }
        Presence::Room => Some(quote! { Room }),
        Presence::Null(null) => {
            let bits = match field.shape.extent() {
                Some(Extent::Prefix(form)) => form.bits(),
                _ => 64,
            };
            let code = expand::code(null, bits);
            Some(quote! { Unless(#code) })
        }
    }
}

fn checksum(header: &Header, field: &Field) -> Option<TokenStream> {
    let algorithm = seal::algorithm(field)?;
    let (from, to) = seal::range(header, field);
    let (from, to) = (edge(from), edge(to));
    Some(quote! {
        schema::Checksum {
            algorithm: <#algorithm as wire::Checksum>::NAME,
            compute: wire::checksum_of::<#algorithm>,
            from: #from,
            to: #to,
        }
    })
}

fn edge(edge: seal::Edge) -> TokenStream {
    match edge {
        seal::Edge::Start => quote! { schema::Edge::Start },
        seal::Edge::Before(name) => {
            let name = name.to_string();
            quote! { schema::Edge::Before(#name) }
        }
        seal::Edge::After(name) => {
            let name = name.to_string();
            quote! { schema::Edge::After(#name) }
        }
        seal::Edge::Body => quote! { schema::Edge::Body },
        seal::Edge::End => quote! { schema::Edge::End },
    }
}

fn shape(field: &Field) -> TokenStream {
    let order = expand::order(field.order);
    let ty = &field.ty;
    match &field.shape {
        Shape::Scalar { .. } => TokenStream::new(),
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
        Shape::Varint {
            form,
            zigzag,
            bytes,
            ..
        } => {
            let varint = varint(*form, *zigzag, field.bit_count(), *bytes);
            quote! { schema::Shape::Varint(#varint) }
        }
        Shape::Array { len } => quote! { schema::Shape::Array { len: #len } },
        Shape::Octets { text, extent } => {
            let length = length(field, extent);
            quote! { schema::Shape::Octets { text: #text, length: #length } }
        }
        Shape::List {
            item,
            extent,
            bytes,
        } => {
            let item = self::item(item, field.order);
            let (length, unit) = (length(field, extent), unit(*bytes, extent));
            quote! { schema::Shape::List { item: #item, length: #length, unit: #unit } }
        }
        Shape::Map {
            key,
            value,
            extent,
            bytes,
        } => {
            let (key, value) = (item(key, field.order), item(value, field.order));
            let (length, unit) = (length(field, extent), unit(*bytes, extent));
            quote! { schema::Shape::Map { key: #key, value: #value, length: #length, unit: #unit } }
        }
        Shape::Nested { extent: None } => {
            quote! { schema::Shape::Part(&<#ty as ::metaproto_codec::Part>::SCHEMA) }
        }
        Shape::Nested {
            extent: Some(extent),
        } => {
            let length = length(field, extent);
            quote! {
                schema::Shape::Block { part: &<#ty as ::metaproto_codec::Part>::SCHEMA, length: #length }
            }
        }
        Shape::Choice { tag } => {
            let tag = tag.to_string();
            quote! {
                schema::Shape::Choice {
                    tag: #tag,
                    alternatives: <#ty as ::metaproto_codec::Choice>::ALTERNATIVES,
                    other: <#ty as ::metaproto_codec::Choice>::OTHER,
                }
            }
        }
        Shape::Custom { module } => {
            let [min, max, read, write] =
                ["MIN_LEN", "MAX_LEN", "read", "write"].map(|name| of_module(module, name));
            quote! {
            schema::Shape::Custom(schema::Custom {
                min: #min,
                max: #max,
                skip: |cursor| #read(cursor).map(::core::mem::drop),
                sample: |bytes| private::sample(bytes, |writer| {
                    #write(&<#ty as ::core::default::Default>::default(), writer)
                }),
            })
            }
        }
    }
}

fn item(item: &shape::Item, order: Order) -> TokenStream {
    match item {
        shape::Item::Scalar { repr, bytes } => {
            let number = number(repr, *bytes, &expand::order(order));
            quote! { schema::Item::Number(#number) }
        }
        shape::Item::Varint { repr, form } => {
            let bits = 8 * scalar_bytes(repr).unwrap_or(8) as u32;
            let varint = varint(*form, false, bits, bits.div_ceil(7) as usize);
            quote! { schema::Item::Varint(#varint) }
        }
        shape::Item::Octets { text, attr, .. } => {
            let (length, max) = match attr {
                ItemAttr::Prefix { form, max } => {
                    let prefix = expand::prefix_in(*form, order, &quote! { #max });
                    (quote! { schema::Length::Prefix(#prefix) }, quote! { #max })
                }
                ItemAttr::Until { mark, max } => {
                    let mark = expand::bytes_literal(mark);
                    (quote! { schema::Length::Until(#mark) }, quote! { #max })
                }
                ItemAttr::Varint(_) => return TokenStream::new(),
            };
            quote! { schema::Item::Octets { text: #text, length: #length, max: #max } }
        }
        shape::Item::Nested { ty } => {
            quote! { schema::Item::Part(&<#ty as ::metaproto_codec::Part>::SCHEMA) }
        }
    }
}

fn number(repr: &Ident, bytes: usize, order: &TokenStream) -> TokenStream {
    let kind = kind(repr);
    quote! { schema::Number { kind: #kind, bytes: #bytes, order: #order } }
}

fn varint(form: Form, zigzag: bool, bits: u32, bytes: usize) -> TokenStream {
    let form = expand::varint_form(form);
    quote! { schema::Varint { form: #form, zigzag: #zigzag, bits: #bits, bytes: #bytes } }
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

fn length(field: &Field, extent: &Extent) -> TokenStream {
    match extent {
        Extent::Prefix(form) => {
            let prefix = expand::prefix(field, *form);
            quote! { schema::Length::Prefix(#prefix) }
        }
        Extent::Field(name) => {
            let name = name.to_string();
            let (scale, offset) = expand::scale_and_offset(field);
            quote! { schema::Length::Field { name: #name, scale: #scale, offset: #offset } }
        }
        Extent::Until(mark) => {
            let mark = expand::bytes_literal(mark);
            quote! { schema::Length::Until(#mark) }
        }
        Extent::Padded { bytes, pad } => {
            quote! { schema::Length::Padded { bytes: #bytes, pad: #pad } }
        }
        Extent::Rest => quote! { schema::Length::Rest },
    }
}

fn unit(bytes: bool, extent: &Extent) -> TokenStream {
    if bytes && !matches!(extent, Extent::Until(_)) {
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
        (attrs.rest_len, quote! { RestLen { offset: #offset } }),
        (attrs.no_body, quote! { NoBody }),
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
        let table = expand::kind_table(codes, bits);
        quote! { MessageType(#table) }
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
