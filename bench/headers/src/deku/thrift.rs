//! Thrift's strict binary message header in a framed transport, in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by message type, sequence id, method name)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

use super::text::read_text;

/// A frame with one message.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct ThriftMessage {
    /// Length of the message.
    #[deku(
        update = "12 + self.name.len() + self.arguments.len()",
        assert = "(12..=16_384_000).contains(frame_size)"
    )]
    pub frame_size: u32,
    /// 1 call, 2 reply, 3 exception, 4 one-way.
    #[deku(magic = b"\x80\x01\x00")]
    pub message_type: u8,
    /// Length of the name.
    #[deku(update = "self.name.len()", assert = "*name_len <= frame_size - 12")]
    pub name_len: u32,
    /// The method.
    #[deku(
        count = "name_len",
        map = "read_text",
        writer = "name.as_bytes().to_writer(deku::writer, ())"
    )]
    pub name: String,
    /// Matches a reply to its call.
    pub seqid: i32,
    /// The argument struct.
    #[deku(count = "frame_size - 12 - name_len")]
    pub arguments: Vec<u8>,
}
