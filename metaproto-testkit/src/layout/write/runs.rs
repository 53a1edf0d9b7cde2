//! What varies in length, with what tells its length.

use metaproto_codec::schema::{Item, Length, Shape, Unit};
use metaproto_codec::wire::{Form, Prefix};

use super::{SlotKind, Writer};
use crate::layout::path::Step;
use crate::layout::scope::stating;
use crate::layout::tree::Value;
use crate::layout::{bits, measure, varint};

/// How many elements a length counts; `None` where it counts bytes.
pub(super) fn units(shape: &Shape, value: &Value) -> Option<usize> {
    match shape {
        Shape::List {
            unit: Unit::Elements,
            ..
        }
        | Shape::Map {
            unit: Unit::Elements,
            ..
        } => Some(measure::elements(value)),
        _ => None,
    }
}

impl Writer<'_> {
    /// A text, list, map or block, with its prefix and its end.
    pub(super) fn run(&mut self, shape: &Shape, value: &Value) {
        let Some(length) = measure::length_of(shape) else {
            return;
        };
        if let Length::Prefix(prefix) = length {
            let says = units(shape, value)
                .unwrap_or_else(|| self.aside(|writer| writer.content(shape, value)).len());
            self.prefix(prefix, says);
        }
        let start = self.out.len();
        self.content(shape, value);
        self.end(length, start);
    }

    /// What stands between prefix and end.
    pub(super) fn content(&mut self, shape: &Shape, value: &Value) {
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
            (Shape::Block { .. }, Value::Part(nodes)) => self.part(nodes),
            _ => {}
        }
    }

    pub(super) fn item(&mut self, item: &Item, value: &Value) {
        match item {
            Item::Number(number) => self.number(number, value.number()),
            Item::Varint(varint) => {
                let raw = value.number() & bits::mask(varint.bits as usize);
                self.varint(varint, raw, value);
            }
            Item::Octets { length, .. } => {
                if let Length::Prefix(prefix) = length {
                    self.prefix(prefix, value.bytes().len());
                }
                let start = self.out.len();
                self.out.extend(value.bytes());
                self.end(length, start);
            }
            Item::Part(_) => {
                if let Value::Part(nodes) = value {
                    self.part(nodes);
                }
            }
            _ => {}
        }
    }

    /// Ends what started at `start`.
    fn end(&mut self, length: &Length, start: usize) {
        match length {
            Length::Until(mark) => {
                self.slot(SlotKind::Mark { bytes: mark.len() });
                self.out.extend(*mark);
            }
            Length::Padded { bytes, pad } => self.out.resize(start + bytes, *pad),
            _ => {}
        }
    }

    fn prefix(&mut self, prefix: &Prefix, says: usize) {
        self.prefix_number(prefix, stating(says as u128, prefix.scale, prefix.offset));
    }

    /// A prefix with this number.
    pub(super) fn prefix_number(&mut self, prefix: &Prefix, right: u128) {
        let bits = match prefix.form {
            Form::Fixed { width, .. } => 8 * width,
            Form::Varint(_) => varint::PREFIX_BITS,
        };
        self.path.push(Step::Name("len"));
        self.slot(SlotKind::Length {
            bits,
            right,
            max: stating(prefix.max as u128, prefix.scale, prefix.offset),
            role: None,
        });
        let raw = self.overridden(right);
        match prefix.form {
            Form::Fixed { width, order } => self.put(order, raw, width),
            Form::Varint(form) => {
                let raw = if self.is_overridden() {
                    raw
                } else {
                    raw & bits::mask(bits)
                };
                let bytes = varint::bytes(form, raw, 1);
                self.slot(SlotKind::Varint {
                    form,
                    bits,
                    most: varint::PREFIX_BYTES,
                    bytes: bytes.len(),
                    right,
                });
                self.out.extend(bytes);
            }
        }
        self.path.pop();
    }
}
