//! Sizes that hold for all messages.

use metaproto_codec::MAX_DEPTH;
use metaproto_codec::schema::{Field, Item, Length, Presence, Role, Schema, Shape};
use metaproto_codec::wire::{Form, Prefix};

/// Whether the schema is that of a message: it says how long the message is.
pub(crate) fn is_message(schema: &Schema) -> bool {
    let tells = |role: &Role| {
        matches!(
            role,
            Role::FrameLen { .. } | Role::RestLen { .. } | Role::BodyLen { .. }
        )
    };
    schema.find(tells).is_some()
}

/// The fewest bytes that the fields can have, without trailers.
pub(crate) fn min_len(schema: &Schema) -> usize {
    of_fields(schema, 0)
}

/// The fewest bytes of one item.
pub(crate) fn min_item(item: &Item) -> usize {
    of_item(item, 0)
}

/// The fewest bytes of a length in this form.
pub(crate) fn min_prefix(prefix: &Prefix) -> usize {
    match prefix.form {
        Form::Fixed { width, .. } => width,
        Form::Varint(_) => 1,
    }
}

/// A schema may contain itself; below the depth that is accepted it counts as nothing.
fn of_fields(schema: &Schema, depth: usize) -> usize {
    if depth >= MAX_DEPTH {
        return 0;
    }
    let header = schema.fields.iter().filter(|field| !field.trailer);
    header.map(|field| of_field(field, depth)).sum()
}

fn of_field(field: &Field, depth: usize) -> usize {
    if matches!(field.presence, Presence::If(_) | Presence::Room) {
        return 0;
    }
    match &field.shape {
        Shape::Number(number) => number.bytes,
        Shape::Bits {
            group, first: true, ..
        } => *group,
        Shape::Varint(_) => 1,
        Shape::Array { len } => *len,
        Shape::Octets { length, .. }
        | Shape::List { length, .. }
        | Shape::Map { length, .. }
        | Shape::Block { length, .. } => of_length(length),
        Shape::Part(part) => of_fields(part, depth + 1),
        Shape::Choice {
            alternatives,
            other,
            ..
        } => {
            let parts = alternatives.iter().map(|alternative| alternative.part);
            let parts = parts.chain(other.map(Some));
            parts
                .map(|part| part.map_or(0, |part| of_fields(part, depth + 1)))
                .min()
                .unwrap_or(0)
        }
        Shape::Custom(custom) => custom.min,
        _ => 0,
    }
}

fn of_item(item: &Item, depth: usize) -> usize {
    match item {
        Item::Number(number) => number.bytes,
        Item::Varint(_) => 1,
        Item::Octets { length, .. } => of_length(length),
        Item::Part(part) => of_fields(part, depth + 1),
        _ => 0,
    }
}

fn of_length(length: &Length) -> usize {
    match length {
        Length::Prefix(prefix) => min_prefix(prefix),
        Length::Until(delimiter) => delimiter.len(),
        Length::Padded { bytes, .. } => *bytes,
        _ => 0,
    }
}
