//! How a message begins: its kind, its name and its sequence id, in each protocol.
//!
//! Sources: Apache Thrift, `doc/specs/thrift-binary-protocol.md` and `doc/specs/thrift-compact-protocol.md`, "Message".

use std::ops::Range;

use metaproto_codec::wire::{Cursor, Payload, Sizes, Stop, Writer};
use metaproto_codec::{CodecError, Fault, FieldPath, Header, KIB, MessageType, Part, Read, codes};

/// The longest name of a method, bytes.
pub const MAX_NAME: usize = 64 * KIB;

codes! {
    /// What a message is.
    pub enum Kind: u8 {
        /// A call that is answered.
        Call = 1,
        /// The answer to a call: its result, or an exception that the method declares.
        Reply = 2,
        /// The answer to a call that could not be made: a `TApplicationException`.
        Exception = 3,
        /// A call that is never answered.
        OneWay = 4,
    }
}

impl Kind {
    /// What hosts call it; nothing for a code that the protocol does not define.
    fn message_type(self) -> Option<MessageType> {
        Some(match self {
            Self::Call => MessageType::Request,
            Self::Reply => MessageType::Response,
            Self::Exception => MessageType::Error,
            Self::OneWay => MessageType::OneWay,
            Self::Unknown(_) => return None,
        })
    }
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Numbers of fixed width.
    Binary,
    /// The same, in messages without a version.
    OldBinary,
    /// Numbers as wide as they need to be.
    Compact,
}

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
    /// What the message is.
    #[header(code = u8)]
    pub kind: Kind,
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
    /// What the message is.
    #[header(bits = 3)]
    pub kind: u8,
    /// Version 1.
    #[header(bits = 5, constant = 1)]
    pub version: u8,
    /// Matches a reply to its call.
    #[header(varint)]
    pub sequence_id: u32,
    /// The method, after its service and a colon where several share the connection.
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
    /// What the message is.
    #[header(code = u8)]
    pub kind: Kind,
    /// Matches a reply to its call.
    pub sequence_id: u32,
}

impl<'a> MessageBegin<'a> {
    /// The beginning of a message in `protocol`.
    pub(crate) fn new(protocol: Protocol, kind: Kind, name: &'a str, sequence_id: u32) -> Self {
        match protocol {
            Protocol::Binary => Self::Binary(BinaryBegin {
                kind,
                name,
                sequence_id,
                ..BinaryBegin::template()
            }),
            Protocol::OldBinary => Self::OldBinary(OldBinaryBegin {
                name,
                kind,
                sequence_id,
            }),
            Protocol::Compact => Self::Compact(CompactBegin {
                kind: kind.into(),
                name,
                sequence_id,
                ..CompactBegin::template()
            }),
        }
    }

    /// Replaces the sequence id, and gives back the one before.
    pub(crate) fn renumber(&mut self, sequence_id: u32) -> u32 {
        let id = match self {
            Self::Binary(begin) => &mut begin.sequence_id,
            Self::Compact(begin) => &mut begin.sequence_id,
            Self::OldBinary(begin) => &mut begin.sequence_id,
        };
        std::mem::replace(id, sequence_id)
    }
}

/// Appends a part that states no length of the message.
pub(crate) fn append<P: Part>(part: &P, bytes: &mut Vec<u8>) -> Result<(), CodecError> {
    let sizes = Sizes::new(P::MIN_LEN, 0, 0);
    part.write(&mut Writer::new(bytes, Payload::default(), sizes))
}

/// What the beginning of a message says, and where.
#[derive(Clone, Debug)]
pub(crate) struct Begin {
    pub(crate) protocol: Protocol,
    pub(crate) message_type: MessageType,
    pub(crate) sequence_id: u32,
    /// Where the name stands.
    pub(crate) name: Range<usize>,
    /// Where the struct of arguments or results begins.
    pub(crate) end: usize,
}

impl Begin {
    /// Reads the beginning of a message. What is read must be whole; what follows need not.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Stop> {
        cursor.field("message");
        let start = cursor.position();
        let view = MessageBegin::check(cursor)?;
        let end = cursor.position();
        // The name, the bytes behind it, and where the kind stands.
        let (protocol, kind, name, behind, kind_at) = match &view {
            MessageBeginView::Binary(begin) => {
                (Protocol::Binary, begin.kind(), begin.name(), 4, start + 3)
            }
            MessageBeginView::Compact(begin) => (
                Protocol::Compact,
                begin.kind().into(),
                begin.name(),
                0,
                start + 1,
            ),
            MessageBeginView::OldBinary(begin) => {
                (Protocol::OldBinary, begin.kind(), begin.name(), 5, end - 5)
            }
        };
        let refuse = |offset, field, fault| CodecError::new(offset, FieldPath::new(field), fault);
        let Some(message_type) = kind.message_type() else {
            let found = u8::from(kind).into();
            return Err(refuse(kind_at, "kind", Fault::Code { found }).into());
        };
        let name_at = end - behind - name.len();
        if name.bytes().any(|byte| byte.is_ascii_control()) {
            let rule = "a method's name has no control characters";
            return Err(refuse(name_at, "name", Fault::Protocol { rule }).into());
        }
        let sequence_id = match &view {
            MessageBeginView::Binary(begin) => begin.sequence_id(),
            MessageBeginView::Compact(begin) => begin.sequence_id(),
            MessageBeginView::OldBinary(begin) => begin.sequence_id(),
        };
        Ok(Self {
            protocol,
            message_type,
            sequence_id,
            name: name_at..name_at + name.len(),
            end,
        })
    }

    /// Refuses another protocol than the one that the frame names.
    pub(crate) fn check_protocol(&self, named: Protocol, at: usize) -> Result<(), CodecError> {
        let is_compact = |protocol| protocol == Protocol::Compact;
        if is_compact(self.protocol) == is_compact(named) {
            return Ok(());
        }
        let rule = "the message is not in the protocol that its header names";
        Err(CodecError::new(
            at,
            FieldPath::new("protocol_id"),
            Fault::Protocol { rule },
        ))
    }
}
