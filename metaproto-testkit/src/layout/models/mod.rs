//! Messages to start from.

mod fields;
mod fit;
mod numbers;
mod reach;

use metaproto_codec::Direction;
use metaproto_codec::schema::{Item, Schema};

use super::outcome::Outcome;
use super::tree::{Message, Value};
use super::write::write;
use super::{measure, read};
pub(crate) use fields::{items, pairs, settle};
pub(super) use fields::{lean_fields, lean_value, settle_fields};
pub(crate) use fit::octets;
pub(crate) use numbers::width;
pub(super) use reach::reach;

/// The message with as little in it as can be: numbers 0 and all else empty or absent, but for constants and codes.
pub(super) fn lean(schema: &Schema, direction: Direction) -> Message {
    Message {
        fields: lean_fields(schema, direction),
        extension: Vec::new(),
        body: Vec::new(),
    }
}

/// A message with something in every field, as far as the maxima and conditions allow.
pub(super) fn rich(schema: &Schema, direction: Direction) -> Message {
    let rich = Message {
        fields: fields::full_fields(schema, direction),
        extension: Vec::new(),
        body: body(13),
    };
    let mut bare = rich.clone();
    bare.body.clear();
    let mut lean = lean(schema, direction);
    lean.body = body(13);
    let mut least = lean.clone();
    least.body.clear();
    let is_valid = |message: &Message| {
        let bytes = write(message, &[]);
        match read::outcome(schema, direction, &bytes) {
            Outcome::Message(_, facts) => facts.length == bytes.len(),
            _ => false,
        }
    };
    let found = [&rich, &bare, &lean, &least]
        .into_iter()
        .find(|message| is_valid(message));
    found.unwrap_or(&rich).clone()
}

/// A body of so many bytes, none of which is zero.
pub(super) fn body(length: usize) -> Vec<u8> {
    (1..=255).cycle().take(length).collect()
}

/// A text of so many bytes, which is ASCII.
pub(super) fn text(length: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(length).collect()
}

/// Elements that fill `target` bytes, or as many of them as they can.
pub(super) fn filling<T>(
    target: usize,
    least: usize,
    most: usize,
    mut element: impl FnMut(usize) -> T,
) -> Vec<T> {
    let mut left = target;
    let mut elements = Vec::new();
    while left >= least && least > 0 {
        let mut size = left.min(most);
        // What is left over must be nothing, or enough for another one.
        if left > size && left - size < least {
            size = size.saturating_sub(least).max(least);
        }
        elements.push(element(size));
        left -= size;
    }
    elements
}

/// The fewest and most bytes of an item.
pub(super) fn item_range(item: &Item) -> (usize, usize) {
    let least = measure::least_item(item);
    match item {
        Item::Octets { max, .. } => (least, least.saturating_add(*max)),
        _ => (least, least),
    }
}

/// An item of `size` bytes, if it can have so many.
pub(super) fn item_of(item: &'static Item, size: usize, direction: Direction) -> Value {
    match item {
        Item::Octets { length, max, .. } => {
            let around = measure::least_length(length);
            let mut bytes = octets(length, text(size.saturating_sub(around)), *max);
            // A length of varying width takes more bytes with a long text.
            let larger = |bytes: &[u8]| {
                super::write::item_size(item, &Value::Bytes(bytes.to_vec())).saturating_sub(size)
            };
            let excess = larger(&bytes);
            bytes.truncate(bytes.len().saturating_sub(excess));
            Value::Bytes(bytes)
        }
        Item::Part(part) => Value::Part(lean_fields(part, direction)),
        Item::Number(_) | Item::Varint(_) => Value::Number(1),
        _ => Value::Bytes(Vec::new()),
    }
}
