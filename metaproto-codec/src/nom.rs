//! Parsers made with [nom] 8 in a codec: *incomplete* becomes [`WaitForData`](crate::DecodeStatus::WaitForData), a failure
//! becomes a [`CodecError`] with its offset and field. Behind the feature `nom`.
//!
//! A part that is a grammar (tagged values, nested structs) is written in functions from the bytes that are left to what
//! they mean, with [`Broken`] as the error. Two verbs run them:
//!
//! * [`start`] at the start of a stream, where more bytes may come: nom's *streaming* mode. What is missing is awaited, so a
//!   grammar must state a maximum for every length before it takes so many bytes.
//! * [`whole`] in a part of a message that is there and must be used up: nom's *complete* mode. What is missing there is
//!   an error, [`Fault::PastEnd`], and so is what is left, [`Fault::Excess`].
//!
//! Where a protocol says the length of a message before its grammar begins, frame with a derived header (or `start` with
//! two or three numbers) and run the grammar with `whole`: one that is run by `start` is run anew for every piece
//! that arrives, and knows only how much is missing of the part at which it stands. The same parser does for both verbs if
//! it is made of nom's own combinators (`nom::bytes::take`, not `nom::bytes::streaming::take`), and for `whole` alone if it calls
//! `take(n)(input)` of `nom::bytes::complete`.
//!
//! ```
//! use metaproto_codec::nom::{Broken, Start, start};
//! use metaproto_codec::{
//!     Capabilities, Codec, CodecError, DecodeStatus, Error, Fault, Metadata, Mutation, Output,
//! };
//! use nom::bytes::{take, tag, take_while1};
//! use nom::error::context;
//! use nom::{IResult, Parser};
//!
//! const MAX: usize = 9999;
//!
//! /// A netstring, `5:hello,`: the text.
//! fn netstring<'a>() -> impl Parser<&'a [u8], Output = &'a [u8], Error = Broken<'a>> {
//!     let digits = take_while1(|byte: u8| byte.is_ascii_digit());
//!     let length = digits.map_res(|digits: &[u8]| {
//!         let found = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
//!         let found = found.unwrap_or(usize::MAX);
//!         let fault = Fault::AboveMaximum { found: found as u128, max: MAX };
//!         (found <= MAX).then_some(found).ok_or(fault)
//!     });
//!     let colon = context("colon", tag(":"));
//!     let length = context("length", length).and(colon).map(|(length, _)| length);
//!     length.flat_map(|length| take(length).and(context("comma", tag(",")))).map(|(text, _)| text)
//! }
//!
//! struct Netstrings;
//!
//! impl Codec for Netstrings {
//!     fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus, CodecError> {
//!         Ok(match start(input, netstring())? {
//!             Start::Wait { at_least } => DecodeStatus::WaitForData { at_least },
//!             Start::Done { value, consumed } => {
//!                 metadata.set_header_size(consumed - value.len() - 1);
//!                 DecodeStatus::Done { consumed }
//!             }
//!         })
//!     }
//!     // ...
//! #   fn capabilities(&self) -> Capabilities { Capabilities::new("netstrings", MAX + 6) }
//! #   fn encode(&self, _: &Metadata, _: &Mutation, _: &mut Output) -> Result<(), CodecError> { Ok(()) }
//! #   fn on_error(&self, _: &Metadata, _: &Error<'_>, _: &mut Output) -> Result<(), CodecError> { Ok(()) }
//! #   fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> { Ok(()) }
//! }
//!
//! let mut decode = |input| Netstrings.decode(input, &mut Metadata::default());
//! assert_eq!(decode(b"5:hello,3:"), Ok(DecodeStatus::Done { consumed: 8 }));
//! assert_eq!(decode(b"5:he"), Ok(DecodeStatus::WaitForData { at_least: 3 }));
//! assert_eq!(decode(b"5:hello.").unwrap_err().to_string(), "byte 7, field comma: not the byte that must stand here");
//! assert!(decode(b"10000:").unwrap_err().is_limit());
//! ```
//!
//! [nom]: https://docs.rs/nom/8

use std::ops::Range;

use ::nom::error::{ContextError, ErrorKind, FromExternalError, ParseError};
use ::nom::{Err, IResult, Needed, Parser};

use crate::wire::{Cursor, Stop, low64, offset_in, unzigzag};
use crate::{CodecError, Fault, FieldPath};

/// What the start of a stream holds, see [`start`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<T> {
    /// All that the parser wanted.
    Done {
        /// What it made of it.
        value: T,
        /// Bytes that it took.
        consumed: usize,
    },
    /// Bytes are missing.
    Wait {
        /// Additional bytes without which the part at which the parser stands cannot be read; at least 1.
        at_least: usize,
    },
}

/// Runs `parser` on the bytes that have arrived, which start with the first byte of a message; more may come.
///
/// # Errors
///
/// What the parser reports, at the byte where it does. An error of nom's *complete* functions for bytes that are missing is
/// one, too: use the streaming ones, or combinators, which do as they are asked.
pub fn start<'a, T>(
    message: &'a [u8],
    mut parser: impl Parser<&'a [u8], Output = T, Error = Broken<'a>>,
) -> Result<Start<T>, CodecError> {
    match parser.parse(message) {
        Ok((rest, value)) => Ok(Start::Done {
            value,
            consumed: message.len() - rest.len(),
        }),
        Err(Err::Incomplete(needed)) => Ok(Start::Wait {
            at_least: missing(needed),
        }),
        Err(Err::Error(broken) | Err::Failure(broken)) => Err(broken.within(message)),
    }
}

/// Runs `parser` on the bytes of `message` at `part`, all of which are there and must be used up. `name` is the field that
/// an error names, unless the parser gave it a name of its own with [`context`](::nom::error::context).
///
/// ```
/// use metaproto_codec::nom::whole;
/// use nom::Parser;
/// use nom::bytes::take;
/// use nom::number::u8;
///
/// let text = || u8().flat_map(take);
/// assert_eq!(whole(b"..\x02hi", 2..5, "greeting", text()).unwrap(), b"hi");
/// let error = whole(b"..\x03hi", 2..5, "greeting", text()).unwrap_err();
/// assert_eq!((error.offset(), error.fault().rule()), (3, "past_end"));
/// let error = whole(b"..\x01hi", 2..5, "greeting", text()).unwrap_err();
/// assert_eq!((error.offset(), error.fault().rule()), (4, "excess"));
/// ```
///
/// # Errors
///
/// What the parser reports; [`Fault::PastEnd`] where it wants more, [`Fault::Excess`] where it leaves bytes over, or where
/// `part` itself reaches beyond the message.
pub fn whole<'a, T>(
    message: &'a [u8],
    part: Range<usize>,
    name: &'static str,
    mut parser: impl Parser<&'a [u8], Output = T, Error = Broken<'a>>,
) -> Result<T, CodecError> {
    let refuse = |offset, fault| Err(CodecError::new(offset, FieldPath::new(name), fault));
    let Some(bytes) = message.get(part.clone()) else {
        let needed = part.len();
        let left = message.len().saturating_sub(part.start);
        return refuse(part.start, Fault::PastEnd { needed, left });
    };
    match parser.parse_complete(bytes) {
        Ok(([], value)) => Ok(value),
        Ok((rest, _)) => refuse(part.end - rest.len(), Fault::Excess { left: rest.len() }),
        Err(Err::Incomplete(needed)) => {
            let needed = missing(needed);
            refuse(part.end, Fault::PastEnd { needed, left: 0 })
        }
        Err(Err::Error(broken) | Err::Failure(broken)) => Err(Broken {
            field: broken.field.or(Some(name)),
            ..broken
        }
        .within(message)),
    }
}

/// Where `part` lies in `message`, for [`Metadata`](crate::Metadata) to record; the empty range where it does not.
///
/// ```
/// let message = b"5:hello,";
/// assert_eq!(metaproto_codec::nom::range(message, &message[2..7]), 2..7);
/// ```
#[inline]
#[must_use]
pub fn range(message: &[u8], part: &[u8]) -> Range<usize> {
    match offset_in(part, message) {
        Some(start) => start..start + part.len(),
        None => 0..0,
    }
}

/// The next `N` bytes, of which a number can be made at once: nom's own are read byte by byte.
///
/// ```
/// use metaproto_codec::nom::{Start, array, start};
/// use nom::Parser;
///
/// let id = |input| array.map(i16::from_be_bytes).parse(input);
/// assert_eq!(start(b"\xFF\xFE...", id), Ok(Start::Done { value: -2, consumed: 2 }));
/// assert_eq!(start(b"\xFF", id), Ok(Start::Wait { at_least: 1 }));
/// ```
///
/// # Errors
///
/// `Incomplete`, with the number of bytes that are missing.
#[inline]
pub fn array<const N: usize>(input: &[u8]) -> IResult<&[u8], [u8; N], Broken<'_>> {
    match input.split_first_chunk() {
        Some((array, rest)) => Ok((rest, *array)),
        None => Err(Err::Incomplete(Needed::new(N.saturating_sub(input.len())))),
    }
}

/// An unsigned LEB128 number of at most 64 bits in at most 10 bytes, as [`Cursor::varint`](crate::wire::Cursor::varint) reads
/// it: seven bits a byte, the lowest first.
///
/// ```
/// use metaproto_codec::nom::{Start, start, varint};
///
/// assert_eq!(start(b"\xAC\x02...", varint), Ok(Start::Done { value: 300, consumed: 2 }));
/// assert_eq!(start(b"\xAC", varint), Ok(Start::Wait { at_least: 1 }));
/// ```
///
/// # Errors
///
/// [`Fault::Varint`], at its first byte.
#[inline]
pub fn varint(input: &[u8]) -> IResult<&[u8], u64, Broken<'_>> {
    match input {
        [byte @ ..0x80, rest @ ..] => Ok((rest, (*byte).into())),
        _ => long_varint(input),
    }
}

/// A signed LEB128 number of at most 64 bits whose sign alternates: 0, -1, 1, -2 are 0, 1, 2, 3 on the wire.
///
/// ```
/// use metaproto_codec::nom::{Start, start, zigzag};
///
/// assert_eq!(start(b"\xAB\x02...", zigzag), Ok(Start::Done { value: -150, consumed: 2 }));
/// ```
///
/// # Errors
///
/// As [`varint`].
#[inline]
pub fn zigzag(input: &[u8]) -> IResult<&[u8], i64, Broken<'_>> {
    let signed = |found: u64| low64(unzigzag(found.into(), 64)).cast_signed();
    varint(input).map(|(rest, found)| (rest, signed(found)))
}

fn long_varint(input: &[u8]) -> IResult<&[u8], u64, Broken<'_>> {
    let mut cursor = Cursor::new(input, 1);
    match cursor.varint() {
        Ok(number) => Ok((&input[cursor.position()..], number)),
        Err(Stop::Wait) => Err(Err::Incomplete(Needed::new(1))),
        Err(Stop::Fault(error)) => Err(Broken::failure(input, error.fault().clone())),
    }
}

/// Bytes without which a parser cannot go on; at least 1.
fn missing(needed: Needed) -> usize {
    match needed {
        Needed::Unknown => 1,
        Needed::Size(size) => size.get(),
    }
}

/// The error of a nom parser in a codec: what rule was broken, in which field, before which bytes.
///
/// It allocates nothing, so parsers may try one way and then another (`alt`). The innermost
/// [`context`](::nom::error::context) is the name of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken<'a> {
    at: &'a [u8],
    field: Option<&'static str>,
    fault: Fault,
}

impl<'a> Broken<'a> {
    /// `fault` at the first byte of `at`, which is what was left of the input there.
    #[must_use]
    pub const fn new(at: &'a [u8], fault: Fault) -> Self {
        let field = None;
        Self { at, field, fault }
    }

    /// As an answer that lets `alt` and the like try another way.
    #[cold]
    #[must_use]
    pub const fn error(at: &'a [u8], fault: Fault) -> Err<Self> {
        Err::Error(Self::new(at, fault))
    }

    /// As an answer that is final.
    #[cold]
    #[must_use]
    pub const fn failure(at: &'a [u8], fault: Fault) -> Err<Self> {
        Err::Failure(Self::new(at, fault))
    }

    /// The fact.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        &self.fault
    }

    /// As an error of `message`, of which the parser's input was a part.
    #[must_use]
    pub fn within(self, message: &[u8]) -> CodecError {
        let offset = offset_in(self.at, message).unwrap_or_default();
        let field = FieldPath::new(self.field.unwrap_or("message"));
        CodecError::new(offset, field, self.fault)
    }
}

impl<'a> ParseError<&'a [u8]> for Broken<'a> {
    fn from_error_kind(at: &'a [u8], kind: ErrorKind) -> Self {
        let protocol = |rule| Fault::Protocol { rule };
        let fault = match kind {
            // nom does not tell how many bytes it wanted.
            _ if at.is_empty() => Fault::PastEnd { needed: 1, left: 0 },
            ErrorKind::Eof | ErrorKind::Complete => Fault::PastEnd {
                needed: at.len().saturating_add(1),
                left: at.len(),
            },
            ErrorKind::Tag | ErrorKind::Char | ErrorKind::OneOf => {
                protocol("not the byte that must stand here")
            }
            ErrorKind::TooLarge => protocol("a number is too large"),
            ErrorKind::Many0 | ErrorKind::Many1 => protocol("a repetition that takes no bytes"),
            _ => protocol("not what may stand here"),
        };
        Self::new(at, fault)
    }

    fn append(_: &'a [u8], _: ErrorKind, other: Self) -> Self {
        other
    }

    /// Of two ways that both failed, the one that came further.
    fn or(self, other: Self) -> Self {
        if self.at.len() < other.at.len() {
            self
        } else {
            other
        }
    }
}

impl<'a> ContextError<&'a [u8]> for Broken<'a> {
    fn add_context(_: &'a [u8], name: &'static str, other: Self) -> Self {
        Self {
            field: other.field.or(Some(name)),
            ..other
        }
    }
}

/// For `map_res` with a function that answers a [`Fault`].
impl<'a> FromExternalError<&'a [u8], Fault> for Broken<'a> {
    fn from_external_error(at: &'a [u8], _: ErrorKind, fault: Fault) -> Self {
        Self::new(at, fault)
    }
}

#[cfg(test)]
mod tests {
    use ::nom::branch::alt;
    use ::nom::bytes::{tag, take};
    use ::nom::error::context;
    use ::nom::number::be_u16;

    use super::*;

    /// `x` and a text with its length, or `y`.
    fn sample<'a>() -> impl Parser<&'a [u8], Output = &'a [u8], Error = Broken<'a>> {
        let text = context("text", be_u16().flat_map(take));
        alt((tag("x").and(text).map(|(_, text)| text), tag("y")))
    }

    #[test]
    fn what_is_missing_is_awaited_at_the_start_and_refused_in_a_part() {
        for (length, at_least) in [(0, 1), (1, 2), (2, 1), (3, 5), (7, 1)] {
            let bytes = &b"x\0\x05hello"[..length];
            assert_eq!(start(bytes, sample()), Ok(Start::Wait { at_least }));
            let error = whole(bytes, 0..length, "sample", sample()).unwrap_err();
            assert_eq!(error.fault().rule(), "past_end", "{length}");
        }
        let done = Start::Done {
            value: &b"hello"[..],
            consumed: 8,
        };
        assert_eq!(start(b"x\0\x05hello, world", sample()), Ok(done));
    }

    #[test]
    fn an_error_names_the_innermost_field_and_the_byte() {
        let error = whole(b"--x\0\x05hell", 2..9, "sample", sample()).unwrap_err();
        assert_eq!(
            (error.offset(), error.field()),
            (5, &FieldPath::new("text"))
        );
        let error = whole(b"--z", 2..3, "sample", sample()).unwrap_err();
        assert_eq!(
            (error.offset(), error.field()),
            (2, &FieldPath::new("sample"))
        );
    }

    #[test]
    fn a_part_that_is_not_there_is_refused() {
        let error = whole(b"xy", 1..4, "sample", sample()).unwrap_err();
        assert_eq!(error.fault(), &Fault::PastEnd { needed: 3, left: 1 });
    }
}
