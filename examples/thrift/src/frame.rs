//! Transports: how messages follow each other on a connection.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Framed vs. unframed transport".

use bytes::Bytes;
use metaproto_codec::{Header, Output, Part, Read, Result};

use crate::theader::{THeader, THeaderFrame};

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

/// What stands before a message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Frame {
    /// Bytes of the message.
    #[header(rest_len, max = MAX_LENGTH)]
    pub frame_length: u32,
}

/// What a message is in, to be changed or made.
pub(crate) enum Envelope {
    Unframed,
    Framed,
    Header(THeaderFrame),
}

impl Envelope {
    /// For a message that is made from nothing.
    pub(crate) fn new(transport: Transport) -> Result<Self> {
        Ok(match transport {
            Transport::Unframed => Self::Unframed,
            Transport::Framed => Self::Framed,
            Transport::Header => Self::Header(THeaderFrame::plain(false, 0)?),
        })
    }

    /// That of a whole frame, and the message in it.
    pub(crate) fn open(transport: Transport, frame: &Bytes) -> Result<(Self, Bytes)> {
        Ok(match transport {
            Transport::Unframed => (Self::Unframed, frame.clone()),
            Transport::Framed => (Self::Framed, frame.slice(LENGTH..)),
            Transport::Header => {
                let (view, sizes) = THeaderFrame::view_sized(frame)?;
                let header = THeaderFrame::from_view(&view, Some(frame))?;
                (Self::Header(header), frame.slice(sizes.header..))
            }
        })
    }

    /// Whether the message is deflated.
    pub(crate) fn is_deflated(&self) -> Result<bool> {
        match self {
            Self::Header(frame) => THeader::view_start(&frame.header)?.0.is_deflated(),
            _ => Ok(false),
        }
    }

    /// Appends a message that consists of `start` and `rest`.
    pub(crate) fn write(&self, start: Vec<u8>, rest: &Bytes, output: &mut Output) -> Result {
        match self {
            Self::Framed => Frame::template().append_shared(&start.into(), rest, output),
            Self::Header(header) => header.append_shared(&start.into(), rest, output),
            Self::Unframed => {
                output.push(&start);
                output.push_shared(rest.clone());
                Ok(())
            }
        }
    }
}
