//! Transports: how messages follow each other on a connection.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Framed vs. unframed transport".

use std::borrow::Cow;

use metaproto_codec::{CodecError, Fault, FieldPath, Header};

use crate::theader::{self, THeaderFrame, THeaderFrameView};
use crate::zlib::inflate_start;

/// The largest frame, without its length, bytes: what Apache's servers accept unless told otherwise.
pub const MAX_LENGTH: usize = 16_384_000;

/// Bytes of a frame's length.
pub(crate) const LENGTH: usize = 4;

/// The shortest message, a compact one without name and arguments, bytes.
pub(crate) const SHORTEST: usize = 5;

/// How messages follow each other.
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
    /// The transport of a message that begins with `input`, if that can be told already.
    ///
    /// An unframed message begins with the version of its protocol, which would be a negative length, or, in the binary
    /// protocol of old clients, with the length of its name and the name. A frame begins with its length, and then with the
    /// version of a protocol, the first byte of the length of a name, or the mark of THeader, none of which begins a name.
    pub(crate) fn detect(input: &[u8]) -> Option<Self> {
        match input {
            [0x80 | 0x82, ..] => Some(Self::Unframed),
            [_, _, _, _, 0x0F, ..] => Some(Self::Header),
            [0, _, _, _, b'A'..=b'Z' | b'a'..=b'z' | b'_', ..] => Some(Self::Unframed),
            [_, _, _, _, _, ..] => Some(Self::Framed),
            _ => None,
        }
    }
}

/// Where the frame ends that begins with `input`, as soon as its length is there.
pub(crate) fn frame_end(input: &[u8]) -> Result<Option<usize>, CodecError> {
    let Some(length) = input.first_chunk::<LENGTH>() else {
        return Ok(None);
    };
    let found = i32::from_be_bytes(*length);
    let (length, max) = (usize::try_from(found).unwrap_or_default(), MAX_LENGTH);
    let wide = found.cast_unsigned().into();
    let fault = match length {
        ..SHORTEST => Fault::BelowMinimum {
            found: wide,
            min: SHORTEST,
        },
        SHORTEST..=MAX_LENGTH => return Ok(Some(LENGTH + length)),
        _ => Fault::AboveMaximum { found: wide, max },
    };
    Err(CodecError::new(0, FieldPath::new("frame_length"), fault))
}

/// What is in a frame.
pub(crate) struct Opened<'a> {
    /// The header, where the transport has one.
    pub(crate) header: Option<THeaderFrameView<'a>>,
    /// Where the message begins.
    pub(crate) at: usize,
    /// The message; of one that is deflated, what it begins with.
    pub(crate) message: Cow<'a, [u8]>,
}

/// Opens a whole frame, or a message without one.
pub(crate) fn open(transport: Transport, frame: &[u8]) -> Result<Opened<'_>, CodecError> {
    let (at, header) = match transport {
        Transport::Framed => (LENGTH, None),
        Transport::Unframed => (0, None),
        Transport::Header => {
            let (view, sizes) = THeaderFrame::view_sized(frame)?;
            (sizes.header, Some(view))
        }
    };
    let message = frame.get(at..).unwrap_or_default();
    let is_deflated = header.as_ref().map_or(Ok(false), theader::is_deflated)?;
    let message = if is_deflated && !message.is_empty() {
        inflate_start(message)
            .map_err(|error| error.moved_by(at as u64))?
            .into()
    } else {
        message.into()
    };
    Ok(Opened {
        header,
        at,
        message,
    })
}
