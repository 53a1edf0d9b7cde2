//! Bytes to a tree, by the schema alone.

mod bounds;
mod field;
mod runs;

pub(super) use bounds::holds;
pub(super) use field::chosen;

use std::ops::Range;

use metaproto_codec::schema::{Field, Item, Presence, Role, Schema, Shape};
use metaproto_codec::{Direction, MAX_DEPTH};

use super::account::{Account, Refusal};
use super::outcome::{FaultClass, Outcome, Reading};
use super::path::{Path, Step};
use super::scope::{self, Scope};
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

/// `bytes` with all checksums right of the message at their start; as they are, where it is wrong in another way.
pub(crate) fn mended(schema: &Schema, direction: Direction, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // One checksum can be part of what another one sums up.
    for _ in 0..SUMS {
        let mut reader = Reader::new(schema, &bytes);
        reader.outcome(schema, direction);
        let Some((place, right)) = reader.wrong_sum else {
            break;
        };
        bytes.splice(place, right);
    }
    bytes
}

/// How many checksums of a message are mended.
const SUMS: usize = 64;

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
    /// The checksum that was wrong: where it stands, and what belongs there.
    wrong_sum: Option<(Range<usize>, Vec<u8>)>,
}

impl<'a> Reader<'a> {
    fn new(schema: &Schema, bytes: &'a [u8]) -> Self {
        let mut account = Account::of_message(measure::least(schema));
        account.trailers = measure::least_trailers(schema);
        account.body = measure::has_no_body(schema).then_some(0);
        Self {
            bytes,
            at: 0,
            start: 0,
            account,
            path: Path::default(),
            depth: 0,
            spans: None,
            wrong_sum: None,
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
        let mut scope = Scope::default();
        let header_fields = schema.fields.iter().filter(|field| !field.trailer);
        let mut fields = self.fields(header_fields, schema, &mut scope)?;
        let fields_end = self.at;
        let header = self.account.header.unwrap_or(fields_end);
        let trailers = self.trailers(schema, header, &scope)?;
        let length = self.length(schema, header)?;
        let body = header..length.saturating_sub(self.account.trailers);
        let (Some(extension), Some(body_bytes), true) = (
            self.bytes.get(fields_end..header),
            self.bytes.get(body.clone()),
            length <= self.bytes.len(),
        ) else {
            return Err(Stop::Wait);
        };
        for (name, range, kind) in [
            ("extension", fields_end..header, SpanKind::Extension),
            ("body", body.clone(), SpanKind::Body),
        ] {
            self.path.push(Step::Name(name));
            self.span(8 * range.start, 8 * range.len(), kind);
            self.path.pop();
        }
        self.at = body.end;
        self.account = Account::of_block(body.end, length - body.end);
        fields.extend(self.fields(trailers.into_iter(), schema, &mut scope)?);
        self.checksums(schema, &scope, header, length)?;
        let message = Message {
            fields,
            extension: extension.to_vec(),
            body: body_bytes.to_vec(),
        };
        let facts = facts::of(&message, direction, header, length);
        if !facts.kind.may_travel(direction) {
            self.start = 0;
            self.path.push(Step::Name("message"));
            return Err(self.malformed(FaultClass::Direction));
        }
        Ok(Outcome::Message(Box::new(message), facts))
    }

    /// The fields behind the body, for which the message must have room. Those that depend on the header are known only
    /// now.
    fn trailers(
        &mut self,
        schema: &Schema,
        header: usize,
        scope: &Scope,
    ) -> Result<Vec<&'static Field>, Stop> {
        let trailers: Vec<_> = schema.fields.iter().filter(|it| it.trailer).collect();
        let there = trailers.iter().filter(|field| bounds::holds(field, scope));
        let bytes = |field: &&&Field| field.shape.bits().unwrap_or(0).div_ceil(8);
        let first = trailers.first().map(|field| field.name);
        self.account.trailers = there.map(|field| bytes(&field)).sum();
        let parts = header.saturating_add(self.account.trailers);
        if let (Some(name), true) = (first, self.account.frame.is_some_and(|frame| parts > frame)) {
            self.start = header;
            self.path.push(Step::Name(name));
            return Err(self.malformed(FaultClass::PastEnd));
        }
        Ok(trailers)
    }

    /// The length of the whole message, if its parts agree on it.
    fn length(&mut self, schema: &Schema, header: usize) -> Result<usize, Stop> {
        let parts = header
            .saturating_add(self.account.body.unwrap_or(0))
            .saturating_add(self.account.trailers);
        let length = self.account.frame.unwrap_or(parts);
        if self.account.body.is_some() && length != parts {
            // The last field completes the contradiction.
            if let Some(field) = schema.fields.iter().rfind(|field| !field.trailer) {
                self.path.push(Step::Name(field.name));
            }
            return Err(self.malformed(FaultClass::Excess));
        }
        self.account.reaches(header);
        Ok(length)
    }

    fn fields(
        &mut self,
        fields: impl Iterator<Item = &'static Field>,
        schema: &Schema,
        scope: &mut Scope,
    ) -> Result<Vec<Node>, Stop> {
        let mut nodes = Vec::new();
        for field in fields {
            self.path.push(Step::Name(field.name));
            let value = self.field(field, schema, scope)?;
            self.path.pop();
            nodes.push(Node { field, value });
            self.expect_trailers(field, schema, scope)?;
        }
        Ok(nodes)
    }

    /// Counts the trailers whose conditions are known now that `field` was read.
    fn expect_trailers(
        &mut self,
        field: &Field,
        schema: &Schema,
        scope: &Scope,
    ) -> Result<(), Stop> {
        for trailer in schema.fields.iter().filter(|it| it.trailer) {
            let Presence::If(condition) = trailer.presence else {
                continue;
            };
            let mut rests_on = schema.fields.iter().rev();
            let last = rests_on.find(|it| scope::mentions(condition, it.name));
            if last.is_some_and(|last| last.name == field.name) && scope.holds(condition) {
                let bytes = trailer.shape.bits().unwrap_or(0).div_ceil(8);
                if self.account.expect_trailer(bytes).is_err() {
                    self.start = self.at;
                    self.path.push(Step::Name(trailer.name));
                    return Err(self.malformed(FaultClass::PastEnd));
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, part: &Schema) -> Result<Value, Stop> {
        if self.depth + 1 >= MAX_DEPTH {
            return Err(self.malformed(FaultClass::Depth));
        }
        self.depth += 1;
        let mut scope = Scope::at(self.at);
        let nodes = self.fields(measure::wire_order(part), part, &mut scope)?;
        self.checksums(part, &scope, self.at, self.at)?;
        self.depth -= 1;
        Ok(Value::Part(nodes))
    }

    /// Compares the checksums of a struct, all bytes of which were read.
    fn checksums(
        &mut self,
        schema: &Schema,
        scope: &Scope,
        body: usize,
        end: usize,
    ) -> Result<(), Stop> {
        for field in schema.fields {
            let (Some(sum), Some(place)) = (&field.checksum, scope.place_of(field.name)) else {
                continue;
            };
            if place.own.is_empty() {
                continue;
            }
            let covered = scope.covered(sum, body, end);
            let computed = scope::sum(sum, self.bytes, covered, place.own.clone());
            let width = field.shape.bits().unwrap_or(64);
            if scope.raw(field.name) != computed & bits::mask(width) {
                self.path.push(Step::Name(field.name));
                self.start = place.own.start;
                if let Shape::Number(number) = field.shape {
                    let right = computed & bits::mask(width);
                    self.wrong_sum = Some((
                        place.own.clone(),
                        bits::bytes(number.order, right, number.bytes),
                    ));
                }
                return Err(self.malformed(FaultClass::Checksum));
            }
        }
        Ok(())
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

    /// What is there of the container of the present field.
    fn there(&self) -> &'a [u8] {
        let end = self.account.end().unwrap_or(usize::MAX);
        let end = end.min(self.bytes.len());
        self.bytes.get(self.at..end).unwrap_or_default()
    }

    /// Names the last `count` bytes.
    fn bytes_span(&mut self, count: usize, kind: SpanKind) {
        self.span(8 * (self.at - count), 8 * count, kind);
    }

    /// Names the last `count` bytes, which belong to the present place.
    fn bytes_span_of(&mut self, name: &'static str, count: usize, kind: SpanKind) {
        self.path.push(Step::Name(name));
        self.bytes_span(count, kind);
        self.path.pop();
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

/// Whether a field of these, called `name`, tells the length of another one.
pub(super) fn measures(name: &str, fields: &[Field]) -> bool {
    fields
        .iter()
        .any(|field| measure::stands_in(&field.shape, name))
}

/// Whether a role is the size of a part of the message.
pub(super) fn is_size(role: &Role) -> bool {
    matches!(
        role,
        Role::FrameLen { .. }
            | Role::HeaderLen { .. }
            | Role::RestLen { .. }
            | Role::BodyLen { .. }
    )
}

fn kind_of(field: &Field, schema: &Schema) -> SpanKind {
    if field.checksum.is_some() {
        SpanKind::Checksum
    } else if field.roles.iter().any(is_size) || measures(field.name, schema.fields) {
        SpanKind::Length
    } else {
        SpanKind::Value
    }
}

/// An empty range.
fn nowhere(at: usize) -> Range<usize> {
    at..at
}
