//! The codec of `README.md`.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// Header of every message, 13 bytes.
#[derive(Header)]
#[header(big_endian)]
pub struct RpcHeader {
    /// Version of the protocol.
    pub version: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub id: u32,
    /// Length of the whole message, bytes.
    #[header(frame_len, max = 4 * MIB)]
    pub length: u32,
    /// What is called, by number.
    #[header(metadata = "cmd")]
    pub cmd: i16,
    /// What a response says of its request.
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub status: i16,
}

/// The whole codec.
pub type Rpc = HeaderCodec<RpcHeader>;
