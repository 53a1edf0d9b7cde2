//! Thrift's strict binary message header in a framed transport, in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (kinds by message type, sequence id, method name)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A frame with one message.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct ThriftMessage {
    #[br(temp, assert((12..=16_384_000).contains(&frame_size)))]
    #[bw(try_calc = u32::try_from(12 + name.len() + arguments.len()))]
    frame_size: u32,
    /// 1 call, 2 reply, 3 exception, 4 one-way.
    #[brw(magic = b"\x80\x01\x00")]
    pub message_type: u8,
    #[br(temp, assert(name_len <= frame_size - 12))]
    #[bw(try_calc = u32::try_from(name.len()))]
    name_len: u32,
    /// The method.
    #[br(count = name_len, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub name: String,
    /// Matches a reply to its call.
    pub seqid: i32,
    /// The argument struct.
    #[br(count = frame_size - 12 - name_len)]
    pub arguments: Vec<u8>,
}
