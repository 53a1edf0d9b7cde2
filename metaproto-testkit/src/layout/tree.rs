//! A message as a tree of values, made to be changed.

use std::iter::Peekable;

use metaproto_codec::schema::{Field, Role};

/// A message: the fields of its header, bytes of the header that no field knows, and the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The fields, in wire order; those that stand behind the body come last.
    pub fields: Vec<Node>,
    /// What of the header follows its fields.
    pub extension: Vec<u8>,
    /// What follows the header.
    pub body: Vec<u8>,
}

/// A field and its value. Two nodes are equal if their fields have the same name and their values are equal.
#[derive(Clone, Debug)]
pub struct Node {
    /// What the field is.
    pub field: &'static Field,
    /// What stands in it.
    pub value: Value,
}

/// What stands in a field, as it is on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The bits of a number, zero-extended. One of varying length has as few bytes as it needs.
    Number(u128),
    /// A number of varying length in more bytes than it needs.
    Varint {
        /// Its bits.
        raw: u128,
        /// How many bytes it has.
        bytes: usize,
    },
    /// The bytes of an array, text or byte string, without what ends or fills it; or those of a field that only the
    /// protocol's own function can read.
    Bytes(Vec<u8>),
    /// Items, in wire order.
    List(Vec<Value>),
    /// Keys and values, in wire order.
    Map(Vec<(Value, Value)>),
    /// The fields of a part, block, or of the alternative that was chosen.
    Part(Vec<Node>),
    /// Nothing: the field is not there.
    Absent,
}

impl Message {
    /// The first field with a role that `test` accepts.
    #[must_use]
    pub fn find(&self, test: impl Fn(&Role) -> bool) -> Option<&Node> {
        self.fields
            .iter()
            .find(|node| node.field.roles.iter().any(&test))
    }

    /// As [`find`](Self::find), to change it.
    pub fn find_mut(&mut self, test: impl Fn(&Role) -> bool) -> Option<&mut Node> {
        self.fields
            .iter_mut()
            .find(|node| node.field.roles.iter().any(&test))
    }

    /// The value at `path`, such as `route.zone` or `headers[0].key`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut steps = steps(path);
        let mut value = field(&self.fields, steps.next()?)?;
        while steps.peek().is_some() {
            value = inner(value, &mut steps)?;
        }
        Some(value)
    }

    /// As [`get`](Self::get), to change it.
    pub fn get_mut(&mut self, path: &str) -> Option<&mut Value> {
        let mut steps = steps(path);
        let mut value = field_mut(&mut self.fields, steps.next()?)?;
        while steps.peek().is_some() {
            value = inner_mut(value, &mut steps)?;
        }
        Some(value)
    }

    /// The fields of the struct whose fields have paths that start with `within`: nothing, or a path and a dot.
    pub(super) fn part_mut(&mut self, within: &str) -> Option<&mut Vec<Node>> {
        let Some(path) = within.strip_suffix('.') else {
            return Some(&mut self.fields);
        };
        match self.get_mut(path)? {
            Value::Part(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// Puts `value` at `path` and returns what was there; `None`, and no change, where the path names nothing.
    pub fn set(&mut self, path: &str, value: Value) -> Option<Value> {
        self.get_mut(path)
            .map(|there| std::mem::replace(there, value))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.field.name == other.field.name && self.value == other.value
    }
}

impl Eq for Node {}

impl Value {
    /// The bits of a number; 0 where it is none.
    #[must_use]
    pub fn number(&self) -> u128 {
        match self {
            Self::Number(raw) | Self::Varint { raw, .. } => *raw,
            _ => 0,
        }
    }

    /// The bytes of an array, text or byte string; none where it is something else.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            _ => &[],
        }
    }
}

/// `headers[0].key` to `headers`, `0`, `key`.
fn steps(path: &str) -> Peekable<impl Iterator<Item = &str>> {
    path.split(['.', '[', ']'])
        .filter(|step| !step.is_empty())
        .peekable()
}

fn field<'v>(nodes: &'v [Node], name: &str) -> Option<&'v Value> {
    let node = nodes.iter().find(|node| node.field.name == name)?;
    Some(&node.value)
}

fn field_mut<'v>(nodes: &'v mut [Node], name: &str) -> Option<&'v mut Value> {
    let node = nodes.iter_mut().find(|node| node.field.name == name)?;
    Some(&mut node.value)
}

fn inner<'v, 's>(value: &'v Value, steps: &mut impl Iterator<Item = &'s str>) -> Option<&'v Value> {
    let step = steps.next()?;
    match value {
        Value::Part(nodes) => field(nodes, step),
        Value::List(items) => items.get(step.parse::<usize>().ok()?),
        Value::Map(pairs) => {
            let (key, value) = pairs.get(step.parse::<usize>().ok()?)?;
            match steps.next()? {
                "key" => Some(key),
                "value" => Some(value),
                _ => None,
            }
        }
        Value::Number(_) | Value::Varint { .. } | Value::Bytes(_) | Value::Absent => None,
    }
}

fn inner_mut<'v, 's>(
    value: &'v mut Value,
    steps: &mut impl Iterator<Item = &'s str>,
) -> Option<&'v mut Value> {
    let step = steps.next()?;
    match value {
        Value::Part(nodes) => field_mut(nodes, step),
        Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        Value::Map(pairs) => {
            let (key, value) = pairs.get_mut(step.parse::<usize>().ok()?)?;
            match steps.next()? {
                "key" => Some(key),
                "value" => Some(value),
                _ => None,
            }
        }
        Value::Number(_) | Value::Varint { .. } | Value::Bytes(_) | Value::Absent => None,
    }
}
