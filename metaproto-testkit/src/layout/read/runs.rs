//! Texts, elements and blocks.

use metaproto_codec::schema::{Length, Schema};

use super::bounds::Extent;
use super::{Reader, Stop};
use crate::layout::account::{Account, Refusal};
use crate::layout::outcome::FaultClass;
use crate::layout::path::Step;
use crate::layout::spans::SpanKind;
use crate::layout::tree::Value;

impl Reader<'_> {
    /// A text or byte string; `measured` is its length where an earlier field states it.
    pub(super) fn octets(
        &mut self,
        text: bool,
        length: &Length,
        max: usize,
        measured: usize,
    ) -> Result<Value, Stop> {
        let (count, behind) = match length {
            Length::Prefix(prefix) => (self.announced(prefix, 1)?, None),
            Length::Field { .. } => (measured, None),
            Length::Rest => (self.left_below(max)?, None),
            Length::Until(mark) => {
                let count = self.before(mark, max)?;
                (count, Some(("end", mark.len(), SpanKind::End)))
            }
            Length::Padded { bytes, pad } => {
                let there = self.take(*bytes)?;
                self.at -= bytes;
                let padding = there.iter().rev().take_while(|byte| *byte == pad).count();
                let count = bytes - padding;
                (count, Some(("pad", padding, SpanKind::Padding)))
            }
            _ => return Err(self.malformed(FaultClass::Shape)),
        };
        let bytes = self.take(count)?;
        self.bytes_span(count, SpanKind::Value);
        if let Some((name, count, kind)) = behind {
            self.take(count)?;
            self.bytes_span_of(name, count, kind);
        }
        if text && str::from_utf8(bytes).is_err() {
            return Err(self.malformed(FaultClass::Utf8));
        }
        Ok(Value::Bytes(bytes.to_vec()))
    }

    /// How many bytes stand before `mark`, at most `max`.
    fn before(&mut self, mark: &[u8], max: usize) -> Result<usize, Stop> {
        let most = max.saturating_add(mark.len());
        let there = self.there();
        let there = there.get(..most).unwrap_or(there);
        let windows = &mut there.windows(mark.len().max(1));
        if let Some(count) = windows.position(|window| window == mark) {
            return Ok(count);
        }
        if there.len() == most {
            let found = (max as u128).saturating_add(1);
            return Err(self.refused(self.path.to_string(), Refusal::Above, found, max));
        }
        let here = self.at + there.len();
        if self.account.end().is_some_and(|end| here >= end) {
            return Err(self.malformed(FaultClass::PastEnd));
        }
        let begun = |count: &usize| there.ends_with(mark.get(..*count).unwrap_or_default());
        let begun = (0..mark.len()).rev().find(begun).unwrap_or(0);
        let missing = (mark.len() - begun).max(1);
        // What contains it can end before; it is awaited no further.
        let end = self.account.end().unwrap_or(usize::MAX);
        self.account.reaches(here.saturating_add(missing).min(end));
        Err(Stop::Wait)
    }

    /// Elements one after another.
    pub(super) fn repeat<T>(
        &mut self,
        extent: Extent,
        mut element: impl FnMut(&mut Self) -> Result<T, Stop>,
    ) -> Result<Vec<T>, Stop> {
        let mut elements = Vec::new();
        let mut next = |reader: &mut Self, fills: bool| {
            let before = reader.at;
            reader.start = before;
            reader.path.push(Step::Index(elements.len()));
            elements.push(element(reader)?);
            if fills && reader.at == before {
                return Err(reader.malformed(FaultClass::Excess));
            }
            reader.path.pop();
            Ok(reader.at > before)
        };
        match extent {
            Extent::Count(count) => {
                for _ in 0..count {
                    // Elements of no bytes are all alike: the first stands for all, so a count alone makes no work.
                    if !next(self, false)? {
                        break;
                    }
                }
            }
            Extent::Bytes(count) => {
                let (end, outer) = self.enter(count)?;
                while self.at < end {
                    next(self, true)?;
                }
                self.account = outer;
            }
            Extent::Until { mark, max } => {
                for count in 0.. {
                    self.start = self.at;
                    if self.is_next(mark)? {
                        self.bytes_span_of("end", mark.len(), SpanKind::End);
                        break;
                    }
                    if count == max {
                        let found = (max as u128).saturating_add(1);
                        let path = self.path.to_string();
                        return Err(self.refused(path, Refusal::Above, found, max));
                    }
                    if !next(self, false)? {
                        return Err(self.malformed(FaultClass::Excess));
                    }
                }
            }
        }
        Ok(elements)
    }

    /// Fields that fill exactly so many bytes.
    pub(super) fn block(&mut self, part: &Schema, bytes: usize) -> Result<Value, Stop> {
        let (end, outer) = self.enter(bytes)?;
        let value = self.part(part)?;
        if self.at < end {
            self.start = self.at;
            return Err(self.malformed(FaultClass::Excess));
        }
        self.account = outer;
        Ok(value)
    }

    /// Goes into the next `count` bytes, all of which must be there: where they end, and the account of what is around.
    fn enter(&mut self, count: usize) -> Result<(usize, Account), Stop> {
        let start = self.at;
        self.take(count)?;
        self.at = start;
        let block = Account::of_block(start, count);
        let outer = std::mem::replace(&mut self.account, block);
        Ok((start + count, outer))
    }

    /// Reads `mark` if it comes next.
    fn is_next(&mut self, mark: &[u8]) -> Result<bool, Stop> {
        let there = self.there();
        if there.len() < mark.len() && mark.starts_with(there) || there.starts_with(mark) {
            return self.take(mark.len()).map(|_| true);
        }
        Ok(false)
    }
}
