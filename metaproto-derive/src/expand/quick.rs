//! Headers whose fields all have fixed width: one length check, then loads and stores at constant places.
//!
//! What is wrong or incomplete is left to the slow way, which says what it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, Lit};

use super::values::plain;
use super::{constant_array, constant_bits, kind_table, local_of, max, offset, order, shifted};
use crate::ast::{Field, Header};
use crate::attr::Order;
use crate::shape::{Shape, scalar_bytes};

/// Whether the header has a quick way.
pub(super) fn is_quick(header: &Header) -> bool {
    places(header).is_some()
}

/// Where each place of a fixed header lies: offset and width, bytes.
fn places(header: &Header) -> Option<Vec<(usize, usize)>> {
    let roles = |name: &str| {
        let has = |field: &&Field| field.length_role().is_some_and(|(role, _)| role == name);
        header.fields.iter().filter(has).count()
    };
    let lengths = roles("frame_len") + roles("rest_len") + roles("body_len");
    if header.part || !header.is_fixed() || roles("header_len") > 0 || lengths != 1 {
        return None;
    }
    let mut places = Vec::new();
    let mut at = 0;
    for field in &header.fields {
        if let Shape::Bits { first: false, .. } = field.shape {
            continue;
        }
        let width = width(field)?;
        places.push((at, width));
        at += width;
    }
    // A longer one gains nothing, and is longer to compile.
    (at <= 128).then_some(places)
}

/// Bytes of a field, or of the group that begins with it.
pub(super) fn width(field: &Field) -> Option<usize> {
    match &field.shape {
        Shape::Scalar { bytes, .. } => Some(*bytes),
        Shape::Bits { group, .. } => Some(*group),
        Shape::Array { len } => literal(len),
        _ => None,
    }
}

pub(super) fn literal(len: &Expr) -> Option<usize> {
    match len {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(int) => int.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn byte(index: usize) -> Ident {
    Ident::new(&format!("b{index}"), Span::mixed_site())
}

/// `Read::quick`.
pub(super) fn read(header: &Header) -> Option<TokenStream> {
    let places = places(header)?;
    let total: usize = places.iter().map(|(_, width)| width).sum();
    let lifetime = &header.named.lifetime;
    let view = super::view_name(&header.named.ident);
    let locals = header.fields.iter().map(|field| local_of(&field.ident));
    let fields = header.fields.iter().map(|field| {
        let (at, width) = places.get(field.place).copied().unwrap_or_default();
        read_field(field, at, width)
    });
    let sizes = header.fields.iter().find_map(|field| {
        let (role, _) = field.length_role()?;
        let (at, width) = places.get(field.place).copied()?;
        let (name, offset, max) = (local_of(&field.ident), offset(field), max(field));
        let before = match role {
            "body_len" => total,
            "rest_len" => at + width,
            _ => 0,
        };
        Some(quote! { private::sizes(u128::from(#name), #offset, #max, #before, #total) })
    })?;
    Some(quote! {
        #[inline]
        fn quick(message: &#lifetime [u8]) -> Option<(Self::View, wire::Sizes)> {
            let Some(bytes) = message.first_chunk::<#total>() else { return None };
            #(#fields)*
            let Some(sizes) = #sizes else { return None };
            Some((#view { #(#locals,)* _message: ::core::marker::PhantomData }, sizes))
        }
    })
}

pub(super) fn read_field(field: &Field, at: usize, width: usize) -> TokenStream {
    let name = local_of(&field.ident);
    let refuse_if = |condition: TokenStream| {
        quote! { if #condition { return None; } }
    };
    if let Shape::Array { len } = &field.shape {
        let check = field.attrs.constant.as_ref().map(|constant| {
            let array = constant_array(constant, len);
            refuse_if(quote! { #name != #array })
        });
        return quote! { let #name = private::at::<#width, _>(bytes, #at); #check };
    }
    let Some(repr) = field.repr() else {
        return TokenStream::new();
    };
    if is_plain(field) {
        let from = format_ident!("from_{}_bytes", suffix(field.order));
        return quote! { let #name = #repr::#from(private::at(bytes, #at)); };
    }
    let bits = field.bit_count();
    let raw = load(at, width, field.order);
    let raw = match &field.shape {
        Shape::Bits { shift, .. } => quote! { wire::bits(#raw, #shift, #bits) },
        _ => raw,
    };
    let constant = field.attrs.constant.as_ref().map(|constant| {
        let code = constant_bits(field, constant);
        refuse_if(quote! { raw != #code })
    });
    let known = field.attrs.message_type.as_ref().map(|(_, codes)| {
        let table = kind_table(codes, bits);
        refuse_if(quote! { !private::is_known(raw, #table) })
    });
    let scale = field.scale().map(|scale| quote! { .wrapping_mul(#scale) });
    quote! {
        let raw: u128 = #raw;
        #constant
        #known
        let #name = <#repr as wire::Scalar>::from_raw(raw, #bits)?#scale;
    }
}

/// Whether every value fits the field, and all bytes are one: a number of its type's width, of which nothing is said.
fn is_plain(field: &Field) -> bool {
    let Shape::Scalar { repr, bytes } = &field.shape else {
        return false;
    };
    let attrs = &field.attrs;
    repr != "bool"
        && scalar_bytes(repr) == Some(*bytes)
        && attrs.constant.is_none()
        && attrs.message_type.is_none()
        && field.scale().is_none()
}

/// The bytes of `value`, if the field has room for every value and is just that.
pub(super) fn stored(field: &Field, value: &TokenStream) -> Option<TokenStream> {
    let repr = field.repr().filter(|_| is_plain(field))?;
    let to = format_ident!("to_{}_bytes", suffix(field.order));
    Some(quote! { #repr::#to(#value) })
}

fn suffix(order: Order) -> &'static str {
    match order {
        Order::Big => "be",
        Order::Little => "le",
    }
}

/// The number in these bytes, as `u128`, which the compiler narrows again.
fn load(at: usize, width: usize, order: Order) -> TokenStream {
    let (ty, whole) = match width {
        1 => ("u8", 1),
        2 => ("u16", 2),
        3 | 4 => ("u32", 4),
        5..=8 => ("u64", 8),
        _ => ("u128", 16),
    };
    let ty = format_ident!("{ty}");
    let from = format_ident!("from_{}_bytes", suffix(order));
    if width == whole {
        return quote! { #ty::#from(private::at(bytes, #at)).into() };
    }
    let bytes: Vec<_> = (0..width).map(byte).collect();
    let zeros = (width..whole).map(|_| quote! { 0 });
    let all = match order {
        Order::Big => quote! { #(#zeros,)* #(#bytes),* },
        Order::Little => quote! { #(#bytes,)* #(#zeros),* },
    };
    quote! { { let [#(#bytes),*] = private::at(bytes, #at); #ty::#from([#all]).into() } }
}

/// `Header::quick_write`.
pub(super) fn write(header: &Header) -> Option<TokenStream> {
    let places = places(header)?;
    let total: usize = places.iter().map(|(_, width)| width).sum();
    let fields = header.fields.iter().map(|field| {
        let (at, width) = places.get(field.place).copied().unwrap_or_default();
        write_field(field, at, width, None)
    });
    Some(quote! {
        #[inline]
        fn quick_write<S: wire::Sink>(&self, sizes: wire::Sizes, sink: &mut S) -> bool {
            let mut bytes = [0; #total];
            #(#fields)*
            if !sink.has_room(#total) {
                return false;
            }
            sink.put(&bytes);
            true
        }
    })
}

/// Writes a field; `measures` are the length that it states of another field, and the most that this may be.
pub(super) fn write_field(
    field: &Field,
    at: usize,
    width: usize,
    measures: Option<(TokenStream, TokenStream)>,
) -> TokenStream {
    let name = &field.ident;
    if let Shape::Array { len } = &field.shape {
        let array = match &field.attrs.constant {
            None => quote! { self.#name },
            Some(constant) => constant_array(constant, len),
        };
        return quote! { private::put(&mut bytes, #at, #array); };
    }
    if let Some(stored) = stored(field, &plain(field, &quote! { self.#name }))
        && field.length_role().is_none()
        && measures.is_none()
    {
        return quote! { private::put(&mut bytes, #at, #stored); };
    }
    let bits = field.bit_count();
    let (offset, max) = (offset(field), max(field));
    let value = if let Some(constant) = &field.attrs.constant {
        constant_bits(field, constant)
    } else if let Some((length, max)) = measures {
        or_refuse(quote! { private::number(#length, 0, #max, 1, #bits) })
    } else if let Some((role, _)) = field.length_role() {
        let length = match role {
            "header_len" => quote! { sizes.header },
            "body_len" => quote! { sizes.body },
            "rest_len" => {
                let after = at + width;
                quote! { sizes.frame() - #after }
            }
            _ => quote! { sizes.frame() },
        };
        let scale = match field.scale() {
            Some(scale) => quote! { #scale },
            None => quote! { 1 },
        };
        or_refuse(quote! { private::number(#length, #offset, #max, #scale, #bits) })
    } else {
        let value = plain(field, &quote! { self.#name });
        match field.scale() {
            None => or_refuse(quote! { wire::Scalar::to_wire(#value, #bits) }),
            Some(scale) => {
                let raw = or_refuse(quote! { wire::Scalar::to_wire(#value / #scale, #bits) });
                quote! { { if #value % #scale != 0 { return false; } #raw } }
            }
        }
    };
    let order = order(field.order);
    let store = |raw: TokenStream| {
        quote! { private::put(&mut bytes, #at, private::stored::<#width>(#raw, #order)); }
    };
    match &field.shape {
        Shape::Bits {
            shift, first, last, ..
        } => {
            let value = shifted(&value, *shift);
            let begin = if *first {
                quote! { let group = #value; }
            } else {
                quote! { let group = group | (#value); }
            };
            let end = last.then(|| store(quote! { group }));
            quote! { #begin #end }
        }
        _ => store(value),
    }
}

/// What is there, or nothing is written.
fn or_refuse(raw: TokenStream) -> TokenStream {
    quote! { match #raw { Some(raw) => raw, None => return false } }
}
