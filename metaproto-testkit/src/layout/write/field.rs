//! One field: whether it is there, and its number.

use metaproto_codec::Direction;
use metaproto_codec::schema::{
    Constant, Field, Length, Number, NumberKind, Presence, Role, Schema, Shape, Varint,
};

use super::{SlotKind, Writer, lean};
use crate::layout::path::Step;
use crate::layout::read::{chosen, holds};
use crate::layout::scope::{Scope, mentions, size_bits, stating};
use crate::layout::tree::{Node, Value};
use crate::layout::{bits, measure, models, varint};

impl Writer<'_> {
    pub(super) fn node(&mut self, node: &Node, nodes: &[Node], scope: &mut Scope) {
        let field = node.field;
        let start = match field.shape {
            Shape::Bits { first: false, .. } => scope.group_start,
            _ => self.out.len(),
        };
        let lean;
        let value = match (field.presence, &node.value) {
            (Presence::If(_), _) if !holds(field, scope) => None,
            (Presence::Room, Value::Absent) => None,
            (Presence::Unless(absent), Value::Absent) => {
                if let Some(Length::Prefix(prefix)) = measure::length_of(&field.shape) {
                    self.prefix_number(prefix, absent);
                }
                None
            }
            (Presence::If(_), Value::Absent) => {
                lean = models::lean_value(field, Direction::ClientToServer);
                Some(&lean)
            }
            (_, value) => Some(value),
        };
        let Some(value) = value else {
            scope.place(field.name, self.out.len()..self.out.len(), self.out.len());
            return;
        };
        self.shape(field, value, nodes, scope);
        let own = start..self.out.len();
        let length = self.out.len() - scope.start;
        let padding = length.next_multiple_of(field.align.max(1)) - length;
        if padding > 0 {
            self.slot(SlotKind::Padding { bytes: padding });
            self.out.resize(self.out.len() + padding, 0);
        }
        scope.place(field.name, own, self.out.len());
    }

    fn shape(&mut self, field: &'static Field, value: &Value, nodes: &[Node], scope: &mut Scope) {
        match &field.shape {
            Shape::Number(number) => {
                let raw = self.number_of(field, value, nodes, 8 * number.bytes);
                if field.constant.is_some() {
                    let bytes = number.bytes;
                    self.slot(SlotKind::Constant { bytes });
                }
                self.number(number, raw);
                scope.number(field, raw);
                self.note_end(field);
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
                    scope.group_start = self.out.len();
                    scope.group = 0;
                    self.out.resize(scope.group_start + width, 0);
                }
                let bits = *bits as usize;
                let right = self.number_of(field, value, nodes, bits);
                if field.constant.is_some() {
                    self.slot(SlotKind::ConstantBits { bits, right });
                }
                let raw = self.overridden(right) & bits::mask(bits);
                scope.group |= raw.checked_shl(*shift).unwrap_or(0);
                let place = scope.group_start..scope.group_start + width;
                self.patch(place, *order, scope.group);
                scope.number(field, right);
                self.note_end(field);
            }
            Shape::Varint(varint) => {
                let right = self.number_of(field, value, nodes, varint.bits as usize);
                if field.constant.is_some() {
                    let bits = varint.bits as usize;
                    self.slot(SlotKind::ConstantBits { bits, right });
                }
                self.varint(varint, right, value);
                scope.number(field, right);
                self.note_end(field);
            }
            Shape::Array { len } => {
                let mut bytes = value.bytes().to_vec();
                if let Some(Constant::Bytes(constant)) = field.constant {
                    bytes = constant().to_vec();
                    self.slot(SlotKind::Constant { bytes: *len });
                }
                bytes.resize(*len, 0);
                self.out.extend(bytes);
            }
            Shape::Part(_) => {
                if let Value::Part(nodes) = value {
                    self.part(nodes);
                }
            }
            Shape::Choice {
                tag,
                alternatives,
                other,
            } => match (chosen(scope.raw(tag), alternatives, *other), value) {
                (Some(Some(part)), Value::Part(nodes)) if fits(part, nodes) => self.part(nodes),
                (Some(Some(part)), _) => self.part(&lean(part)),
                (None, Value::Part(nodes)) => self.part(nodes),
                _ => {}
            },
            Shape::Custom(custom) => match value {
                Value::Bytes(bytes) => self.out.extend(bytes),
                _ => (custom.sample)(&mut self.out),
            },
            shape => self.run(shape, value),
        }
    }

    /// Where a field ends that tells the length of what follows it.
    fn note_end(&mut self, field: &Field) {
        let tells_rest = |role: &Role| matches!(role, Role::RestLen { .. });
        if field.roles.iter().any(tells_rest) {
            self.found.ends.push((field.name, self.out.len()));
        }
    }

    pub(super) fn number(&mut self, number: &Number, raw: u128) {
        if number.kind == NumberKind::Bool {
            self.slot(SlotKind::Bool);
        }
        let raw = self.overridden(raw);
        self.put(number.order, raw, number.bytes);
    }

    /// A number of varying length, in as many bytes as it had if it was read.
    pub(super) fn varint(&mut self, it: &Varint, right: u128, value: &Value) {
        let (raw, wanted) = match value {
            _ if self.is_overridden() => (self.overridden(right), 1),
            Value::Varint { bytes, .. } => (right, (*bytes).min(it.bytes)),
            _ => (right, 1),
        };
        let bytes = varint::bytes(it.form, raw, wanted);
        self.slot(SlotKind::Varint {
            form: it.form,
            bits: it.bits as usize,
            most: it.bytes,
            bytes: bytes.len(),
            right,
        });
        self.out.extend(bytes);
    }

    /// The bits of a number field: a constant, a length, or what the tree says.
    fn number_of(
        &mut self,
        field: &'static Field,
        value: &Value,
        nodes: &[Node],
        bits: usize,
    ) -> u128 {
        if let Some(Constant::Number(constant)) = field.constant {
            return constant & bits::mask(bits);
        }
        if let Some((size, offset, role)) = self.size_of(field) {
            let bits_of = |size: usize| match (size as i128).wrapping_sub(offset) {
                // While the sizes are not known, what varies in length must not be long.
                less @ ..0 if !matches!(field.shape, Shape::Varint(_)) => less.cast_unsigned(),
                size => size_bits(field, size.max(0).cast_unsigned()),
            };
            let right = bits_of(size) & bits::mask(bits);
            let max = bits_of(field.max.unwrap_or(0));
            let role = Some(role);
            self.slot(SlotKind::Length {
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
        if let Some(measured) = measured
            && let Some(Length::Field { scale, offset, .. }) =
                measure::length_of(&measured.field.shape)
        {
            let number = |length: usize| size_bits(field, stating(length as u128, *scale, *offset));
            let right = number(self.length_of_other(measured, nodes)) & bits::mask(bits);
            let max = number(measured.field.max.unwrap_or(0));
            self.slot(SlotKind::Length {
                bits,
                right,
                max,
                role: None,
            });
            return right;
        }
        let right = value.number() & bits::mask(bits);
        if nodes.iter().any(|other| asks(other.field, field.name)) {
            self.slot(SlotKind::Flag { bits, right });
        }
        right
    }

    /// The size that a role of the field tells, what is added to the number to get it, and the role.
    fn size_of(&self, field: &Field) -> Option<(usize, i128, Role)> {
        field.roles.iter().find_map(|role| {
            let (size, offset) = match role {
                Role::FrameLen { offset } => (self.sizes.frame, *offset),
                Role::HeaderLen { offset } => (self.sizes.header, *offset),
                Role::BodyLen { offset } => (self.sizes.body, *offset),
                Role::RestLen { offset } => {
                    let ends = self.sizes.ends.iter();
                    let end = ends.clone().find(|(name, _)| *name == field.name);
                    let end = end.map_or(self.sizes.frame, |(_, end)| *end);
                    (self.sizes.frame.saturating_sub(end), *offset)
                }
                _ => return None,
            };
            Some((size, offset, *role))
        })
    }

    /// The length or count of a field that stands further on; 0 where it is absent.
    fn length_of_other(&self, other: &Node, nodes: &[Node]) -> usize {
        let field = other.field;
        let mut scope = Scope::default();
        for node in nodes.iter().filter(|node| node.value != Value::Absent) {
            if node.field.shape.number_kind().is_some() {
                scope.number(node.field, node.value.number());
            }
        }
        let lean;
        let value = match (field.presence, &other.value) {
            (Presence::If(_), Value::Absent) if holds(field, &scope) => {
                lean = models::lean_value(field, Direction::ClientToServer);
                &lean
            }
            (_, Value::Absent) => return 0,
            (..) if !holds(field, &scope) => return 0,
            (_, value) => value,
        };
        let shape = &field.shape;
        let content = || {
            self.aside(|writer| {
                writer.path.pop();
                writer.path.push(Step::Name(field.name));
                writer.content(shape, value);
            })
        };
        super::runs::units(shape, value).unwrap_or_else(|| content().len())
    }
}

/// Whether it depends on the number `name` if the field is there.
fn asks(field: &Field, name: &str) -> bool {
    matches!(field.presence, Presence::If(condition) if mentions(condition, name))
}

/// Whether the nodes are those of `part`.
fn fits(part: &Schema, nodes: &[Node]) -> bool {
    let same = |(field, node): (&Field, &Node)| {
        field.name == node.field.name
            && std::mem::discriminant(&field.shape) == std::mem::discriminant(&node.field.shape)
            && field.shape.bits() == node.field.shape.bits()
    };
    part.fields.len() == nodes.len() && measure::wire_order(part).zip(nodes).all(same)
}
