//! What the header looks like, for tools: the conformance suite makes its messages of this declaration.
//!
//! It is the declaration of `awesomerpc`, repeated because no protocol builds on another. The codec reads and writes
//! without it.

use metaproto_codec::{Header, MIB, Part, Schema};

pub(crate) const SCHEMA: Schema = AwesomeHeader::SCHEMA;

/// Header of every awesomeRPC message, 13 bytes, big-endian.
#[derive(Header)]
#[header(big_endian)]
struct AwesomeHeader {
    version: i8,
    #[header(request_id)]
    pack_flow: u32,
    #[header(frame_len, max = 4 * MIB)]
    pack_len: u32,
    #[header(metadata = "cmd")]
    req_cmd: i16,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    rsp_code: i16,
}
