//! Messages to start from.

use metaproto_codec::schema::{Constant, Field, Item, NumberKind, Role, Schema, Shape, Unit};
use metaproto_codec::{Direction, MessageType};

use super::outcome::Outcome;
use super::tree::{Message, Node, Value};
use super::write::write;
use super::{bits, measure, read};

/// The message with as little in it as can be: numbers 0 and all else empty, but for constants and codes.
pub(super) fn lean(schema: &Schema, direction: Direction) -> Message {
    Message {
        fields: fields(schema, direction, false),
        extension: Vec::new(),
        body: Vec::new(),
    }
}

/// A message with something in every field, as far as the maxima allow.
pub(super) fn rich(schema: &Schema, direction: Direction) -> Message {
    let rich = Message {
        fields: fields(schema, direction, true),
        extension: Vec::new(),
        body: body(13),
    };
    let mut bare = rich.clone();
    bare.body.clear();
    let mut lean = lean(schema, direction);
    lean.body = body(13);
    let is_valid = |message: &Message| {
        let outcome = read::outcome(schema, direction, &write(message, &[]));
        matches!(outcome, Outcome::Message(..))
    };
    let found = [&rich, &bare, &lean]
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

/// The bits of a number field of an ordinary message.
pub(super) fn ordinary(field: &Field, direction: Direction) -> u128 {
    if let Some(Constant::Number(constant)) = field.constant {
        return constant;
    }
    let width = field.shape.bits().unwrap_or(128);
    let is_special = |code: &u128| {
        field
            .roles
            .iter()
            .any(|role| matches!(role, Role::OneWay(it) | Role::Heartbeat(it) if it == code))
    };
    let wanted = match direction {
        Direction::ClientToServer => MessageType::Request,
        Direction::ServerToClient => MessageType::Response,
    };
    let mut candidates: Vec<u128> = (0..4).filter(|code| *code <= bits::mask(width)).collect();
    for role in field.roles {
        match role {
            Role::MessageType(codes) => {
                let mut codes: Vec<_> = codes.iter().collect();
                // Stable: the wanted kind first, then what may travel, then the rest.
                codes.sort_by_key(|(_, kind)| (*kind != wanted, !kind.may_travel(direction)));
                candidates = codes.iter().map(|(code, _)| *code).collect();
            }
            Role::Status { ok, .. } => candidates = vec![*ok],
            _ => {}
        }
    }
    let found = candidates.iter().find(|code| !is_special(code));
    found.or(candidates.first()).copied().unwrap_or(0)
}

/// So many elements of a list.
pub(crate) fn items(item: &'static Item, count: usize, direction: Direction) -> Vec<Value> {
    (0..count)
        .map(|index| item_value(item, index, direction))
        .collect()
}

/// So many pairs of a map, with names that differ.
pub(crate) fn pairs(
    (key, value): (&'static Item, &'static Item),
    count: usize,
    direction: Direction,
) -> Vec<(Value, Value)> {
    let typical = ["zone", "blue", "user-id", "42"];
    let word = |item: &'static Item, index: usize, offset: usize| match item {
        Item::Octets { max, .. } => match typical.get(2 * index + offset) {
            Some(word) => cut(word.as_bytes(), *max),
            None => cut(format!("k{index}").as_bytes(), *max),
        },
        other => item_value(other, index, direction),
    };
    (0..count)
        .map(|index| (word(key, index, 0), word(value, index, 1)))
        .collect()
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
        Item::Octets { length, .. } => {
            Value::Bytes(text(size.saturating_sub(measure::prefix_width(length))))
        }
        Item::Part(part) => Value::Part(fields(part, direction, false)),
        Item::Number(_) => Value::Number(1),
        _ => Value::Bytes(Vec::new()),
    }
}

fn fields(schema: &Schema, direction: Direction, full: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (index, field) in schema.fields.iter().enumerate() {
        let value = if full {
            full_value(field, index, direction)
        } else {
            lean_value(field, direction)
        };
        nodes.push(Node { field, value });
    }
    nodes
}

fn lean_value(field: &'static Field, direction: Direction) -> Value {
    match &field.shape {
        Shape::Number(_) | Shape::Bits { .. } => Value::Number(ordinary(field, direction)),
        Shape::Array { len } => Value::Bytes(constant_bytes(field).unwrap_or(vec![0; *len])),
        Shape::List { .. } => Value::List(Vec::new()),
        Shape::Map { .. } => Value::Map(Vec::new()),
        Shape::Part(part) => Value::Part(fields(part, direction, false)),
        _ => Value::Bytes(Vec::new()),
    }
}

fn full_value(field: &'static Field, index: usize, direction: Direction) -> Value {
    let max = field.max.unwrap_or(0);
    match &field.shape {
        Shape::Number(_) | Shape::Bits { .. } => {
            Value::Number(full_number(field, index, direction))
        }
        Shape::Array { len } => Value::Bytes(constant_bytes(field).unwrap_or(text(*len))),
        Shape::Octets { .. } => cut(b"hello/world", max),
        Shape::List { item, unit, .. } => {
            let room = match unit {
                Unit::Elements => max,
                Unit::Bytes => max / item_range(item).1.clamp(1, 32),
            };
            Value::List(items(item, room.min(2), direction))
        }
        Shape::Map {
            key, value, unit, ..
        } => {
            let pairs = |count| pairs((key, value), count, direction);
            let fits = |count: &usize| match unit {
                Unit::Elements => *count <= max,
                Unit::Bytes => {
                    let size =
                        |(k, v): &(Value, Value)| measure::item(key, k) + measure::item(value, v);
                    pairs(*count).iter().map(size).sum::<usize>() <= max
                }
            };
            let count = [2, 1].into_iter().find(fits).unwrap_or(0);
            Value::Map(pairs(count))
        }
        Shape::Part(part) => Value::Part(fields(part, direction, true)),
        _ => Value::Bytes(Vec::new()),
    }
}

fn full_number(field: &Field, index: usize, direction: Direction) -> u128 {
    let width = field.shape.bits().unwrap_or(128);
    let is_free = |role: &Role| {
        matches!(
            role,
            Role::RequestId | Role::StreamId | Role::Operation | Role::Property(_)
        )
    };
    if field.constant.is_some() || !field.roles.iter().all(is_free) {
        return ordinary(field, direction);
    }
    match field.shape.number_kind() {
        Some(NumberKind::Bool) => 0,
        Some(NumberKind::Float) if width == 32 => u128::from(1.5_f32.to_bits()),
        Some(NumberKind::Float) => u128::from(1.5_f64.to_bits()),
        _ => (index as u128 + 1) & bits::mask(width),
    }
}

fn item_value(item: &'static Item, index: usize, direction: Direction) -> Value {
    match item {
        Item::Number(number) if number.kind == NumberKind::Bool => Value::Number(0),
        Item::Number(number) => Value::Number((index as u128 + 1) & bits::mask(8 * number.bytes)),
        Item::Octets { max, .. } => cut(format!("i{index}").as_bytes(), *max),
        Item::Part(part) => Value::Part(fields(part, direction, true)),
        _ => Value::Bytes(Vec::new()),
    }
}

fn constant_bytes(field: &Field) -> Option<Vec<u8>> {
    match field.constant {
        Some(Constant::Bytes(constant)) => Some(constant().to_vec()),
        _ => None,
    }
}

fn cut(word: &[u8], max: usize) -> Value {
    Value::Bytes(word.iter().copied().take(max).collect())
}
