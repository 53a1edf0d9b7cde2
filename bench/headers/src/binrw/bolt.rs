//! SOFA Bolt v1, requests and responses, in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: that a list fills its bytes (asserted, since `take_seek` also ends where the input ends)
//! Not said: roles of the fields (kinds by type and command code, request id, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;
use binrw::helpers::until_eof;
use binrw::io::TakeSeekExt;

/// A frame: 22 bytes (requests) or 20 (responses), class name, header pairs, content.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = 1u8)]
pub struct BoltFrame {
    /// 0 response, 1 request, 2 one-way.
    pub kind: u8,
    /// 0 heartbeat, 1 request, 2 response.
    pub command_code: u16,
    /// Version of the command.
    pub version: u8,
    /// Matches a response to its request.
    pub request_id: u32,
    /// How the content is written.
    pub serializer: u8,
    /// Of requests, milliseconds.
    #[br(if(kind != 0))]
    #[bw(assert(timeout.is_some() == (*kind != 0)))]
    pub timeout: Option<u32>,
    /// Of responses.
    #[br(if(kind == 0))]
    #[bw(assert(status.is_some() == (*kind == 0)))]
    pub status: Option<u16>,
    #[br(temp)]
    #[bw(try_calc = u16::try_from(class_name.len()))]
    class_len: u16,
    #[br(temp)]
    #[bw(try_calc = u16::try_from(headers.iter().map(Pair::len).sum::<usize>()))]
    header_len: u16,
    #[br(temp, assert(content_len <= 64 << 20))]
    #[bw(try_calc = u32::try_from(content.len()))]
    content_len: u32,
    /// Class of the content.
    #[br(count = class_len, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub class_name: String,
    /// In their order.
    #[br(
        map_stream = |reader| reader.take_seek(header_len.into()),
        parse_with = until_eof,
        assert(headers.iter().map(Pair::len).sum::<usize>() == header_len.into())
    )]
    pub headers: Vec<Pair>,
    /// The serialized object.
    #[br(count = content_len)]
    pub content: Vec<u8>,
}

/// A header: key and value.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct Pair {
    #[br(temp, assert(key_len <= 0xFFFF))]
    #[bw(try_calc = u32::try_from(key.len()))]
    key_len: u32,
    /// The key.
    #[br(count = key_len, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub key: String,
    #[br(temp, assert(value_len <= 0xFFFF))]
    #[bw(try_calc = u32::try_from(value.len()))]
    value_len: u32,
    /// The value.
    #[br(count = value_len, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub value: String,
}

impl Pair {
    fn len(&self) -> usize {
        8 + self.key.len() + self.value.len()
    }
}
