//! The declaration in words, which are those of `metaproto-describe`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, Expr, Lit, Meta};

use super::written::written;
use crate::ast::{Field, Presence};
use crate::attr::{Form, ItemAttr, Order};
use crate::choices::number as number_of;
use crate::shape::{Extent, Item, Shape};

/// When a field is there; `None` if always.
pub(super) fn condition(field: &Field) -> Option<String> {
    match &field.presence {
        Presence::Always => None,
        Presence::When(condition) => Some(format!("if {}", expr(&condition.expr))),
        Presence::Room => Some("if there is room".to_owned()),
        Presence::Null(null) => {
            let raw = match (number_of(null), field.shape.extent()) {
                (Some(raw), Some(Extent::Prefix(form))) => wire_bits(raw, form.bits()).to_string(),
                _ => written(null),
            };
            Some(format!("unless {}.length is {raw}", field.ident))
        }
    }
}

/// A condition, with brackets around all that is nested.
fn expr(found: &Expr) -> String {
    match found {
        Expr::Paren(paren) => expr(&paren.expr),
        Expr::Group(group) => expr(&group.expr),
        Expr::Binary(binary) => {
            let operator = binary.op.to_token_stream();
            format!(
                "{} {operator} {}",
                nested(&binary.left),
                nested(&binary.right)
            )
        }
        Expr::Unary(unary) if number_of(found).is_none() => {
            format!("{}{}", unary.op.to_token_stream(), nested(&unary.expr))
        }
        Expr::Lit(literal) => match (&literal.lit, number_of(found)) {
            (Lit::Bool(flag), _) => u8::from(flag.value).to_string(),
            (_, Some(number)) => number.to_string(),
            _ => written(found),
        },
        _ => number_of(found).map_or_else(|| written(found), |number| number.to_string()),
    }
}

fn nested(inner: &Expr) -> String {
    match inner {
        Expr::Paren(paren) => nested(&paren.expr),
        Expr::Group(group) => nested(&group.expr),
        Expr::Binary(_) => format!("({})", expr(inner)),
        _ => expr(inner),
    }
}

fn wire_bits(number: i128, bits: u32) -> u128 {
    number.cast_unsigned() & u128::MAX.checked_shr(128 - bits).unwrap_or_default()
}

/// How long a field is that varies.
pub(super) fn rule(field: &Field) -> String {
    match &field.shape {
        Shape::Varint { bytes, .. } => format!("1 to {bytes} bytes"),
        Shape::Octets { extent, .. }
        | Shape::Nested {
            extent: Some(extent),
        } => length(field, extent, "bytes"),
        Shape::List { extent, bytes, .. } => {
            length(field, extent, if *bytes { "bytes" } else { "items" })
        }
        Shape::Map { extent, bytes, .. } => {
            length(field, extent, if *bytes { "bytes" } else { "pairs" })
        }
        Shape::Nested { extent: None } => "as its fields".to_owned(),
        Shape::Choice { tag } => format!("as {tag} says"),
        Shape::Custom { module } => format!("as `{}` reads it", written(module)),
        _ => "varies".to_owned(),
    }
}

fn length(field: &Field, extent: &Extent, what: &str) -> String {
    match extent {
        Extent::Prefix(_) => format!(
            "{} {what}",
            scaled(field, &format!("{}.length", field.ident))
        ),
        Extent::Field(name) => format!("{} {what}", scaled(field, &name.to_string())),
        other => end(other),
    }
}

/// How the end is found, where that is no length.
fn end(extent: &Extent) -> String {
    match extent {
        Extent::Until(mark) => format!("up to \"{}\"", mark.escape_ascii()),
        Extent::Padded { bytes, .. } => format!("{bytes} bytes"),
        _ => "to the end".to_owned(),
    }
}

fn scaled(field: &Field, name: &str) -> String {
    let scale = field.attrs.scale.as_ref().map(syn::LitInt::base10_digits);
    let scale = scale
        .filter(|scale| *scale != "1")
        .map(|scale| format!(" * {scale}"));
    let offset = field
        .attrs
        .offset
        .as_ref()
        .map(|offset| match number_of(offset) {
            Some(0) => String::new(),
            Some(offset @ 1..) => format!(" + {offset}"),
            Some(offset) => format!(" - {}", offset.unsigned_abs()),
            None => format!(" + {}", written(offset)),
        });
    format!(
        "{name}{}{}",
        scale.unwrap_or_default(),
        offset.unwrap_or_default()
    )
}

/// What the table says of a field: what the author says first, what it holds and what it means.
pub(super) fn note(field: &Field) -> String {
    let mut notes: Vec<String> = sentence(&field.docs).into_iter().collect();
    notes.push(kind(field));
    let of = |it: &Item| item(it, field.order);
    match &field.shape {
        Shape::List { item, .. } => notes.push(format!("of {}", of(item))),
        Shape::Map { key, value, .. } => notes.push(format!("of {} to {}", of(key), of(value))),
        Shape::Nested { .. } => notes.push(format!("`{}`", written(&field.ty))),
        _ => {}
    }
    notes.extend(remarks(field));
    notes.join("; ")
}

/// The first sentence of a documentation, without its full stop.
fn sentence(docs: &[Attribute]) -> Option<String> {
    let mut text = String::new();
    for doc in docs {
        let Meta::NameValue(meta) = &doc.meta else {
            continue;
        };
        let Expr::Lit(literal) = &meta.value else {
            continue;
        };
        let Lit::Str(line) = &literal.lit else {
            continue;
        };
        for line in line.value().lines() {
            if line.trim().is_empty() && !text.is_empty() {
                return Some(text);
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line.trim());
            if let Some(end) = text.find(". ") {
                text.truncate(end);
                return Some(text);
            }
        }
    }
    if text.ends_with('.') {
        text.pop();
    }
    (!text.is_empty()).then_some(text)
}

/// What a field holds, in a few words.
fn kind(field: &Field) -> String {
    match &field.shape {
        Shape::Scalar { repr, bytes } => number(kind_of(repr), *bytes, field.order),
        Shape::Bits { repr, .. } => kind_of(repr).to_owned(),
        Shape::Varint { form, zigzag, .. } => varint(*form, *zigzag),
        Shape::Octets { text, extent } => {
            let kind = if *text { "text" } else { "bytes" };
            match extent {
                Extent::Padded { pad, .. } => {
                    format!("{kind}, filled up with \"{}\"", pad.escape_ascii())
                }
                _ => kind.to_owned(),
            }
        }
        Shape::Array { .. } => "bytes".to_owned(),
        Shape::List { .. } => "list".to_owned(),
        Shape::Map { .. } => "map".to_owned(),
        Shape::Nested { .. } => "part".to_owned(),
        Shape::Choice { tag } => format!("chosen by `{tag}`"),
        Shape::Custom { .. } => "bytes that the codec reads with a function of its own".to_owned(),
    }
}

fn kind_of(repr: &Ident) -> &'static str {
    match repr.to_string().as_bytes().first() {
        Some(b'i') => "signed",
        Some(b'f') => "float",
        Some(b'b') => "flag",
        _ => "unsigned",
    }
}

pub(super) fn number(kind: &str, bytes: usize, order: Order) -> String {
    match order {
        Order::Little if bytes > 1 => format!("{kind}, little-endian"),
        _ => kind.to_owned(),
    }
}

pub(super) fn varint(form: Form, zigzag: bool) -> String {
    let form = match form {
        Form::Vlq => "VLQ",
        _ => "LEB128",
    };
    match zigzag {
        true => format!("{form}, zigzag"),
        false => form.to_owned(),
    }
}

/// One item of a list or map.
fn item(item: &Item, order: Order) -> String {
    match item {
        Item::Scalar { repr, bytes } => {
            format!(
                "{} of {}",
                number(kind_of(repr), *bytes, order),
                bytes_of(*bytes)
            )
        }
        Item::Varint { form, .. } => varint(*form, false),
        Item::Octets { text, attr, .. } => {
            let kind = if *text { "text" } else { "bytes" };
            match attr {
                ItemAttr::Prefix {
                    form: Form::Fixed(width),
                    max,
                } => {
                    format!(
                        "{kind} after {} of length, at most {}",
                        bytes_of(*width),
                        stated(max)
                    )
                }
                ItemAttr::Prefix { form, max } => {
                    format!(
                        "{kind} after a length, {}, at most {}",
                        varint(*form, false),
                        stated(max)
                    )
                }
                ItemAttr::Until { mark, max } => {
                    format!(
                        "{kind} {}, at most {}",
                        end(&Extent::Until(mark.clone())),
                        stated(max)
                    )
                }
                ItemAttr::Varint(_) => kind.to_owned(),
            }
        }
        Item::Nested { ty } => format!("`{}`", written(ty)),
    }
}

fn bytes_of(count: usize) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

/// What a field means beside what it holds, one remark each.
fn remarks(field: &Field) -> Vec<String> {
    let attrs = &field.attrs;
    let mut remarks = Vec::new();
    for (given, what) in [
        (attrs.frame_len, "length of the message"),
        (attrs.rest_len, "length of the message after this field"),
        (attrs.header_len, "length of the header"),
        (attrs.body_len, "length of the body"),
    ] {
        remarks.extend(given.map(|_| less(what, attrs.offset.as_ref())));
    }
    for (given, what) in [
        (attrs.no_body.is_some(), "there is no body"),
        (attrs.request_id.is_some(), "request id"),
        (attrs.stream_id.is_some(), "stream id"),
        (attrs.operation.is_some(), "operation"),
        (attrs.reserved.is_some(), "reserved, kept as it is"),
    ] {
        remarks.extend(given.then(|| what.to_owned()));
    }
    remarks.extend(attrs.metadata.as_ref().map(|(_, key)| match key {
        Some(key) => format!("property `{}`", key.value()),
        None => "properties".to_owned(),
    }));
    for (given, what) in [
        (attrs.message_type.is_some(), "kind of the message"),
        (attrs.oneway.is_some(), "tells one-way requests"),
        (attrs.heartbeat.is_some(), "tells heartbeats"),
        (attrs.status.is_some(), "status"),
    ] {
        remarks.extend(given.then(|| what.to_owned()));
    }
    remarks.extend(
        attrs
            .constant
            .as_ref()
            .map(|constant| format!("always `{}`", written(constant))),
    );
    let scale = field.scale().map(syn::LitInt::base10_digits);
    remarks.extend(scale.map(|scale| format!("in units of {scale}")));
    remarks.extend(
        attrs
            .checksum
            .as_ref()
            .map(|algorithm| format!("checksum `{}`", written(algorithm))),
    );
    remarks.extend(
        attrs
            .max
            .as_ref()
            .map(|max| format!("at most {}", stated(max))),
    );
    remarks
}

/// A size that is the field's value plus `offset`.
fn less(what: &str, offset: Option<&Expr>) -> String {
    match offset.map(|offset| (offset, number_of(offset))) {
        None | Some((_, Some(0))) => format!("{what}, bytes"),
        Some((_, Some(offset @ 1..))) => format!("{what} less {offset}, bytes"),
        Some((_, Some(offset))) => format!("{what} and {} more, bytes", offset.unsigned_abs()),
        Some((offset, None)) => format!("{what} less `{}`, bytes", written(offset)),
    }
}

/// A number of the declaration: its value where it is written out, else the expression.
pub(super) fn stated(expr: &Expr) -> String {
    number_of(expr).map_or_else(
        || format!("`{}`", written(expr)),
        |number| number.to_string(),
    )
}
