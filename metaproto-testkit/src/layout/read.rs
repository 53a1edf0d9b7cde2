//! Bytes to a tree, by the schema alone.

use metaproto_codec::schema::{
    Constant, Field, Item, Length, Number, NumberKind, Role, Schema, Shape, Unit,
};
use metaproto_codec::wire::{Form, Order, Prefix};
use metaproto_codec::{Direction, MAX_DEPTH};

use super::account::{Account, Refusal};
use super::outcome::{FaultClass, Outcome, Reading};
use super::path::{Path, Step};
use super::spans::{Span, SpanKind};
use super::tree::{Message, Node, Value};
use super::{bits, facts, measure};

/// Reads one message that travels in `direction` from the start of `bytes`.
///
/// It answers as the codec that is derived from the same declaration must: see [`Outcome`].
#[must_use]
pub fn read(schema: &Schema, direction: Direction, bytes: &[u8]) -> Reading {
    let mut reader = Reader::new(schema, bytes);
    reader.spans = Some(Vec::new());
    let outcome = reader.outcome(schema, direction);
    let spans = reader.spans.unwrap_or_default();
    Reading { spans, outcome }
}

/// As [`read`], without names.
pub(super) fn outcome(schema: &Schema, direction: Direction, bytes: &[u8]) -> Outcome {
    Reader::new(schema, bytes).outcome(schema, direction)
}

/// Why reading ended early.
enum Stop {
    Wait,
    Refused(Box<Outcome>),
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Start of the present field, item or group of bit fields.
    start: usize,
    account: Account,
    path: Path,
    depth: usize,
    spans: Option<Vec<Span>>,
}

/// What earlier fields of the same struct say to later ones.
#[derive(Default)]
struct Earlier {
    /// Values of fields that measure others.
    lengths: Vec<(&'static str, usize)>,
    /// The group of bit fields that was read last.
    group: u128,
}

impl<'a> Reader<'a> {
    fn new(schema: &Schema, bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            start: 0,
            account: Account::of_message(measure::least(schema)),
            path: Path::default(),
            depth: 0,
            spans: None,
        }
    }

    fn outcome(&mut self, schema: &Schema, direction: Direction) -> Outcome {
        match self.message(schema, direction) {
            Ok(outcome) => outcome,
            Err(Stop::Refused(outcome)) => *outcome,
            Err(Stop::Wait) => Outcome::Truncated {
                at_least: self
                    .account
                    .needed()
                    .saturating_sub(self.bytes.len())
                    .max(1),
            },
        }
    }

    fn message(&mut self, schema: &Schema, direction: Direction) -> Result<Outcome, Stop> {
        let fields = self.fields(schema)?;
        let header = self.account.header.unwrap_or(self.at);
        let parts = header.saturating_add(self.account.body.unwrap_or(0));
        let length = self.account.frame.unwrap_or(parts);
        if self.account.body.is_some() && length != parts {
            // The last field completes the contradiction.
            if let Some(field) = schema.fields.last() {
                self.path.push(Step::Name(field.name));
            }
            return Err(self.malformed(FaultClass::Excess));
        }
        self.account.reaches(header);
        let fields_end = self.at;
        let (Some(extension), Some(body)) = (
            self.bytes.get(fields_end..header),
            self.bytes.get(header..length),
        ) else {
            return Err(Stop::Wait);
        };
        let message = Message {
            fields,
            extension: extension.to_vec(),
            body: body.to_vec(),
        };
        for (name, range, kind) in [
            ("extension", fields_end..header, SpanKind::Extension),
            ("body", header..length, SpanKind::Body),
        ] {
            self.path.push(Step::Name(name));
            self.span(8 * range.start, 8 * range.len(), kind);
            self.path.pop();
        }
        let facts = facts::of(&message, direction, header, length);
        if !facts.kind.may_travel(direction) {
            self.start = 0;
            self.path.push(Step::Name("message"));
            return Err(self.malformed(FaultClass::Direction));
        }
        Ok(Outcome::Message(Box::new(message), facts))
    }

    fn fields(&mut self, schema: &Schema) -> Result<Vec<Node>, Stop> {
        let mut earlier = Earlier::default();
        let mut nodes = Vec::new();
        for field in schema.fields {
            self.path.push(Step::Name(field.name));
            let value = self.field(field, schema, &mut earlier)?;
            self.path.pop();
            nodes.push(Node { field, value });
        }
        Ok(nodes)
    }

    fn field(
        &mut self,
        field: &'static Field,
        schema: &Schema,
        earlier: &mut Earlier,
    ) -> Result<Value, Stop> {
        match &field.shape {
            Shape::Bits {
                kind,
                bits,
                shift,
                group,
                order,
                first,
            } => {
                if *first {
                    self.start = self.at;
                    earlier.group = bits::load(*order, self.take(*group)?);
                }
                let bits = *bits as usize;
                let raw = earlier.group.checked_shr(*shift).unwrap_or(0) & bits::mask(bits);
                let position = match order {
                    Order::Big => (8 * group).saturating_sub(*shift as usize + bits),
                    Order::Little => *shift as usize,
                };
                self.span(8 * self.start + position, bits, kind_of(field, schema));
                if let Some(Constant::Number(expected)) = field.constant
                    && raw != expected
                {
                    return Err(self.malformed(FaultClass::Constant));
                }
                self.check_bool(*kind, raw)?;
                self.follow(field, raw, schema, earlier)?;
                Ok(Value::Number(raw))
            }
            shape => {
                let field_start = self.at;
                self.start = field_start;
                let value = self.whole(field, shape, schema, earlier)?;
                self.start = field_start;
                Ok(value)
            }
        }
    }

    /// A field that starts and ends with a byte.
    fn whole(
        &mut self,
        field: &'static Field,
        shape: &'static Shape,
        schema: &Schema,
        earlier: &mut Earlier,
    ) -> Result<Value, Stop> {
        match shape {
            Shape::Number(number) => {
                if let Some(Constant::Number(expected)) = field.constant {
                    self.constant(&bits::bytes(number.order, expected, number.bytes))?;
                }
                let raw = self.number(number, kind_of(field, schema))?;
                self.follow(field, raw, schema, earlier)?;
                Ok(Value::Number(raw))
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
                match length {
                    Length::Prefix(prefix) => self.octets(text, prefix),
                    Length::Field { name, .. } => self.run(earlier.length(name), text),
                    _ => Err(self.malformed(FaultClass::Shape)),
                }
            }
            Shape::List { item, length, unit } => {
                let least = measure::least_item(item);
                let count = self.count(length, *unit, least, earlier)?;
                let items = self.repeat(count, *unit, |reader| reader.item(item, true))?;
                Ok(Value::List(items))
            }
            Shape::Map {
                key,
                value,
                length,
                unit,
            } => {
                let least = measure::least_item(key).saturating_add(measure::least_item(value));
                let count = self.count(length, *unit, least, earlier)?;
                // What a peer puts in an open map is not a fault: it is passed on, and not exposed.
                let strict = !is_open(field);
                let pairs = self.repeat(count, *unit, |reader| {
                    Ok((
                        reader.named("key", |reader| reader.item(key, strict))?,
                        reader.named("value", |reader| reader.item(value, strict))?,
                    ))
                })?;
                Ok(Value::Map(pairs))
            }
            Shape::Part(part) => self.part(part),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    fn item(&mut self, item: &'static Item, strict: bool) -> Result<Value, Stop> {
        match item {
            Item::Number(number) => self.number(number, SpanKind::Value).map(Value::Number),
            Item::Octets {
                text,
                length: Length::Prefix(prefix),
                ..
            } => self.octets(*text && strict, prefix),
            Item::Part(part) => self.part(part),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    fn part(&mut self, part: &Schema) -> Result<Value, Stop> {
        if self.depth + 1 >= MAX_DEPTH {
            return Err(self.malformed(FaultClass::Depth));
        }
        self.depth += 1;
        let nodes = self.fields(part)?;
        self.depth -= 1;
        Ok(Value::Part(nodes))
    }

    fn number(&mut self, number: &Number, kind: SpanKind) -> Result<u128, Stop> {
        let raw = bits::load(number.order, self.take(number.bytes)?);
        self.bytes_span(number.bytes, kind);
        self.check_bool(number.kind, raw)?;
        Ok(raw)
    }

    /// A length and so many bytes.
    fn octets(&mut self, text: bool, prefix: &Prefix) -> Result<Value, Stop> {
        let count = self.announced(prefix, 1)?;
        self.run(count, text)
    }

    /// So many bytes as they are.
    fn run(&mut self, count: usize, text: bool) -> Result<Value, Stop> {
        let bytes = self.take(count)?;
        self.bytes_span(count, SpanKind::Value);
        if text && str::from_utf8(bytes).is_err() {
            return Err(self.malformed(FaultClass::Utf8));
        }
        Ok(Value::Bytes(bytes.to_vec()))
    }

    /// The length or count of a list or map whose elements have at least `least` bytes each.
    fn count(
        &mut self,
        length: &Length,
        unit: Unit,
        least: usize,
        earlier: &Earlier,
    ) -> Result<usize, Stop> {
        match length {
            Length::Field { name, .. } => Ok(earlier.length(name)),
            Length::Prefix(prefix) => self.announced(
                prefix,
                match unit {
                    Unit::Bytes => 1,
                    Unit::Elements => least,
                },
            ),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    /// A length or count of things of at least `each` bytes.
    fn announced(&mut self, prefix: &Prefix, each: usize) -> Result<usize, Stop> {
        let found = self.prefix(prefix)?;
        self.account
            .announce(found, each, prefix.max)
            .map_err(|refusal| self.refused(self.path.len(), refusal, found, prefix.max))
    }

    /// So many elements, or elements that fill so many bytes.
    fn repeat<T>(
        &mut self,
        count: usize,
        unit: Unit,
        mut element: impl FnMut(&mut Self) -> Result<T, Stop>,
    ) -> Result<Vec<T>, Stop> {
        let mut elements = Vec::new();
        let mut next = |reader: &mut Self| {
            let before = reader.at;
            reader.start = before;
            reader.path.push(Step::Index(elements.len()));
            elements.push(element(reader)?);
            if unit == Unit::Bytes && reader.at == before {
                return Err(reader.malformed(FaultClass::Excess));
            }
            reader.path.pop();
            Ok(reader.at > before)
        };
        match unit {
            Unit::Elements => {
                for _ in 0..count {
                    // Elements of no bytes are all alike: the first stands for all, so a count alone makes no work.
                    if !next(self)? {
                        break;
                    }
                }
            }
            Unit::Bytes => {
                let start = self.at;
                self.take(count)?;
                self.at = start;
                let block = Account::of_block(start, count);
                let outer = std::mem::replace(&mut self.account, block);
                while self.at < start + count {
                    next(self)?;
                }
                self.account = outer;
            }
        }
        Ok(elements)
    }

    fn named<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        self.path.push(Step::Name(name));
        self.start = self.at;
        let value = read(self)?;
        self.path.pop();
        Ok(value)
    }

    /// What follows from a number as soon as it is known.
    fn follow(
        &mut self,
        field: &Field,
        raw: u128,
        schema: &Schema,
        earlier: &mut Earlier,
    ) -> Result<(), Stop> {
        let max = field.max.unwrap_or(0);
        for role in field.roles {
            match role {
                Role::FrameLen { offset } => self.account.claim_frame(raw, *offset, max),
                Role::HeaderLen { offset } => self.account.claim_header(raw, *offset, max),
                Role::BodyLen { offset } => self.account.claim_body(raw, *offset, max),
                _ => Ok(()),
            }
            .map_err(|refusal| self.refused(self.path.to_string(), refusal, raw, max))?;
        }
        if let Some((each, max)) = measured_by(field.name, schema) {
            let count = self
                .account
                .announce(raw, each, max)
                .map_err(|refusal| self.refused(self.path.to_string(), refusal, raw, max))?;
            earlier.lengths.push((field.name, count));
        }
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

    fn check_bool(&self, kind: NumberKind, raw: u128) -> Result<(), Stop> {
        if kind == NumberKind::Bool && raw > 1 {
            return Err(self.malformed(FaultClass::Bool));
        }
        Ok(())
    }

    fn prefix(&mut self, prefix: &Prefix) -> Result<u128, Stop> {
        let Form::Fixed { width, order } = prefix.form else {
            return Err(self.malformed(FaultClass::Shape));
        };
        let found = bits::load(order, self.take(width)?);
        self.path.push(Step::Name("len"));
        self.bytes_span(width, SpanKind::Length);
        self.path.pop();
        Ok(found)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Stop> {
        let end = self
            .at
            .checked_add(count)
            .filter(|end| self.account.end().is_none_or(|last| *end <= last))
            .ok_or_else(|| self.malformed(FaultClass::PastEnd))?;
        self.account.reaches(end);
        let taken = self.bytes.get(self.at..end).ok_or(Stop::Wait)?;
        self.at = end;
        Ok(taken)
    }

    /// Names the last `count` bytes.
    fn bytes_span(&mut self, count: usize, kind: SpanKind) {
        self.span(8 * (self.at - count), 8 * count, kind);
    }

    fn span(&mut self, start_bit: usize, bits: usize, kind: SpanKind) {
        let path = &self.path;
        if let Some(spans) = self.spans.as_mut().filter(|_| bits > 0) {
            spans.push(Span {
                path: path.to_string(),
                start_bit,
                bits,
                kind,
            });
        }
    }

    fn malformed(&self, fault: FaultClass) -> Stop {
        self.malformed_at(self.path.to_string(), fault)
    }

    fn malformed_at(&self, path: String, fault: FaultClass) -> Stop {
        let offset = self.start;
        Stop::Refused(Box::new(Outcome::Malformed {
            path,
            offset,
            fault,
        }))
    }

    fn refused(&self, path: String, refusal: Refusal, found: u128, max: usize) -> Stop {
        match refusal {
            Refusal::Below => self.malformed_at(path, FaultClass::BelowMinimum),
            Refusal::PastEnd => self.malformed_at(path, FaultClass::PastEnd),
            Refusal::Above => Stop::Refused(Box::new(Outcome::Limit {
                path,
                offset: self.start,
                found,
                max,
            })),
        }
    }
}

impl Earlier {
    fn length(&self, name: &str) -> usize {
        let found = self.lengths.iter().find(|(field, _)| *field == name);
        found.map_or(0, |(_, length)| *length)
    }
}

/// Whether a field is a map whose pairs are properties.
pub(super) fn is_open(field: &Field) -> bool {
    let octets = matches!(
        field.shape,
        Shape::Map {
            key: Item::Octets { .. },
            value: Item::Octets { .. },
            ..
        }
    );
    octets && field.roles.contains(&Role::Properties)
}

/// What the field `name` measures: the fewest bytes of each thing that it counts, and the stated maximum.
pub(super) fn measured_by(name: &str, schema: &Schema) -> Option<(usize, usize)> {
    let measured = schema
        .fields
        .iter()
        .find(|field| measure::stands_in(&field.shape, name))?;
    let each = match &measured.shape {
        Shape::List {
            item,
            unit: Unit::Elements,
            ..
        } => measure::least_item(item),
        Shape::Map {
            key,
            value,
            unit: Unit::Elements,
            ..
        } => measure::least_item(key).saturating_add(measure::least_item(value)),
        _ => 1,
    };
    Some((each, measured.max.unwrap_or(0)))
}

fn kind_of(field: &Field, schema: &Schema) -> SpanKind {
    let is_size = field.roles.iter().any(is_size);
    if is_size || measured_by(field.name, schema).is_some() {
        SpanKind::Length
    } else {
        SpanKind::Value
    }
}

/// Whether a role is the size of a part of the message.
pub(super) fn is_size(role: &Role) -> bool {
    matches!(
        role,
        Role::FrameLen { .. } | Role::HeaderLen { .. } | Role::BodyLen { .. }
    )
}
