//! How a message begins: its kind, its name and its sequence id, in each protocol.
//!
//! Sources: Apache Thrift, `doc/specs/thrift-binary-protocol.md` and `doc/specs/thrift-compact-protocol.md`, "Message".

use std::ops::Range;

use metaproto_codec::nom::range;
use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{Fault, Header, KIB, MessageType, Read, Result};

/// The longest name of a method, bytes.
pub const MAX_NAME: usize = 64 * KIB;

/// What hosts call the kinds 1 to 4: call, reply, exception and one-way.
const KINDS: [MessageType; 4] = [
    MessageType::Request,
    MessageType::Response,
    MessageType::Error,
    MessageType::OneWay,
];

/// A `TApplicationException` in place of a reply.
pub(crate) const EXCEPTION: u8 = 3;

/// The beginning of a message, told apart by its first byte.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = u8)]
pub enum MessageBegin<'a> {
    /// The binary protocol.
    #[header(tag = 0x80)]
    Binary(BinaryBegin<'a>),
    /// The compact protocol.
    #[header(tag = 0x82)]
    Compact(CompactBegin<'a>),
    /// The binary protocol of old clients, which has no version: the first byte is that of the name's length.
    #[header(tag = 0)]
    OldBinary(OldBinaryBegin<'a>),
}

/// The beginning of a message in the binary protocol, behind its first byte.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, big_endian)]
pub struct BinaryBegin<'a> {
    /// Version 1, together with the byte before.
    #[header(constant = 0x01)]
    pub version: u8,
    /// Not used.
    #[header(reserved)]
    pub unused: u8,
    /// 1 call, 2 reply, 3 exception, 4 one-way call.
    pub kind: u8,
    /// The method, after its service and a colon where several share the connection.
    #[header(len = u32, max = MAX_NAME)]
    pub name: &'a str,
    /// Matches a reply to its call.
    pub sequence_id: u32,
}

/// The beginning of a message in the compact protocol, behind its first byte.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, big_endian)]
pub struct CompactBegin<'a> {
    /// As in the binary protocol.
    #[header(bits = 3)]
    pub kind: u8,
    /// Version 1.
    #[header(bits = 5, constant = 1)]
    pub version: u8,
    /// Matches a reply to its call.
    #[header(varint)]
    pub sequence_id: u32,
    /// The method.
    #[header(len = varint, max = MAX_NAME)]
    pub name: &'a str,
}

/// The beginning of a message in the binary protocol without a version, behind its first byte.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, big_endian)]
pub struct OldBinaryBegin<'a> {
    /// The method.
    #[header(len = u24, max = MAX_NAME)]
    pub name: &'a str,
    /// As in the binary protocol.
    pub kind: u8,
    /// Matches a reply to its call.
    pub sequence_id: u32,
}

impl<'a> MessageBegin<'a> {
    /// The beginning of a message, and its length.
    pub(crate) fn of(message: &'a [u8]) -> Result<(Self, usize)> {
        let (view, length) = Self::view_start(message)?;
        Ok((Self::from_view(&view, None)?, length))
    }

    /// Kind and sequence id, to be changed.
    pub(crate) fn numbers(&mut self) -> (&mut u8, &mut u32) {
        match self {
            Self::Binary(begin) => (&mut begin.kind, &mut begin.sequence_id),
            Self::Compact(begin) => (&mut begin.kind, &mut begin.sequence_id),
            Self::OldBinary(begin) => (&mut begin.kind, &mut begin.sequence_id),
        }
    }
}

/// What the beginning of a message says, and where.
#[derive(Clone, Debug)]
pub(crate) struct Begin {
    pub(crate) is_compact: bool,
    pub(crate) kind: MessageType,
    pub(crate) sequence_id: u32,
    /// Where the name stands.
    pub(crate) name: Range<usize>,
    /// Where the struct of arguments or results begins.
    pub(crate) end: usize,
}

impl Begin {
    /// Reads on with `cursor`, whose bytes begin with those of the frame.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Stop> {
        let start = cursor.position();
        let view = MessageBegin::check(cursor)?;
        let end = cursor.position();
        let (kind_at, kind, name, sequence_id) = match &view {
            MessageBeginView::Binary(it) => (start + 3, it.kind(), it.name(), it.sequence_id()),
            MessageBeginView::Compact(it) => (start + 1, it.kind(), it.name(), it.sequence_id()),
            MessageBeginView::OldBinary(it) => (end - 5, it.kind(), it.name(), it.sequence_id()),
        };
        let Some(kind) = KINDS.get(usize::from(kind).wrapping_sub(1)).copied() else {
            let found = kind.into();
            return Err(Fault::Code { found }.at(kind_at, "kind").into());
        };
        let name_at = range(cursor.bytes(), name.as_bytes());
        if name.bytes().any(|byte| byte.is_ascii_control()) {
            let rule = "a method's name has no control characters";
            return Err(Fault::Protocol { rule }.at(name_at.start, "name").into());
        }
        Ok(Self {
            is_compact: matches!(view, MessageBeginView::Compact(_)),
            kind,
            sequence_id,
            name: name_at,
            end,
        })
    }
}
