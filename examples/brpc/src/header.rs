//! What every message starts with.

use bytes::Bytes;
use metaproto_codec::{Fault, Header, MIB, Result};

/// What a request or response starts with.
pub(crate) const PRPC: [u8; 4] = *b"PRPC";

/// What a frame of a stream starts with.
pub(crate) const STRM: [u8; 4] = *b"STRM";

/// Header of every message, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BrpcHeader {
    /// `PRPC` or `STRM`.
    pub magic: [u8; 4],
    /// Length of what follows these 12 bytes, at most brpc's own default.
    #[header(frame_len, offset = 12, max = 12 + 64 * MIB)]
    pub body_size: u32,
    /// Length of the meta; payload and attachment are the rest of the body.
    pub meta_size: u32,
    /// An `RpcMeta` or a `StreamFrameMeta`, as protobuf.
    #[header(len = meta_size, max = 64 * MIB)]
    pub meta: Bytes,
}

/// The magic must be one of the two, as far as it has arrived.
pub(crate) fn check_magic(input: &[u8]) -> Result {
    let magic = if input.first() == STRM.first() {
        STRM
    } else {
        PRPC
    };
    let mut pairs = magic.into_iter().zip(input.iter().copied()).enumerate();
    match pairs.find(|(_, (expected, found))| expected != found) {
        None => Ok(()),
        Some((at, (expected, found))) => Err(Fault::Constant { expected, found }.at(at, "magic")),
    }
}
