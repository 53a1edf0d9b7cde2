//! brpc's standard protocol (`baidu_std`): 12 bytes, a protobuf `RpcMeta`, then payload and attachment.
//!
//! <https://brpc.apache.org/docs/rpc-in-depth/baidu_std/>

use bytes::Bytes;
use metaproto_codec::{Header, MIB};

/// Header of every request and response.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BrpcHeader {
    /// `PRPC`.
    #[header(constant = *b"PRPC")]
    pub magic: [u8; 4],
    /// Length of what follows the 12 bytes.
    #[header(frame_len, offset = 12, max = 12 + 64 * MIB)]
    pub body_size: u32,
    /// Length of the meta.
    pub meta_size: u32,
    /// Service, method, correlation id and error, as protobuf.
    #[header(len = meta_size, max = 64 * MIB)]
    pub meta: Bytes,
}
