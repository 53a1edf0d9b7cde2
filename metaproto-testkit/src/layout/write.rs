//! A tree to bytes, with every length right, but for those that a test wants wrong.

use metaproto_codec::schema::{Constant, Item, Length, Number, NumberKind, Role, Shape};
use metaproto_codec::wire::{Form, Order, Prefix};

use super::path::{Path, Step};
use super::tree::{Message, Node, Value};
use super::{bits, measure};

/// Bits to write in place of what belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A number field, or a length prefix such as `headers.len`.
    pub path: String,
    /// Its wire bits; the low ones, where it has fewer.
    pub bits: u128,
}

/// The bytes of `message`.
///
/// Lengths, counts and constants are computed, whatever the tree says; then the `overrides` have the last word. Nothing
/// is refused: a value that is too large is cut to its width, and maxima are not looked at, since bad messages are
/// written on purpose. A value of another shape than its field's is written as zero or empty.
#[must_use]
pub fn write(message: &Message, overrides: &[Override]) -> Vec<u8> {
    Writer::new(message, overrides).run(message)
}

/// As [`write`], with the places of what a test may want wrong.
pub(crate) fn write_with_slots(message: &Message) -> (Vec<u8>, Vec<Slot>) {
    let mut writer = Writer::new(message, &[]);
    writer.slots = Some(Vec::new());
    let bytes = writer.run_mut(message);
    (bytes, writer.slots.unwrap_or_default())
}

/// A place in written bytes.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) path: String,
    /// Bytes from the start of the message; of a bit field, those of its group.
    pub(crate) offset: usize,
    pub(crate) kind: SlotKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// A length or count.
    Length {
        bits: usize,
        /// What stands there.
        right: u128,
        /// The largest value that the stated maximum allows.
        max: u128,
        /// Whether it is the size of the message or of a part of it.
        role: Option<Role>,
    },
    /// A constant of so many whole bytes.
    Constant { bytes: usize },
    /// A constant of some bits of a group.
    ConstantBits { bits: usize, right: u128 },
    /// A boolean of one byte.
    Bool,
}

struct Writer<'m> {
    out: Vec<u8>,
    path: Path,
    overrides: &'m [Override],
    header: usize,
    body: usize,
    slots: Option<Vec<Slot>>,
}

/// The group of bit fields that is being written.
#[derive(Default)]
struct Group {
    offset: usize,
    raw: u128,
}

impl<'m> Writer<'m> {
    fn new(message: &Message, overrides: &'m [Override]) -> Self {
        Self {
            out: Vec::new(),
            path: Path::default(),
            overrides,
            header: measure::fields(&message.fields) + message.extension.len(),
            body: message.body.len(),
            slots: None,
        }
    }

    fn run(mut self, message: &Message) -> Vec<u8> {
        self.run_mut(message)
    }

    fn run_mut(&mut self, message: &Message) -> Vec<u8> {
        self.nodes(&message.fields);
        self.out.extend(&message.extension);
        self.out.extend(&message.body);
        std::mem::take(&mut self.out)
    }

    fn nodes(&mut self, nodes: &[Node]) {
        let mut group = Group::default();
        for node in nodes {
            self.path.push(Step::Name(node.field.name));
            self.node(node, nodes, &mut group);
            self.path.pop();
        }
    }

    fn node(&mut self, node: &Node, nodes: &[Node], group: &mut Group) {
        match &node.field.shape {
            Shape::Number(number) => {
                let raw = self.number_of(node, nodes, 8 * number.bytes);
                if node.field.constant.is_some() {
                    let bytes = number.bytes;
                    self.slot(|| SlotKind::Constant { bytes });
                }
                self.number(number, raw);
            }
            Shape::Bits {
                bits,
                shift,
                group: width,
                order,
                first,
                ..
            } => {
                if *first {
                    *group = Group {
                        offset: self.out.len(),
                        raw: 0,
                    };
                    self.out.resize(group.offset + width, 0);
                }
                let bits = *bits as usize;
                let right = self.number_of(node, nodes, bits);
                if node.field.constant.is_some() {
                    self.slot(|| SlotKind::ConstantBits { bits, right });
                }
                let raw = self.overridden(right) & bits::mask(bits);
                group.raw |= raw.checked_shl(*shift).unwrap_or(0);
                self.patch(group.offset, *order, group.raw, *width);
            }
            Shape::Array { len } => {
                let mut bytes = node.value.bytes().to_vec();
                if let Some(Constant::Bytes(constant)) = node.field.constant {
                    bytes = constant().to_vec();
                    self.slot(|| SlotKind::Constant { bytes: *len });
                }
                bytes.resize(*len, 0);
                self.out.extend(bytes);
            }
            Shape::Part(_) => {
                if let Value::Part(nodes) = &node.value {
                    self.nodes(nodes);
                }
            }
            shape @ (Shape::Octets { length, .. }
            | Shape::List { length, .. }
            | Shape::Map { length, .. }) => {
                if let Length::Prefix(prefix) = length {
                    let says = measure::length(shape, &node.value);
                    self.prefix(prefix, says);
                }
                self.content(shape, &node.value);
            }
            _ => {}
        }
    }

    fn content(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Octets { .. }, Value::Bytes(bytes)) => self.out.extend(bytes),
            (Shape::List { item, .. }, Value::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.item(item, value);
                    self.path.pop();
                }
            }
            (
                Shape::Map {
                    key: k, value: v, ..
                },
                Value::Map(pairs),
            ) => {
                for (index, (key, value)) in pairs.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    for (name, item, value) in [("key", k, key), ("value", v, value)] {
                        self.path.push(Step::Name(name));
                        self.item(item, value);
                        self.path.pop();
                    }
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn item(&mut self, item: &Item, value: &Value) {
        match item {
            Item::Number(number) => self.number(number, value.number()),
            Item::Octets { length, .. } => {
                if let Length::Prefix(prefix) = length {
                    self.prefix(prefix, value.bytes().len());
                }
                self.out.extend(value.bytes());
            }
            Item::Part(_) => {
                if let Value::Part(nodes) = value {
                    self.nodes(nodes);
                }
            }
            _ => {}
        }
    }

    fn number(&mut self, number: &Number, raw: u128) {
        if number.kind == NumberKind::Bool {
            self.slot(|| SlotKind::Bool);
        }
        let raw = self.overridden(raw);
        self.put(number.order, raw, number.bytes);
    }

    fn prefix(&mut self, prefix: &Prefix, says: usize) {
        let Form::Fixed { width, order } = prefix.form else {
            return;
        };
        let max = prefix.max;
        self.path.push(Step::Name("len"));
        let right = says as u128;
        self.slot(|| SlotKind::Length {
            bits: 8 * width,
            right,
            max: max as u128,
            role: None,
        });
        let raw = self.overridden(right);
        self.put(order, raw, width);
        self.path.pop();
    }

    /// The bits of a number field: a constant, a length, or what the tree says.
    fn number_of(&mut self, node: &Node, nodes: &[Node], bits: usize) -> u128 {
        let field = node.field;
        if let Some(Constant::Number(constant)) = field.constant {
            return constant & bits::mask(bits);
        }
        for role in field.roles {
            let (size, offset) = match role {
                Role::FrameLen { offset } => (self.header + self.body, *offset),
                Role::HeaderLen { offset } => (self.header, *offset),
                Role::BodyLen { offset } => (self.body, *offset),
                _ => continue,
            };
            let raw = |size: usize| (size as i128).wrapping_sub(offset).cast_unsigned();
            let right = raw(size) & bits::mask(bits);
            let max = raw(field.max.unwrap_or(0));
            let role = Some(*role);
            self.slot(|| SlotKind::Length {
                bits,
                right,
                max,
                role,
            });
            return right;
        }
        let measured = nodes
            .iter()
            .find(|other| measure::stands_in(&other.field.shape, field.name));
        let Some(measured) = measured else {
            return node.value.number() & bits::mask(bits);
        };
        let right = measure::length(&measured.field.shape, &measured.value) as u128;
        let max = measured.field.max.unwrap_or(0) as u128;
        self.slot(|| SlotKind::Length {
            bits,
            right,
            max,
            role: None,
        });
        right & bits::mask(bits)
    }

    fn overridden(&self, right: u128) -> u128 {
        let found = self.overrides.iter().find(|it| self.path.is(&it.path));
        found.map_or(right, |it| it.bits)
    }

    fn put(&mut self, order: Order, raw: u128, width: usize) {
        let raw = raw & bits::mask(8 * width);
        self.out.extend(bits::bytes(order, raw, width));
    }

    fn patch(&mut self, offset: usize, order: Order, raw: u128, width: usize) {
        let bytes = bits::bytes(order, raw, width);
        if let Some(there) = self.out.get_mut(offset..offset + width) {
            there.copy_from_slice(&bytes);
        }
    }

    fn slot(&mut self, kind: impl FnOnce() -> SlotKind) {
        let (path, offset) = (&self.path, self.out.len());
        if let Some(slots) = self.slots.as_mut().filter(|_| !path.is_in_later_item()) {
            slots.push(Slot {
                path: path.to_string(),
                offset,
                kind: kind(),
            });
        }
    }
}
