//! `Part::write`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::place::Place;
use super::{
    bytes_literal, code, constant_array, constant_bits, max, of_module, offset, order, prefix,
    prefix_in, read, scale_and_offset, seal, shifted, values, varint_form,
};
use crate::ast::{Field, Header, Presence};
use crate::attr::{ItemAttr, Order};
use crate::shape::{Extent, Item, Shape, scalar_bytes};

/// The statements that write a header or part.
pub(super) fn body(header: &Header) -> TokenStream {
    let edges = seal::edges(header);
    let start = edges.start(quote! { writer.position() });
    let write = |field: &Field| {
        let (before, after) = edges.around(field, quote! { writer.position() });
        let write = write_field(header, field);
        quote! { #before #write #after }
    };
    let fields = header.header_fields().map(write);
    let seals = seal::in_header(header);
    let no_body = header.has_no_body().then(|| quote! { writer.no_body()?; });
    let body = (!header.part).then(|| quote! { #no_body writer.body(); });
    let trailers = header.trailers().map(|field| {
        let write = write(field);
        let seal = seal::in_trailer(header, field);
        quote! { #write #seal }
    });
    quote! { #start #(#fields)* #seals #body #(#trailers)* }
}

fn write_field(header: &Header, field: &Field) -> TokenStream {
    let name = &field.ident;
    let label = name.to_string();
    let align = field
        .attrs
        .align
        .as_ref()
        .map(|align| quote! { writer.align(start, #align); });
    if let Shape::Bits { .. } = field.shape {
        return write_bits(header, field, &align.unwrap_or_default());
    }
    let written = match &field.presence {
        Presence::Always => {
            let write = write_shape(header, field, &Place::of(quote! { self.#name }));
            quote! { #write #align }
        }
        Presence::When(_) => {
            let there = read::condition(header, field, quote! { self });
            let write = write_shape(header, field, &Place::behind(quote! { value }));
            quote! {
                writer.presence(#there, self.#name.is_some())?;
                if let Some(value) = &self.#name { #write #align }
            }
        }
        Presence::Room => {
            let write = write_shape(header, field, &Place::behind(quote! { value }));
            quote! { if let Some(value) = &self.#name { #write #align } }
        }
        Presence::Null(null) => {
            let Some(Extent::Prefix(form)) = field.shape.extent() else {
                return TokenStream::new();
            };
            let (prefix, null) = (prefix(field, *form), code(null, form.bits()));
            let write = write_shape(header, field, &Place::behind(quote! { value }));
            quote! {
                match &self.#name {
                    Some(value) => { #write #align }
                    None => { writer.null(#null, #prefix)?; }
                }
            }
        }
    };
    quote! { if writer.field(#label) { #written } }
}

/// A field of a group, which is written with the last of it, unless its bytes were kept.
fn write_bits(header: &Header, field: &Field, align: &TokenStream) -> TokenStream {
    let Shape::Bits {
        shift,
        group,
        first,
        last,
        ..
    } = &field.shape
    else {
        return TokenStream::new();
    };
    let (label, order) = (field.ident.to_string(), order(field.order));
    let begin = if *first {
        quote! { let is_new = writer.field(#label); let mut group = 0u128; }
    } else {
        quote! { writer.within(#label); }
    };
    let raw = raw_value(
        header,
        field,
        &Place::of({
            let name = &field.ident;
            quote! { self.#name }
        }),
    );
    let end = last.then(|| quote! { if is_new { writer.raw::<#group>(group, #order); #align } });
    let raw = shifted(&raw, *shift);
    quote! { #begin group |= #raw; #end }
}

/// Statements that write the field, of which `place` is the value.
fn write_shape(header: &Header, field: &Field, place: &Place) -> TokenStream {
    let order = order(field.order);
    let (reference, base) = (&place.reference, &place.base);
    match &field.shape {
        Shape::Scalar { bytes, .. } => {
            let raw = raw_value(header, field, place);
            quote! { let raw = #raw; writer.raw::<#bytes>(raw, #order); }
        }
        Shape::Bits { .. } => TokenStream::new(),
        Shape::Varint { form, zigzag, .. } => {
            let raw = raw_value(header, field, place);
            let (form, bits) = (varint_form(*form), field.bit_count());
            let raw = if *zigzag {
                quote! { wire::zigzag(#raw, #bits) }
            } else {
                raw
            };
            quote! { let raw = #raw; writer.varint_in(raw, #form, #bits)?; }
        }
        Shape::Array { len } => match &field.attrs.constant {
            None => quote! { writer.bytes(#reference); },
            Some(constant) => {
                let array = constant_array(constant, len);
                quote! { writer.bytes(&#array); }
            }
        },
        Shape::Octets { extent, .. } => {
            let octets = quote! { wire::Octets::octets(#reference) };
            let max = max(field);
            match extent {
                Extent::Prefix(form) => {
                    let prefix = prefix(field, *form);
                    quote! { writer.prefixed(#octets, #prefix)?; }
                }
                Extent::Until(mark) => {
                    let mark = bytes_literal(mark);
                    quote! { writer.until(#octets, #mark, #max)?; }
                }
                Extent::Padded { bytes, pad } => {
                    quote! { writer.padded(#octets, #bytes, #pad)?; }
                }
                Extent::Field(_) => quote! { writer.bytes(#octets); },
                Extent::Rest => {
                    quote! { writer.bounded(#octets.len(), #max)?; writer.bytes(#octets); }
                }
            }
        }
        Shape::List { extent, bytes, .. } | Shape::Map { extent, bytes, .. } => {
            let items = write_items(field, place);
            let max = max(field);
            match extent {
                Extent::Field(_) => items,
                Extent::Prefix(form) => {
                    let (prefix, length) = (prefix(field, *form), measured(field, place));
                    quote! { let length = #length; writer.length(length, #prefix)?; #items }
                }
                Extent::Until(mark) => {
                    let mark = bytes_literal(mark);
                    quote! { writer.bounded(#base.len(), #max)?; #items writer.bytes(#mark); }
                }
                _ if *bytes => {
                    let length = measured(field, place);
                    quote! { let length = #length; writer.bounded(length, #max)?; #items }
                }
                _ => items,
            }
        }
        Shape::Nested { extent } => {
            let write = write_part(place);
            let length = measured(field, place);
            let max = max(field);
            match extent {
                None | Some(Extent::Field(_)) => write,
                Some(Extent::Prefix(form)) => {
                    let prefix = prefix(field, *form);
                    quote! { let length = #length; writer.length(length, #prefix)?; #write }
                }
                Some(_) => {
                    quote! { let length = #length; writer.bounded(length, #max)?; #write }
                }
            }
        }
        Shape::Choice { .. } => {
            quote! { writer.nested(|writer| ::metaproto_codec::Choice::write(#reference, writer))?; }
        }
        Shape::Custom { module } => match (of_module(module, "write"), field.length_role()) {
            (write, None) => quote! { #write(#reference, writer)?; },
            (write, Some((role, _))) => {
                let length = role_length(field, role);
                let set_length = of_module(module, "set_length");
                quote! {
                    let mut value = ::core::clone::Clone::clone(#reference);
                    #set_length(&mut value, #length);
                    #write(&value, writer)?;
                }
            }
        },
    }
}

fn write_part(place: &Place) -> TokenStream {
    let reference = &place.reference;
    quote! { writer.nested(|writer| ::metaproto_codec::Part::write(#reference, writer))?; }
}

/// The number that the length of a message or of a part of it is, as the field's value has it.
fn role_length(field: &Field, role: &str) -> TokenStream {
    let (verb, offset, max) = (format_ident!("{role}"), offset(field), max(field));
    quote! { writer.#verb(#offset, #max)? }
}

/// The wire bits of a number: a constant, a length that is computed, or the value of the field.
fn raw_value(header: &Header, field: &Field, place: &Place) -> TokenStream {
    let attrs = &field.attrs;
    let bits = field.bit_count();
    if let Some(constant) = &attrs.constant {
        return constant_bits(field, constant);
    }
    if attrs.checksum.is_some() {
        return quote! { 0 };
    }
    let unscaled = |number: TokenStream| match field.scale() {
        Some(scale) => quote! { { let number = #number; writer.number_of(number, #scale, 0)? } },
        None => number,
    };
    if let Some((role, _)) = field.length_role() {
        let number = unscaled(role_length(field, role));
        return quote! { { let number = #number; writer.fitting(number, #bits)? } };
    }
    if let Some(measured_field) = header.measured_by(&field.ident) {
        let number = unscaled(measured_number(header, measured_field));
        return quote! { { let number = #number; writer.fitting(number, #bits)? } };
    }
    if let Some(chosen) = header.chosen_by(&field.ident) {
        let name = &chosen.ident;
        let (access, otherwise) = if chosen.is_always() {
            (quote! { Some(&self.#name) }, quote! { 0 })
        } else {
            let value = values::plain(field, &place.value);
            (
                quote! { self.#name.as_ref() },
                quote! { wire::bits(wire::Scalar::to_raw(#value), 0, #bits) },
            )
        };
        return quote! {
            { let number = private::tag(#access, #otherwise); writer.fitting(number, #bits)? }
        };
    }
    let value = values::plain(field, &place.value);
    match field.scale() {
        None => quote! { writer.value(#value, #bits)? },
        Some(scale) => quote! {
            { writer.multiple(#value.into(), #scale)?; writer.value(#value / #scale, #bits)? }
        },
    }
}

/// What an earlier field says of the length or count of `measured`.
fn measured_number(header: &Header, measured: &Field) -> TokenStream {
    let _ = header;
    let name = &measured.ident;
    let length = if measured.is_always() {
        self::measured(measured, &Place::of(quote! { self.#name }))
    } else {
        let length = self::measured(measured, &Place::behind(quote! { value }));
        quote! { match &self.#name { Some(value) => #length, None => 0 } }
    };
    let max = max(measured);
    let bounded = quote! { { let length = #length; writer.bounded(length, #max)? } };
    if measured.attrs.scale.is_none() && measured.attrs.offset.is_none() {
        return bounded;
    }
    let (scale, offset) = scale_and_offset(measured);
    quote! { writer.number_of(#bounded, #scale, #offset)? }
}

/// The length or count of a field that varies in length, as it is written.
fn measured(field: &Field, place: &Place) -> TokenStream {
    let (reference, base) = (&place.reference, &place.base);
    match &field.shape {
        Shape::Octets { .. } => quote! { wire::Octets::octets(#reference).len() },
        Shape::List { bytes: true, .. } | Shape::Map { bytes: true, .. } => {
            let items = write_items(field, place);
            quote! { wire::Writer::measure(|writer| { #items Ok(()) })? }
        }
        Shape::Nested { .. } => {
            quote! { wire::Writer::measure(|writer| ::metaproto_codec::Part::write(#reference, writer))? }
        }
        _ => quote! { #base.len() },
    }
}

fn write_items(field: &Field, place: &Place) -> TokenStream {
    let reference = &place.reference;
    match &field.shape {
        Shape::List { item, .. } => {
            let item = write_item(item, field.order, &quote! { item });
            quote! { for item in #reference { #item } }
        }
        Shape::Map { key, value, .. } => {
            let [key, value] = [(key, quote! { key }), (value, quote! { value })]
                .map(|(item, name)| write_item(item, field.order, &name));
            quote! { for (key, value) in #reference { #key #value } }
        }
        _ => TokenStream::new(),
    }
}

fn write_item(item: &Item, order: Order, value: &TokenStream) -> TokenStream {
    match item {
        Item::Scalar { repr, bytes } => {
            let order = super::order(order);
            quote! { writer.scalar::<#repr, #bytes>(*#value, #order)?; }
        }
        Item::Varint { repr, form } => {
            let (form, bits) = (
                varint_form(*form),
                8 * scalar_bytes(repr).unwrap_or(8) as u32,
            );
            quote! { writer.varint_in((*#value).into(), #form, #bits)?; }
        }
        Item::Octets { attr, .. } => {
            let octets = quote! { wire::Octets::octets(#value) };
            match attr {
                ItemAttr::Prefix { form, max } => {
                    let prefix = prefix_in(*form, order, &quote! { #max });
                    quote! { writer.prefixed(#octets, #prefix)?; }
                }
                ItemAttr::Until { mark, max } => {
                    let mark = bytes_literal(mark);
                    quote! { writer.until(#octets, #mark, #max)?; }
                }
                ItemAttr::Varint(_) => TokenStream::new(),
            }
        }
        Item::Nested { .. } => {
            quote! { writer.nested(|writer| ::metaproto_codec::Part::write(#value, writer))?; }
        }
    }
}
