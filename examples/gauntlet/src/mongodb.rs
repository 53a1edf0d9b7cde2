//! MongoDB's OP_MSG: 16 bytes of message header, flags, sections, and a checksum if a flag says so.
//!
//! Source: MongoDB manual, "MongoDB Wire Protocol"; the driver specification "OP_MSG".

use metaproto_codec::{Header, MIB};

/// A message. The roles are those of a request; a reply is matched by `response_to`.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub struct OpMsg {
    /// Bytes of the message.
    #[header(frame_len, no_body, max = 48_000_000)]
    pub message_length: u32,
    /// Of this message.
    #[header(request_id)]
    pub request_id: i32,
    /// The request that this answers.
    pub response_to: i32,
    /// OP_MSG.
    #[header(constant = 2013)]
    pub op_code: i32,
    /// A checksum ends the message.
    #[header(bits = 1)]
    pub checksum_present: bool,
    /// Nobody answers; another message may follow.
    #[header(bits = 1, oneway = 1)]
    pub more_to_come: bool,
    /// Flags that whoever does not know them must refuse.
    #[header(bits = 14, constant = 0)]
    pub required: u16,
    /// The client takes several replies.
    #[header(bits = 1)]
    pub exhaust_allowed: bool,
    /// Flags that whoever does not know them may ignore.
    #[header(bits = 15, reserved)]
    pub optional: u16,
    /// One body, any number of sequences.
    #[header(rest, max = 48_000_000, nested)]
    pub sections: Vec<Section>,
    /// Of all bytes before it.
    #[header(trailer, when = checksum_present, checksum = crc32c)]
    pub checksum: Option<u32>,
}

/// A section.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = u8)]
pub enum Section {
    /// The command and its arguments.
    #[header(tag = 0)]
    Body(Document),
    /// Documents that are an argument of their own.
    #[header(tag = 1)]
    Sequence(Sequence),
}

/// A document sequence.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian, part)]
pub struct Sequence {
    /// What its size, which counts itself, contains.
    #[header(nested, len = u32, offset = -4, max = 48_000_000)]
    pub sequence: Documents,
}

/// Documents under a name.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct Documents {
    /// The argument of the command.
    #[header(until = 0, max = 1024)]
    pub identifier: String,
    /// In wire order.
    #[header(rest, max = 48_000_000, nested)]
    pub documents: Vec<Document>,
}

/// A BSON document.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian, part)]
pub struct Document {
    /// Its elements; the length before them counts itself and the byte that ends them.
    #[header(len = u32, offset = -5, max = 16 * MIB)]
    pub elements: Vec<u8>,
    /// Ends every document.
    #[header(constant = 0)]
    pub end: u8,
}
