//! Thrift's THeader in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: a header that must fill its words in place (it is copied, then read as a message of its own)
//! Not said: length of the header before it is written (it is written to be measured)
//! Not said: roles of the fields (sequence id, key-values)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::helpers::until_eof;
use binrw::io::Cursor;
use binrw::{BinResult, binrw};

use super::size::written_len;
use super::varint::Varint;

/// A message: 14 bytes, the header in words of 4 bytes, then the payload.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct THeaderMessage {
    #[br(temp, assert((10..=16_384_000).contains(&length)))]
    #[bw(try_calc = u32::try_from(10 + header.words()? * 4 + payload.len()))]
    length: u32,
    /// Kept as it came.
    #[brw(magic = b"\x0F\xFF")]
    pub flags: u16,
    /// Matches a reply to its call.
    pub seqid: i32,
    #[br(temp, assert(u32::from(header_words) * 4 <= length - 10))]
    #[bw(try_calc = u16::try_from(header.words()?))]
    header_words: u16,
    /// What the words of the header hold.
    #[br(
        count = u32::from(header_words) * 4,
        try_map = |bytes: Vec<u8>| THeader::read(&mut Cursor::new(bytes))
    )]
    #[bw(pad_size_to = u32::from(header_words) * 4)]
    pub header: THeader,
    /// The message of the protocol inside.
    #[br(count = length - 10 - u32::from(header_words) * 4)]
    pub payload: Vec<u8>,
}

/// The variable part of the header.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct THeader {
    /// 0 binary, 2 compact.
    pub protocol_id: Varint<5>,
    #[br(temp)]
    #[bw(try_calc = u32::try_from(transforms.len()).map(Varint))]
    transform_count: Varint<1>,
    /// Transforms of the payload, by number.
    #[br(count = transform_count.0)]
    pub transforms: Vec<Varint<5>>,
    /// Blocks of information, padding among them.
    #[br(parse_with = until_eof)]
    pub blocks: Vec<InfoBlock>,
}

/// A block of information.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub enum InfoBlock {
    /// One byte that fills the last word.
    #[brw(magic = 0u8)]
    Padding,
    /// Key-values of this message.
    #[brw(magic = 1u8)]
    KeyValues {
        #[br(temp)]
        #[bw(try_calc = u32::try_from(pairs.len()).map(Varint))]
        count: Varint<2>,
        /// In their order.
        #[br(count = count.0)]
        pairs: Vec<KeyValue>,
    },
}

/// A key and its value.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct KeyValue {
    /// The key.
    pub key: VarText,
    /// The value.
    pub value: VarText,
}

/// A text with a varint length.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct VarText {
    #[br(temp)]
    #[bw(try_calc = u32::try_from(text.len()).map(Varint))]
    len: Varint<3>,
    /// The text.
    #[br(count = len.0, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub text: String,
}

impl THeader {
    fn words(&self) -> BinResult<usize> {
        Ok(written_len(self)?.div_ceil(4))
    }
}
