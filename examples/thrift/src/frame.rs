//! Transports: how messages are told apart on a connection.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Framed vs. unframed transport".

use metaproto_codec::wire::{Cursor, Order, Stop};
use metaproto_codec::{CodecError, Fault, FieldPath};

/// The largest frame, without its length, bytes: what Apache's servers accept unless told otherwise.
pub const MAX_LENGTH: usize = 16_384_000;

/// Bytes of a frame's length.
pub(crate) const LENGTH: usize = 4;

/// Bytes of a frame that are looked at before it is whole: up to the length of the name, or into the THeader.
pub(crate) const FIXED_HEADER: usize = 16;

/// The shortest message, a compact one without name and arguments, bytes.
pub(crate) const SHORTEST: usize = 5;

/// How messages follow each other on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Each has its length before it.
    Framed,
    /// Each ends where its struct does.
    Unframed,
    /// Each stands in a frame with properties.
    Header,
}

impl Transport {
    /// The transport of a message that begins with `input`, or `Wait` for so many bytes.
    ///
    /// An unframed message begins with the version of its protocol, which would be a negative length, or, in the binary
    /// protocol of old clients, with the length of its name and the name. A frame begins with its length, and then with the
    /// version of a protocol, the first byte of the length of a name, or the mark of THeader, none of which begins a name.
    pub(crate) fn detect(input: &[u8]) -> Result<Result<Self, usize>, CodecError> {
        match input {
            [0x80 | 0x82, ..] => return Ok(Ok(Self::Unframed)),
            [_, _, _, _, 0x0F, ..] => return Ok(Ok(Self::Header)),
            [0, _, _, _, b'A'..=b'Z' | b'a'..=b'z' | b'_', ..] => return Ok(Ok(Self::Unframed)),
            [_, _, _, _, _, ..] => return Ok(Ok(Self::Framed)),
            _ => {}
        }
        let mut cursor = Cursor::new(input, LENGTH);
        match frame_length(&mut cursor) {
            Err(Stop::Fault(error)) => Err(error),
            Err(Stop::Wait) => Ok(Err(SHORTEST - input.len())),
            // A name of so many bytes is part of a longer message.
            Ok(end) => Ok(Err(end - input.len())),
        }
    }
}

/// What there is of a frame.
pub(crate) enum Frame<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// A part.
    Part {
        /// What can be looked at before the frame is whole.
        start: &'a [u8],
        /// The fewest bytes that are missing.
        missing: usize,
    },
}

impl<'a> Frame<'a> {
    /// The frame at the start of `input`.
    pub(crate) fn of(input: &'a [u8]) -> Result<Self, CodecError> {
        let start = input.get(..FIXED_HEADER).unwrap_or(input);
        let end = match frame_length(&mut Cursor::new(start, LENGTH)) {
            Ok(end) => end,
            Err(Stop::Wait) => LENGTH + SHORTEST,
            Err(Stop::Fault(error)) => return Err(error),
        };
        Ok(match input.get(..end) {
            Some(frame) => Self::Whole(frame),
            None => Self::Part {
                start,
                missing: end - input.len(),
            },
        })
    }
}

/// Reads the length of a frame, and gives the offset at which the frame ends.
pub(crate) fn frame_length(cursor: &mut Cursor<'_>) -> Result<usize, Stop> {
    cursor.field("frame_length");
    let length = cursor.scalar::<i32, LENGTH>(Order::Big)?;
    let length = u32::try_from(length).map_err(|_| too_short(length))?;
    if length < SHORTEST as u32 {
        return Err(too_short(length.cast_signed()));
    }
    cursor.rest_len(length.into(), 0, MAX_LENGTH)?;
    Ok(LENGTH + length as usize)
}

fn too_short(length: i32) -> Stop {
    let fault = Fault::BelowMinimum {
        found: length.cast_unsigned().into(),
        min: SHORTEST,
    };
    CodecError::new(0, FieldPath::new("frame_length"), fault).into()
}
