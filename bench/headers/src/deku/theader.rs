//! Thrift's THeader in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: a header bounded by its length in place (it is copied, then read as a message of its own)
//! Not said: length of the header before it is written (it is written to be measured)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (sequence id, key-values)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

use super::text::read_text;
use super::varint::Varint;

/// A message: 14 bytes, the header in words of 4 bytes, then the payload.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct THeaderMessage {
    /// Length of what follows it.
    #[deku(
        update = "10 + self.header.padded()?.len() + self.payload.len()",
        assert = "(10..=16_384_000).contains(length)"
    )]
    pub length: u32,
    /// Kept as it came.
    #[deku(magic = b"\x0F\xFF")]
    pub flags: u16,
    /// Matches a reply to its call.
    pub seqid: i32,
    /// Length of the header, in words of 4 bytes.
    #[deku(
        update = "self.header.padded()?.len() / 4",
        assert = "u32::from(*header_words) * 4 <= length - 10"
    )]
    pub header_words: u16,
    /// What the words of the header hold.
    #[deku(
        count = "u32::from(*header_words) * 4",
        map = "|bytes: Vec<u8>| THeader::try_from(bytes.as_slice())",
        writer = "header.padded()?.to_writer(deku::writer, ())"
    )]
    pub header: THeader,
    /// The message of the protocol inside.
    #[deku(count = "length - 10 - u32::from(*header_words) * 4")]
    pub payload: Vec<u8>,
}

/// The variable part of the header.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct THeader {
    /// 0 binary, 2 compact.
    pub protocol_id: Varint<5>,
    #[deku(temp, temp_value = "Varint(u32::try_from(transforms.len())?)")]
    transform_count: Varint<1>,
    /// Transforms of the payload, by number.
    #[deku(count = "transform_count.0")]
    pub transforms: Vec<Varint<5>>,
    /// Blocks of information, padding among them.
    #[deku(read_all)]
    pub blocks: Vec<InfoBlock>,
}

/// A block of information.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(id_type = "u8")]
pub enum InfoBlock {
    /// One byte that fills the last word.
    #[deku(id = 0)]
    Padding,
    /// Key-values of this message.
    #[deku(id = 1)]
    KeyValues {
        #[deku(temp, temp_value = "Varint(u32::try_from(pairs.len())?)")]
        count: Varint<2>,
        /// In their order.
        #[deku(count = "count.0")]
        pairs: Vec<KeyValue>,
    },
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
pub struct KeyValue {
    /// The key.
    pub key: VarText,
    /// The value.
    pub value: VarText,
}

/// A text with a varint length.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VarText {
    #[deku(temp, temp_value = "Varint(u32::try_from(text.len())?)")]
    len: Varint<3>,
    /// The text.
    #[deku(
        count = "len.0",
        map = "read_text",
        writer = "text.as_bytes().to_writer(deku::writer, ())"
    )]
    pub text: String,
}

impl THeader {
    fn padded(&self) -> Result<Vec<u8>, DekuError> {
        let mut bytes = self.to_bytes()?;
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        Ok(bytes)
    }
}
