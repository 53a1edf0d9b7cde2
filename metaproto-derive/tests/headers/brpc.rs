//! brpc (baidu_std): 12 bytes; stream frames share the connection and the shape.

use metaproto_codec::{Header, HeaderCodec, MIB};

const PRPC: u32 = u32::from_be_bytes(*b"PRPC");
const STRM: u32 = u32::from_be_bytes(*b"STRM");

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BrpcRequest {
    #[header(message_type(request = PRPC, stream_data = STRM))]
    pub magic: u32,
    #[header(body_len, max = 64 * MIB)]
    pub body_size: u32,
    pub meta_size: u32,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BrpcResponse {
    #[header(message_type(response = PRPC, stream_data = STRM))]
    pub magic: u32,
    #[header(body_len, max = 64 * MIB)]
    pub body_size: u32,
    pub meta_size: u32,
}

pub type Brpc = HeaderCodec<BrpcRequest, BrpcResponse>;
