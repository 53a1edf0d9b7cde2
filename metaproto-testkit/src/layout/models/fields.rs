//! The fields of a struct, lean or with something in each.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Constant, Field, Item, NumberKind, Presence, Schema, Shape, Unit};

use super::numbers::{ordinary, telling};
use super::{fit, item_range, octets, reach, text};
use crate::layout::read::{chosen, holds};
use crate::layout::scope::Scope;
use crate::layout::tree::{Message, Node, Value};
use crate::layout::{bits, measure};

/// As little as can be.
pub(in crate::layout) fn lean_fields(schema: &Schema, direction: Direction) -> Vec<Node> {
    let mut nodes: Vec<_> = measure::wire_order(schema)
        .map(|field| Node {
            field,
            value: match (field.presence, field.shape.number_kind()) {
                (Presence::Room | Presence::Unless(_), _) => Value::Absent,
                (_, Some(_)) => Value::Number(ordinary(field, schema.fields, direction)),
                _ => lean_value(field, direction),
            },
        })
        .collect();
    settle_fields(&mut nodes, direction, false);
    nodes
}

/// Something in every field that can be there.
pub(super) fn full_fields(schema: &Schema, direction: Direction) -> Vec<Node> {
    let mut nodes: Vec<_> = measure::wire_order(schema)
        .enumerate()
        .map(|(index, field)| Node {
            field,
            value: match field.shape.number_kind() {
                Some(_) => Value::Number(telling(field, index, schema.fields, direction)),
                None => full_value(field, direction),
            },
        })
        .collect();
    for index in 0..nodes.len() {
        reach(&mut nodes, index, true, true, direction);
    }
    settle_fields(&mut nodes, direction, true);
    nodes
}

/// Makes what depends on numbers follow them, in the whole message: fields that become there have something in them.
pub(crate) fn settle(message: &mut Message, direction: Direction) {
    settle_fields(&mut message.fields, direction, true);
}

/// As [`settle`], of one struct and those within.
pub(in crate::layout) fn settle_fields(nodes: &mut [Node], direction: Direction, full: bool) {
    let fields: Vec<Field> = nodes.iter().map(|node| *node.field).collect();
    let mut scope = Scope::default();
    for (index, node) in nodes.iter_mut().enumerate() {
        let field = node.field;
        if !holds(field, &scope) {
            node.value = Value::Absent;
            continue;
        }
        if matches!(field.presence, Presence::If(_)) && node.value == Value::Absent {
            node.value = match field.shape.number_kind() {
                Some(_) if full => Value::Number(telling(field, index, &fields, direction)),
                Some(_) => Value::Number(ordinary(field, &fields, direction)),
                None if full => full_value(field, direction),
                None => lean_value(field, direction),
            };
        }
        if node.value == Value::Absent {
            continue;
        }
        if let Shape::Choice {
            tag,
            alternatives,
            other,
        } = &field.shape
        {
            let part = chosen(scope.raw(tag), alternatives, *other).flatten();
            let is_right = match (part, &node.value) {
                (Some(part), Value::Part(nodes)) => measure::wire_order(part)
                    .map(std::ptr::from_ref)
                    .eq(nodes.iter().map(|node| std::ptr::from_ref(node.field))),
                (None, Value::Part(nodes)) => nodes.is_empty(),
                _ => false,
            };
            if !is_right {
                node.value = Value::Part(match part {
                    Some(part) if full => full_fields(part, direction),
                    Some(part) => lean_fields(part, direction),
                    None => Vec::new(),
                });
            }
        }
        match &mut node.value {
            Value::Part(nodes) => settle_fields(nodes, direction, full),
            Value::List(items) => {
                for item in items {
                    if let Value::Part(nodes) = item {
                        settle_fields(nodes, direction, full);
                    }
                }
            }
            Value::Map(pairs) => {
                for (key, value) in pairs {
                    for it in [key, value] {
                        if let Value::Part(nodes) = it {
                            settle_fields(nodes, direction, full);
                        }
                    }
                }
            }
            _ => {}
        }
        if field.shape.number_kind().is_some() {
            scope.number(field, node.value.number());
        }
    }
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
        Item::Octets { length, max, .. } => {
            let word = match typical.get(2 * index + offset) {
                Some(word) => (*word).to_owned(),
                None => format!("k{index}"),
            };
            Value::Bytes(octets(length, word.into_bytes(), *max))
        }
        other => item_value(other, index, direction),
    };
    (0..count)
        .map(|index| (word(key, index, 0), word(value, index, 1)))
        .collect()
}

/// As little as can be in a field that is there. What other fields say of it is not known.
pub(in crate::layout) fn lean_value(field: &'static Field, direction: Direction) -> Value {
    match &field.shape {
        Shape::Number(_) | Shape::Bits { .. } | Shape::Varint(_) => {
            Value::Number(ordinary(field, &[], direction))
        }
        Shape::Array { len } => Value::Bytes(constant_bytes(field).unwrap_or(vec![0; *len])),
        Shape::Octets { length, .. } => {
            Value::Bytes(octets(length, Vec::new(), field.max.unwrap_or(0)))
        }
        Shape::List { .. } => Value::List(Vec::new()),
        Shape::Map { .. } => Value::Map(Vec::new()),
        Shape::Part(part) | Shape::Block { part, .. } => Value::Part(lean_fields(part, direction)),
        Shape::Choice { .. } => Value::Part(Vec::new()),
        Shape::Custom(custom) => Value::Bytes(sample(custom.sample)),
        _ => Value::Bytes(Vec::new()),
    }
}

fn full_value(field: &'static Field, direction: Direction) -> Value {
    let max = field.max.unwrap_or(0);
    match &field.shape {
        Shape::Array { len } => Value::Bytes(constant_bytes(field).unwrap_or(text(*len))),
        Shape::Octets { length, .. } => Value::Bytes(octets(length, b"hello/world".to_vec(), max)),
        Shape::List { item, unit, .. } => {
            let room = match unit {
                Unit::Elements => max,
                Unit::Bytes => max / item_range(item).1.clamp(1, 32),
            };
            let value = |count| Value::List(items(item, count, direction));
            most(field, room.min(2), value)
        }
        Shape::Map { key, value, .. } => {
            let value = |count| Value::Map(pairs((key, value), count, direction));
            most(field, 2, value)
        }
        Shape::Part(part) | Shape::Block { part, .. } => Value::Part(full_fields(part, direction)),
        _ => lean_value(field, direction),
    }
}

/// The value with the most elements that fits.
fn most(field: &Field, count: usize, value: impl Fn(usize) -> Value) -> Value {
    let found = (0..=count)
        .rev()
        .map(&value)
        .find(|it| fit::elements_fit(field, it));
    found.unwrap_or_else(|| value(0))
}

fn item_value(item: &'static Item, index: usize, direction: Direction) -> Value {
    let next = index as u128 + 1;
    match item {
        Item::Number(number) if number.kind == NumberKind::Bool => Value::Number(0),
        Item::Number(number) => Value::Number(next & bits::mask(8 * number.bytes)),
        Item::Varint(varint) => Value::Number(next & bits::mask(varint.bits as usize)),
        Item::Octets { length, max, .. } => {
            Value::Bytes(octets(length, format!("i{index}").into_bytes(), *max))
        }
        Item::Part(part) => Value::Part(full_fields(part, direction)),
        _ => Value::Bytes(Vec::new()),
    }
}

fn constant_bytes(field: &Field) -> Option<Vec<u8>> {
    match field.constant {
        Some(Constant::Bytes(constant)) => Some(constant().to_vec()),
        _ => None,
    }
}

fn sample(sample: fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    sample(&mut bytes);
    bytes
}
