//! One field: whether it is there, what it is, and what follows from it.

use metaproto_codec::Fault;
use metaproto_codec::schema::{
    Alternative, Constant, Custom, Field, Item, Length, Number, NumberKind, Presence, Role, Schema,
    Shape, Varint,
};
use metaproto_codec::wire::{self, Cursor, Order, VarintForm};

use super::bounds::holds;
use super::{Reader, Stop, is_open, kind_of, nowhere};
use crate::layout::outcome::{FaultClass, Outcome};
use crate::layout::scope::{Scope, size};
use crate::layout::spans::SpanKind;
use crate::layout::tree::Value;
use crate::layout::{bits, measure, varint};

impl Reader<'_> {
    pub(super) fn field(
        &mut self,
        field: &'static Field,
        schema: &Schema,
        scope: &mut Scope,
    ) -> Result<Value, Stop> {
        let start = match field.shape {
            Shape::Bits { first: false, .. } => scope.group_start,
            _ => self.at,
        };
        self.start = start;
        if !self.is_there(field, scope)? {
            scope.place(field.name, nowhere(self.at), self.at);
            return Ok(Value::Absent);
        }
        let value = match &field.shape {
            Shape::Bits { .. } => self.bit_field(field, schema, scope)?,
            shape => self.whole(field, shape, schema, scope)?,
        };
        let end = self.at;
        self.start = start;
        self.align(field.align, scope)?;
        scope.place(field.name, start..end, self.at);
        Ok(value)
    }

    /// Whether the field is there. Of one that is told by its length prefix, the prefix is read if it is not.
    fn is_there(&mut self, field: &Field, scope: &Scope) -> Result<bool, Stop> {
        match field.presence {
            Presence::Room => match self.account.end() {
                Some(end) => Ok(self.at < end),
                None => Err(self.malformed(FaultClass::NoEnd)),
            },
            Presence::Unless(absent) => {
                let Some(Length::Prefix(prefix)) = measure::length_of(&field.shape) else {
                    return Err(self.malformed(FaultClass::Shape));
                };
                let (at, spans) = (self.at, self.spans.as_ref().map_or(0, Vec::len));
                let is_there = self.prefix(prefix)? != absent;
                if is_there {
                    self.at = at;
                    self.spans.iter_mut().for_each(|it| it.truncate(spans));
                }
                Ok(is_there)
            }
            _ => Ok(holds(field, scope)),
        }
    }

    /// Zeros until the struct has a multiple of so many bytes.
    fn align(&mut self, multiple: usize, scope: &Scope) -> Result<(), Stop> {
        let length = self.at - scope.start;
        let missing = length.next_multiple_of(multiple.max(1)) - length;
        if let Some(wrong) = self
            .there()
            .iter()
            .take(missing)
            .position(|byte| *byte != 0)
        {
            self.start = self.at + wrong;
            return Err(self.malformed(FaultClass::Padding));
        }
        self.take(missing)?;
        self.bytes_span_of("pad", missing, SpanKind::Padding);
        Ok(())
    }

    fn bit_field(
        &mut self,
        field: &'static Field,
        schema: &Schema,
        scope: &mut Scope,
    ) -> Result<Value, Stop> {
        let Shape::Bits {
            kind,
            bits,
            shift,
            group,
            order,
            first,
        } = field.shape
        else {
            return Err(self.malformed(FaultClass::Shape));
        };
        if first {
            scope.group_start = self.at;
            scope.group = bits::load(order, self.take(group)?);
        }
        self.start = scope.group_start;
        let bits = bits as usize;
        let raw = scope.group.checked_shr(shift).unwrap_or(0) & bits::mask(bits);
        let position = match order {
            Order::Big => (8 * group).saturating_sub(shift as usize + bits),
            Order::Little => shift as usize,
        };
        self.span(8 * self.start + position, bits, kind_of(field, schema));
        self.constant_bits(field, raw)?;
        self.check_bool(kind, raw)?;
        self.follow(field, raw, schema, scope)?;
        Ok(Value::Number(raw))
    }

    /// A field that starts and ends with a byte.
    fn whole(
        &mut self,
        field: &'static Field,
        shape: &'static Shape,
        schema: &Schema,
        scope: &mut Scope,
    ) -> Result<Value, Stop> {
        match shape {
            Shape::Number(number) => {
                if let Some(Constant::Number(expected)) = field.constant {
                    self.constant(&bits::bytes(number.order, expected, number.bytes))?;
                }
                let raw = self.number(number, kind_of(field, schema))?;
                self.follow(field, raw, schema, scope)?;
                Ok(Value::Number(raw))
            }
            Shape::Varint(varint) => {
                let value = self.varint(varint, kind_of(field, schema))?;
                self.constant_bits(field, value.number())?;
                self.follow(field, value.number(), schema, scope)?;
                Ok(value)
            }
            Shape::Array { len } => {
                if let Some(Constant::Bytes(expected)) = field.constant {
                    self.constant(expected())?;
                }
                let bytes = self.take(*len)?;
                self.bytes_span(bytes.len(), SpanKind::Value);
                Ok(Value::Bytes(bytes.to_vec()))
            }
            Shape::Octets { text, length } => {
                let text = *text || field.roles.contains(&Role::Operation);
                let max = field.max.unwrap_or(0);
                let count = self.measured(field, length, scope)?;
                self.octets(text, length, max, count)
            }
            Shape::List { item, length, unit } => {
                let extent = self.extent(field, length, *unit, scope)?;
                let items = self.repeat(extent, |reader| reader.item(item, true))?;
                Ok(Value::List(items))
            }
            Shape::Map {
                key,
                value,
                length,
                unit,
            } => {
                let extent = self.extent(field, length, *unit, scope)?;
                // What a peer puts in an open map is not a fault: it is passed on, and not exposed.
                let strict = !is_open(field);
                let pairs = self.repeat(extent, |reader| {
                    Ok((
                        reader.named("key", |reader| reader.item(key, strict))?,
                        reader.named("value", |reader| reader.item(value, strict))?,
                    ))
                })?;
                Ok(Value::Map(pairs))
            }
            Shape::Part(part) => self.part(part),
            Shape::Block { part, length } => {
                let bytes = self.block_length(field, length, scope)?;
                self.block(part, bytes)
            }
            Shape::Choice {
                tag,
                alternatives,
                other,
            } => match chosen(scope.raw(tag), alternatives, *other) {
                Some(Some(part)) => self.part(part),
                Some(None) => Ok(Value::Part(Vec::new())),
                None => Err(self.malformed(FaultClass::Code)),
            },
            Shape::Custom(custom) => self.custom(field, custom),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    pub(super) fn item(&mut self, item: &'static Item, strict: bool) -> Result<Value, Stop> {
        match item {
            Item::Number(number) => self.number(number, SpanKind::Value).map(Value::Number),
            Item::Varint(varint) => self.varint(varint, SpanKind::Value),
            Item::Octets { text, length, max } => self.octets(*text && strict, length, *max, 0),
            Item::Part(part) => self.part(part),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    fn number(&mut self, number: &Number, kind: SpanKind) -> Result<u128, Stop> {
        let raw = bits::load(number.order, self.take(number.bytes)?);
        self.bytes_span(number.bytes, kind);
        self.check_bool(number.kind, raw)?;
        Ok(raw)
    }

    fn varint(&mut self, it: &Varint, kind: SpanKind) -> Result<Value, Stop> {
        let (raw, bytes) = self.seven_bits(it.form, it.bits as usize, it.bytes)?;
        self.bytes_span(bytes, kind);
        if bytes == varint::width(raw) {
            Ok(Value::Number(raw))
        } else {
            Ok(Value::Varint { raw, bytes })
        }
    }

    /// A number of varying length, and how many bytes it has.
    pub(super) fn seven_bits(
        &mut self,
        form: VarintForm,
        bits: usize,
        max: usize,
    ) -> Result<(u128, usize), Stop> {
        let start = self.at;
        for _ in 0..max {
            let byte = self.take(1)?;
            if byte.iter().all(|byte| *byte < 0x80) {
                let bytes = self.bytes.get(start..self.at).unwrap_or_default();
                let raw = varint::load(form, bytes);
                if raw > bits::mask(bits) {
                    break;
                }
                return Ok((raw, bytes.len()));
            }
        }
        Err(self.malformed(FaultClass::Varint))
    }

    /// What follows from a number as soon as it is known.
    fn follow(
        &mut self,
        field: &Field,
        raw: u128,
        schema: &Schema,
        scope: &mut Scope,
    ) -> Result<(), Stop> {
        let max = field.max.unwrap_or(0);
        for role in field.roles {
            let Some(found) = size(field, raw) else {
                if super::is_size(role) {
                    return Err(self.malformed(FaultClass::BelowMinimum));
                }
                continue;
            };
            match role {
                Role::FrameLen { offset } => self.account.claim_frame(found, *offset, max),
                Role::HeaderLen { offset } => self.account.claim_header(found, *offset, max),
                Role::RestLen { offset } => self.account.claim_rest(self.at, found, *offset, max),
                Role::BodyLen { offset } => self.account.claim_body(found, *offset, max),
                _ => Ok(()),
            }
            .map_err(|refusal| self.refused(self.path.to_string(), refusal, found, max))?;
        }
        scope.number(field, raw);
        self.announce_measured(field, raw, schema)?;
        let unlisted = |role: &Role| matches!(role, Role::MessageType(codes) if codes.iter().all(|(code, _)| *code != raw));
        if field.roles.iter().any(unlisted) {
            return Err(self.malformed(FaultClass::Code));
        }
        Ok(())
    }

    /// Refuses the first byte that differs from `expected`, even if the rest has not come. Takes nothing.
    fn constant(&mut self, expected: &[u8]) -> Result<(), Stop> {
        let there = self.bytes.get(self.at..).unwrap_or_default();
        let differs = expected.iter().zip(there).position(|(a, b)| a != b);
        if let Some(index) = differs {
            self.start = self.at + index;
            return Err(self.malformed(FaultClass::Constant));
        }
        Ok(())
    }

    fn constant_bits(&self, field: &Field, raw: u128) -> Result<(), Stop> {
        match field.constant {
            Some(Constant::Number(expected)) if raw != expected => {
                Err(self.malformed(FaultClass::Constant))
            }
            _ => Ok(()),
        }
    }

    fn check_bool(&self, kind: NumberKind, raw: u128) -> Result<(), Stop> {
        if kind == NumberKind::Bool && raw > 1 {
            return Err(self.malformed(FaultClass::Bool));
        }
        Ok(())
    }

    /// Bytes whose end only the author's function finds. It sees no more than what contains them.
    fn custom(&mut self, field: &'static Field, custom: &Custom) -> Result<Value, Stop> {
        let there = self.there();
        let mut cursor = Cursor::new(there, 0);
        cursor.field(field.name);
        let left = self.account.end().map(|end| end.saturating_sub(self.at));
        let bounded = left.map(|left| cursor.frame_len(left as u128, 0, usize::MAX));
        match bounded
            .unwrap_or(Ok(()))
            .and_then(|()| (custom.skip)(&mut cursor))
        {
            Ok(()) => {
                let bytes = self.take(cursor.position())?;
                self.bytes_span(bytes.len(), SpanKind::Value);
                Ok(Value::Bytes(bytes.to_vec()))
            }
            Err(wire::Stop::Wait) => {
                let needed = there.len().saturating_add(cursor.at_least());
                let needed = left.map_or(needed, |left| left.min(needed));
                self.account.reaches(self.at.saturating_add(needed));
                Err(Stop::Wait)
            }
            Err(wire::Stop::Fault(error)) => {
                let within = usize::try_from(error.offset()).unwrap_or(0);
                self.start = self.at.saturating_add(within);
                match error.fault() {
                    Fault::AboveMaximum { found, max } => {
                        Err(Stop::Refused(Box::new(Outcome::Limit {
                            path: self.path.to_string(),
                            offset: self.start,
                            found: *found,
                            max: *max,
                        })))
                    }
                    fault => Err(self.malformed(FaultClass::of(fault))),
                }
            }
        }
    }
}

/// What the alternative with this tag holds, which can be nothing; `None` where no alternative has it.
#[expect(
    clippy::option_option,
    reason = "one is whether it is known, the other whether it has fields"
)]
pub(in crate::layout) fn chosen(
    tag: u128,
    alternatives: &[Alternative],
    other: Option<&'static Schema>,
) -> Option<Option<&'static Schema>> {
    let listed = alternatives.iter().find(|it| it.tag == tag);
    listed.map(|it| it.part).or(other.map(Some))
}
