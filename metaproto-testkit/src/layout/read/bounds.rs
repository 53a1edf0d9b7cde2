//! Where things end, and whether they are there.

use metaproto_codec::schema::{Field, Length, Presence, Schema, Unit};
use metaproto_codec::wire::{Form, Prefix};

use super::{Reader, Stop};
use crate::layout::account::Refusal;
use crate::layout::outcome::FaultClass;
use crate::layout::path::Step;
use crate::layout::scope::{Scope, size, stated};
use crate::layout::spans::SpanKind;
use crate::layout::{bits, measure, varint};

/// How many elements there are.
pub(super) enum Extent {
    /// So many.
    Count(usize),
    /// As many as fill so many bytes.
    Bytes(usize),
    /// All before this mark, and at most `max`.
    Until { mark: &'static [u8], max: usize },
}

impl Reader<'_> {
    /// How many elements a list or map has.
    pub(super) fn extent(
        &mut self,
        field: &Field,
        length: &Length,
        unit: Unit,
        scope: &Scope,
    ) -> Result<Extent, Stop> {
        let count = match length {
            Length::Until(mark) => {
                let max = field.max.unwrap_or(0);
                return Ok(Extent::Until { mark, max });
            }
            Length::Rest => return self.left(field).map(Extent::Bytes),
            Length::Field { .. } => self.measured(field, length, scope)?,
            Length::Prefix(prefix) => self.announced(prefix, measure::each(&field.shape))?,
            _ => return Err(self.malformed(FaultClass::Shape)),
        };
        Ok(match unit {
            Unit::Elements => Extent::Count(count),
            Unit::Bytes => Extent::Bytes(count),
        })
    }

    /// How many bytes a block has.
    pub(super) fn block_length(
        &mut self,
        field: &Field,
        length: &Length,
        scope: &Scope,
    ) -> Result<usize, Stop> {
        match length {
            Length::Prefix(prefix) => self.announced(prefix, 1),
            Length::Field { .. } => self.measured(field, length, scope),
            Length::Rest => self.left(field),
            _ => Err(self.malformed(FaultClass::Shape)),
        }
    }

    /// All that is left of what contains the field.
    pub(super) fn left(&mut self, field: &Field) -> Result<usize, Stop> {
        let max = field.max.unwrap_or(0);
        self.left_below(max)
    }

    pub(super) fn left_below(&mut self, max: usize) -> Result<usize, Stop> {
        let Some(end) = self.account.end() else {
            return Err(self.malformed(FaultClass::NoEnd));
        };
        let left = end.saturating_sub(self.at) as u128;
        self.account
            .announce(left, 1, max)
            .map_err(|refusal| self.refused(self.path.to_string(), refusal, left, max))
    }

    /// The length or count that an earlier field states of this one; 0 where none does. Of a field that is not always
    /// there, it is announced only now.
    pub(super) fn measured(
        &mut self,
        field: &Field,
        length: &Length,
        scope: &Scope,
    ) -> Result<usize, Stop> {
        let Length::Field {
            name,
            scale,
            offset,
        } = length
        else {
            return Ok(0);
        };
        let path = self.path.to_string();
        let found = scope
            .size(name)
            .and_then(|number| stated(number, *scale, *offset))
            .ok_or_else(|| self.malformed_at(path.clone(), FaultClass::BelowMinimum))?;
        let max = field.max.unwrap_or(0);
        if matches!(field.presence, Presence::Always) {
            return Ok(usize::try_from(found).unwrap_or(usize::MAX).min(max));
        }
        self.account
            .announce(found, measure::each(&field.shape), max)
            .map_err(|refusal| self.refused(path, refusal, found, max))
    }

    /// Announces the fields that are always there and have their length in `field`.
    pub(super) fn announce_measured(
        &mut self,
        field: &Field,
        raw: u128,
        schema: &Schema,
    ) -> Result<(), Stop> {
        for measured in schema.fields {
            let Some(Length::Field {
                name,
                scale,
                offset,
            }) = measure::length_of(&measured.shape)
            else {
                continue;
            };
            if *name != field.name || !matches!(measured.presence, Presence::Always) {
                continue;
            }
            let max = measured.max.unwrap_or(0);
            let found = size(field, raw).and_then(|number| stated(number, *scale, *offset));
            let Some(found) = found else {
                return Err(self.refused(self.path.to_string(), Refusal::Below, 0, max));
            };
            self.account
                .announce(found, measure::each(&measured.shape), max)
                .map_err(|refusal| self.refused(self.path.to_string(), refusal, found, max))?;
        }
        Ok(())
    }

    /// A length or count of things of at least `each` bytes, which stands before them.
    pub(super) fn announced(&mut self, prefix: &Prefix, each: usize) -> Result<usize, Stop> {
        let number = self.prefix(prefix)?;
        let path = self.path.len();
        let Some(found) = stated(number, prefix.scale, prefix.offset) else {
            return Err(self.malformed_at(path, FaultClass::BelowMinimum));
        };
        self.account
            .announce(found, each, prefix.max)
            .map_err(|refusal| self.refused(path, refusal, found, prefix.max))
    }

    /// The number of a length or count, as it is on the wire.
    pub(super) fn prefix(&mut self, prefix: &Prefix) -> Result<u128, Stop> {
        self.path.push(Step::Name("len"));
        let (number, bytes) = match prefix.form {
            Form::Fixed { width, order } => (bits::load(order, self.take(width)?), width),
            Form::Varint(form) => {
                self.seven_bits(form, varint::PREFIX_BITS, varint::PREFIX_BYTES)?
            }
        };
        self.bytes_span(bytes, SpanKind::Length);
        self.path.pop();
        Ok(number)
    }
}

/// Whether a condition lets the field be there; what else decides is not asked.
pub(in crate::layout) fn holds(field: &Field, scope: &Scope) -> bool {
    match field.presence {
        Presence::If(condition) => scope.holds(condition),
        _ => true,
    }
}
