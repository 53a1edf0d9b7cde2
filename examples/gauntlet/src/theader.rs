//! Thrift's THeader transport: 14 bytes, a header in words of 4 bytes, then the message of the protocol inside.
//!
//! Source: Apache Thrift, `doc/specs/HeaderFormat.md`.

use metaproto_codec::{Header, HeaderCodec, KIB};

/// Header of every message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct THeaderMessage {
    /// Bytes of the message, without this length.
    #[header(rest_len, max = 16_384_000)]
    pub length: u32,
    /// Tells the transport from others.
    #[header(constant = 0x0FFF)]
    pub header_magic: u16,
    /// Kept as they came.
    #[header(reserved)]
    pub flags: u16,
    /// Matches a reply to its call.
    #[header(request_id)]
    pub sequence_number: i32,
    /// Length of the header that follows, in words of 4 bytes.
    pub header_words: u16,
    /// What these words say.
    #[header(nested, len = header_words, scale = 4, max = 4 * 0xFFFF)]
    pub header: THeader,
}

/// The part of the header that varies.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct THeader {
    /// 0 binary, 2 compact.
    #[header(varint)]
    pub protocol_id: u32,
    /// What was done to the payload, in this order: 1 zlib.
    #[header(count = varint, max = 127, item(varint))]
    pub transforms: Vec<u32>,
    /// Blocks of information, and the padding of the last word.
    #[header(rest, max = 4 * 0xFFFF, nested, align = 4)]
    pub blocks: Vec<InfoBlock>,
}

/// A block of information.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = varint)]
pub enum InfoBlock {
    /// A byte of padding.
    #[header(tag = 0)]
    Padding,
    /// Key-values of this message.
    #[header(tag = 1)]
    KeyValues(KeyValues),
}

/// Key-values.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct KeyValues {
    /// In wire order.
    #[header(count = varint, max = 1024, key(len = varint, max = 64 * KIB), value(len = varint, max = 64 * KIB))]
    pub pairs: Vec<(String, String)>,
}

/// The codec. The kind of a message and its method are in the payload: the direction tells requests from responses.
pub type THeaderCodec = HeaderCodec<THeaderMessage>;
