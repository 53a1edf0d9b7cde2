//! How many bytes things take.

use metaproto_codec::schema::{Item, Length, Schema, Shape, Unit};

use metaproto_codec::wire::Form;

use super::tree::{Node, Value};

/// The fewest bytes that the fields of `schema` can take.
pub(super) fn least(schema: &Schema) -> usize {
    let field = |shape: &Shape| match shape {
        Shape::Number(number) => number.bytes,
        Shape::Bits {
            group, first: true, ..
        } => *group,
        Shape::Array { len } => *len,
        Shape::Octets { length, .. } | Shape::List { length, .. } | Shape::Map { length, .. } => {
            prefix_width(length)
        }
        Shape::Part(part) => least(part),
        _ => 0,
    };
    schema
        .fields
        .iter()
        .map(|it| field(&it.shape))
        .fold(0, usize::saturating_add)
}

/// The fewest bytes that an item can take.
pub(super) fn least_item(item: &Item) -> usize {
    match item {
        Item::Number(number) => number.bytes,
        Item::Octets { length, .. } => prefix_width(length),
        Item::Part(part) => least(part),
        _ => 0,
    }
}

/// The bytes that the fields take.
pub(super) fn fields(nodes: &[Node]) -> usize {
    nodes.iter().map(node).sum()
}

/// What the length or count of a field says: the bytes or elements of its value.
pub(super) fn length(shape: &Shape, value: &Value) -> usize {
    match shape {
        Shape::List {
            unit: Unit::Elements,
            ..
        }
        | Shape::Map {
            unit: Unit::Elements,
            ..
        } => match value {
            Value::List(items) => items.len(),
            Value::Map(pairs) => pairs.len(),
            _ => 0,
        },
        _ => content(shape, value),
    }
}

/// Whether the length or count of a field of this shape stands in the field `name`.
pub(super) fn stands_in(shape: &Shape, name: &str) -> bool {
    let (Shape::Octets { length, .. } | Shape::List { length, .. } | Shape::Map { length, .. }) =
        shape
    else {
        return false;
    };
    matches!(length, Length::Field { name: field, .. } if *field == name)
}

/// The bytes that an item takes, its prefix included.
pub(super) fn item(item: &Item, value: &Value) -> usize {
    match item {
        Item::Number(number) => number.bytes,
        Item::Octets { length, .. } => prefix_width(length) + value.bytes().len(),
        Item::Part(_) => match value {
            Value::Part(nodes) => fields(nodes),
            _ => 0,
        },
        _ => 0,
    }
}

fn node(node: &Node) -> usize {
    match &node.field.shape {
        Shape::Number(number) => number.bytes,
        Shape::Bits {
            group, first: true, ..
        } => *group,
        Shape::Array { len } => *len,
        Shape::Part(_) => match &node.value {
            Value::Part(nodes) => fields(nodes),
            _ => 0,
        },
        shape @ (Shape::Octets { length, .. }
        | Shape::List { length, .. }
        | Shape::Map { length, .. }) => prefix_width(length) + content(shape, &node.value),
        _ => 0,
    }
}

/// The bytes of a value that varies in length, without its own prefix.
fn content(shape: &Shape, value: &Value) -> usize {
    match (shape, value) {
        (Shape::Octets { .. }, Value::Bytes(bytes)) => bytes.len(),
        (Shape::List { item: it, .. }, Value::List(items)) => {
            items.iter().map(|value| item(it, value)).sum()
        }
        (
            Shape::Map {
                key: k, value: v, ..
            },
            Value::Map(pairs),
        ) => pairs
            .iter()
            .map(|(key, value)| item(k, key) + item(v, value))
            .sum(),
        _ => 0,
    }
}

pub(super) fn prefix_width(length: &Length) -> usize {
    match length {
        Length::Prefix(prefix) => match prefix.form {
            Form::Fixed { width, .. } => width,
            Form::Varint(_) => 1,
        },
        _ => 0,
    }
}
