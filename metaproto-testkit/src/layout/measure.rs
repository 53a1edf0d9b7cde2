//! How many bytes things take at least, and what measures what.

use metaproto_codec::schema::{Field, Item, Length, Presence, Role, Schema, Shape, Unit};
use metaproto_codec::wire::{Form, Prefix};

use super::tree::Value;

/// The fields in wire order: those that stand behind the body come last.
pub(super) fn wire_order(schema: &Schema) -> impl Iterator<Item = &'static Field> + use<> {
    let fields = schema.fields;
    let before = fields.iter().filter(|field| !field.trailer);
    before.chain(fields.iter().filter(|field| field.trailer))
}

/// The fewest bytes that the fields of `schema` can take, but for what stands behind the body.
pub(super) fn least(schema: &Schema) -> usize {
    schema
        .fields
        .iter()
        .filter(|field| !field.trailer)
        .map(least_field)
        .fold(0, usize::saturating_add)
}

/// The bytes behind the body that are always there.
pub(super) fn least_trailers(schema: &Schema) -> usize {
    schema
        .fields
        .iter()
        .filter(|field| field.trailer)
        .map(least_field)
        .fold(0, usize::saturating_add)
}

/// Whether a message is all header, but for trailers.
pub(super) fn has_no_body(schema: &Schema) -> bool {
    schema.find(|role| *role == Role::NoBody).is_some()
}

/// The fewest bytes that an item can take.
pub(super) fn least_item(item: &Item) -> usize {
    match item {
        Item::Number(number) => number.bytes,
        Item::Varint(_) => 1,
        Item::Octets { length, .. } => least_length(length),
        Item::Part(part) => least(part),
        _ => 0,
    }
}

/// The fewest bytes that the pair of a map can take.
pub(super) fn least_pair(key: &Item, value: &Item) -> usize {
    least_item(key).saturating_add(least_item(value))
}

/// The fewest bytes that tell the length of something, or are always part of it.
pub(super) fn least_length(length: &Length) -> usize {
    match length {
        Length::Prefix(prefix) => prefix_width(prefix),
        Length::Until(mark) => mark.len(),
        Length::Padded { bytes, .. } => *bytes,
        _ => 0,
    }
}

/// The fewest bytes of each of the things that the length or count of a field tells.
pub(super) fn each(shape: &Shape) -> usize {
    match shape {
        Shape::List {
            item,
            unit: Unit::Elements,
            ..
        } => least_item(item),
        Shape::Map {
            key,
            value,
            unit: Unit::Elements,
            ..
        } => least_pair(key, value),
        _ => 1,
    }
}

/// How the end of a field is found, where it varies.
pub(super) fn length_of(shape: &Shape) -> Option<&Length> {
    match shape {
        Shape::Octets { length, .. }
        | Shape::List { length, .. }
        | Shape::Map { length, .. }
        | Shape::Block { length, .. } => Some(length),
        _ => None,
    }
}

/// Whether the length or count of a field of this shape stands in the field `name`.
pub(super) fn stands_in(shape: &Shape, name: &str) -> bool {
    matches!(length_of(shape), Some(Length::Field { name: field, .. }) if *field == name)
}

/// Whether the field `name` tells which alternative a field of this shape is.
pub(super) fn is_told_by(shape: &Shape, name: &str) -> bool {
    matches!(shape, Shape::Choice { tag, .. } if *tag == name)
}

/// How many elements a value has.
pub(super) fn elements(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Map(pairs) => pairs.len(),
        _ => 0,
    }
}

fn least_field(field: &Field) -> usize {
    match field.presence {
        Presence::Always => {}
        Presence::Unless(_) => return length_of(&field.shape).map_or(0, least_length),
        _ => return 0,
    }
    match &field.shape {
        Shape::Number(number) => number.bytes,
        Shape::Bits {
            group, first: true, ..
        } => *group,
        Shape::Varint(_) => 1,
        Shape::Array { len } => *len,
        Shape::Part(part) => least(part),
        Shape::Choice {
            alternatives,
            other,
            ..
        } => {
            let listed = alternatives
                .iter()
                .map(|alternative| alternative.part.map_or(0, least));
            listed.chain(other.map(least)).min().unwrap_or(0)
        }
        Shape::Custom(custom) => custom.min,
        shape => length_of(shape).map_or(0, least_length),
    }
}

fn prefix_width(prefix: &Prefix) -> usize {
    match prefix.form {
        Form::Fixed { width, .. } => width,
        Form::Varint(_) => 1,
    }
}
