//! Reading: the fields of a message, where they lie in the frame.

use std::ops::Range;

use metaproto_codec::wire::is_text;
use metaproto_codec::{CodecError, Fault};

/// The most bytes of a variable-length integer.
const VARINT_MAX: usize = 10;

/// The deepest nesting of groups that is skipped, as in Google's own parsers.
const GROUPS_MAX: usize = 100;

/// A message that lies somewhere in a frame.
///
/// Nothing is checked before it is walked. Offsets, in ranges and in errors, count from the start of the frame.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    frame: &'a [u8],
    start: usize,
    end: usize,
    name: &'static str,
}

impl<'a> Message<'a> {
    /// A message without fields.
    pub const EMPTY: Message<'static> = Message {
        frame: &[],
        start: 0,
        end: 0,
        name: "",
    };

    /// The message in these bytes of `frame`; errors call it `name`. A range that reaches beyond the frame ends with it.
    #[must_use]
    pub fn new(frame: &'a [u8], range: Range<usize>, name: &'static str) -> Self {
        let end = range.end.min(frame.len());
        Self {
            frame,
            start: range.start.min(end),
            end,
            name,
        }
    }

    /// The message within this one whose bytes are a field's [`Value::Bytes`].
    #[must_use]
    pub fn within(&self, range: Range<usize>) -> Self {
        Self::new(self.frame, range, self.name)
    }

    /// Where the message starts, bytes from the start of the frame.
    #[must_use]
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Where the message ends.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.end
    }

    /// Bytes of the message.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.end - self.start
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// All fields, in wire order. After an error there is nothing more.
    ///
    /// A field may come more than once: the last one holds, and the fields of messages within are merged.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields {
            at: self.start,
            message: *self,
        }
    }

    /// The bytes of a range of the frame.
    #[inline]
    #[must_use]
    pub fn bytes(&self, range: Range<usize>) -> &'a [u8] {
        self.frame.get(range).unwrap_or_default()
    }

    /// The text at a range of the frame; an error calls it `name`.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`], at the first byte that is wrong.
    pub fn text(&self, range: &Range<usize>, name: &'static str) -> Result<&'a str, CodecError> {
        let start = range.start;
        str::from_utf8(self.bytes(range.clone())).map_err(|error| {
            let at = start + error.valid_up_to();
            Fault::Utf8.at(at, name)
        })
    }

    /// Whether the bytes at a range of the frame are UTF-8.
    #[must_use]
    pub fn is_text(&self, range: &Range<usize>) -> bool {
        is_text(self.bytes(range.clone()))
    }

    /// Key and value of the entry of a map whose bytes are a field's [`Value::Bytes`]. What is not there is empty.
    ///
    /// # Errors
    ///
    /// As [`Fields`].
    pub fn entry(&self, entry: Range<usize>) -> Result<(Range<usize>, Range<usize>), CodecError> {
        let (mut key, mut value) = (entry.end..entry.end, entry.end..entry.end);
        for field in self.within(entry).fields() {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Bytes(range)) => key = range,
                (2, Value::Bytes(range)) => value = range,
                _ => {}
            }
        }
        Ok((key, value))
    }

    #[cold]
    pub(crate) fn fault(&self, at: usize, fault: Fault) -> CodecError {
        fault.at(at, self.name)
    }
}

/// One field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The number by which the message's declaration knows it.
    pub number: u32,
    /// What it holds.
    pub value: Value,
    /// Where it lies in the frame, its tag included.
    pub range: Range<usize>,
}

/// What a field holds, by its type on the wire. One that differs from the declared type makes the field an unknown one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, flag or enum. Those of 32 bits are the low ones; negative ones fill all 64.
    Varint(u64),
    /// Where a text, byte string, message or entry of a map lies in the frame.
    Bytes(Range<usize>),
    /// Four or eight bytes, or a group of fields: nothing that a header needs to know.
    Other,
    /// The end of a group, seen by the one that skips it.
    #[doc(hidden)]
    End,
}

/// The fields of a [`Message`].
///
/// # Errors
///
/// What is no protobuf: [`Fault::Varint`] for a number that does not end, [`Fault::PastEnd`] for a part that reaches beyond
/// its message, [`Fault::Code`] for a type that does not exist, [`Fault::Protocol`] for field 0 and for groups that do not
/// match, and [`Fault::AboveMaximum`] for groups that are nested more than 100 deep.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    at: usize,
    message: Message<'a>,
}

impl Iterator for Fields<'_> {
    type Item = Result<Field, CodecError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.message.end {
            return None;
        }
        let start = self.at;
        let field = match self.field(0) {
            Ok(Field {
                value: Value::End, ..
            }) => Err(self.mismatch(start)),
            field => field,
        };
        if field.is_err() {
            self.at = self.message.end;
        }
        Some(field)
    }
}

impl Fields<'_> {
    fn field(&mut self, depth: usize) -> Result<Field, CodecError> {
        let start = self.at;
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).unwrap_or(0);
        if number == 0 {
            let rule = "a field has a number from 1 to 536870911";
            return Err(self.message.fault(start, Fault::Protocol { rule }));
        }
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.skip(8)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            3 => self.group(number, start, depth + 1)?,
            4 => Value::End,
            5 => self.skip(4)?,
            unknown => {
                let found = unknown.into();
                return Err(self.message.fault(start, Fault::Code { found }));
            }
        };
        let range = start..self.at;
        Ok(Field {
            number,
            value,
            range,
        })
    }

    /// Skips the fields of a group, up to its end.
    #[cold]
    fn group(&mut self, number: u32, start: usize, depth: usize) -> Result<Value, CodecError> {
        if depth > GROUPS_MAX {
            let (found, max) = (depth as u128, GROUPS_MAX);
            return Err(self
                .message
                .fault(start, Fault::AboveMaximum { found, max }));
        }
        loop {
            let at = self.at;
            let field = self.field(depth)?;
            if field.value == Value::End {
                return match field.number == number {
                    true => Ok(Value::Other),
                    false => Err(self.mismatch(at)),
                };
            }
        }
    }

    #[cold]
    fn mismatch(&self, at: usize) -> CodecError {
        let rule = "the end of a group matches no start";
        self.message.fault(at, Fault::Protocol { rule })
    }

    fn skip(&mut self, count: u64) -> Result<Value, CodecError> {
        self.take(count).map(|_| Value::Other)
    }

    #[inline]
    fn take(&mut self, count: u64) -> Result<Range<usize>, CodecError> {
        let left = self.message.end - self.at;
        let needed = usize::try_from(count).unwrap_or(usize::MAX);
        if needed > left {
            return Err(self.message.fault(self.at, Fault::PastEnd { needed, left }));
        }
        let start = self.at;
        self.at += needed;
        Ok(start..self.at)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, CodecError> {
        match self.message.bytes(self.at..self.message.end) {
            [byte, ..] if *byte < 0x80 => {
                self.at += 1;
                Ok((*byte).into())
            }
            bytes => self.long_varint(bytes),
        }
    }

    fn long_varint(&mut self, bytes: &[u8]) -> Result<u64, CodecError> {
        let mut value = 0;
        for (index, byte) in bytes.iter().take(VARINT_MAX).enumerate() {
            value |= u64::from(byte & 0x7F) << (7 * index);
            if *byte < 0x80 {
                // Of the tenth byte only one bit is within 64.
                if index == VARINT_MAX - 1 && *byte > 1 {
                    break;
                }
                self.at += index + 1;
                return Ok(value);
            }
        }
        let left = bytes.len();
        Err(self.message.fault(
            self.at,
            match left < VARINT_MAX {
                true => Fault::PastEnd {
                    needed: left + 1,
                    left,
                },
                false => Fault::Varint { max: VARINT_MAX },
            },
        ))
    }
}
