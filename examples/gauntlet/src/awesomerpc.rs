//! awesomeRPC, the protocol of the tutorial: 13 bytes, big-endian, then the payload.

use metaproto_codec::{Header, MIB};

/// Header of every message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct AwesomeHeader {
    /// Version of the protocol.
    pub version: i8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub pack_flow: u32,
    /// Length of the whole message, this header included, bytes.
    #[header(frame_len, max = 4 * MIB)]
    pub pack_len: u32,
    /// What is called.
    #[header(metadata = "cmd")]
    pub req_cmd: i16,
    /// 0 where the call succeeded.
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub rsp_code: i16,
}
