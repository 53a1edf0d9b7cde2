//! SOFA Bolt v1, requests and responses, in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: pairs bounded by the header's length (a pair that leaves it is read on)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by type and command code, request id, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::ctx::Endian;
use deku::prelude::*;

use super::text::read_text;

/// A frame: 22 bytes (requests) or 20 (responses), class name, header pairs, content.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"\x01")]
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
    #[deku(cond = "*kind != 0", assert = "timeout.is_some() == (*kind != 0)")]
    pub timeout: Option<u32>,
    /// Of responses.
    #[deku(cond = "*kind == 0", assert = "status.is_some() == (*kind == 0)")]
    pub status: Option<u16>,
    /// Length of the class name.
    #[deku(update = "self.class_name.len()")]
    pub class_len: u16,
    /// Length of the headers.
    #[deku(update = "self.headers.iter().map(Pair::len).sum::<usize>()")]
    pub header_len: u16,
    /// Length of the content.
    #[deku(update = "self.content.len()", assert = "*content_len <= 64 << 20")]
    pub content_len: u32,
    /// Class of the content.
    #[deku(
        count = "class_len",
        map = "read_text",
        writer = "class_name.as_bytes().to_writer(deku::writer, ())"
    )]
    pub class_name: String,
    /// In their order.
    #[deku(bytes_read = "header_len")]
    pub headers: Vec<Pair>,
    /// The serialized object.
    #[deku(count = "content_len")]
    pub content: Vec<u8>,
}

/// A header: key and value.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(endian = "endian", ctx = "endian: Endian")]
pub struct Pair {
    #[deku(temp, temp_value = "u32::try_from(key.len())?", map = "below_64k")]
    key_len: u32,
    /// The key.
    #[deku(
        count = "key_len",
        map = "read_text",
        writer = "key.as_bytes().to_writer(deku::writer, ())"
    )]
    pub key: String,
    #[deku(temp, temp_value = "u32::try_from(value.len())?", map = "below_64k")]
    value_len: u32,
    /// The value.
    #[deku(
        count = "value_len",
        map = "read_text",
        writer = "value.as_bytes().to_writer(deku::writer, ())"
    )]
    pub value: String,
}

impl Pair {
    fn len(&self) -> usize {
        8 + self.key.len() + self.value.len()
    }
}

fn below_64k(len: u32) -> Result<u32, DekuError> {
    Ok(u16::try_from(len)?.into())
}
