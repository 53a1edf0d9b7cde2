//! brpc (baidu_std) in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: what the meta is (protobuf), and the roles of its fields
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A frame: 12 bytes of header, the meta, then payload and attachment.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = b"PRPC")]
pub struct BrpcFrame {
    #[br(temp, assert(body_size <= 64 << 20))]
    #[bw(try_calc = u32::try_from(meta.len() + payload.len()))]
    body_size: u32,
    #[br(temp, assert(meta_size <= body_size))]
    #[bw(try_calc = u32::try_from(meta.len()))]
    meta_size: u32,
    /// A protobuf `RpcMeta`.
    #[br(count = meta_size)]
    pub meta: Vec<u8>,
    /// Payload and attachment.
    #[br(count = body_size - meta_size)]
    pub payload: Vec<u8>,
}
