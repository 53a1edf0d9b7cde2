//! Dubbo 2: 16 bytes with four flags, then Hessian2 values.
//!
//! <https://dubbo.apache.org/en/overview/reference/protocols/tcp/>

use metaproto_codec::{Header, MIB};

/// Header of every message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct DubboHeader {
    /// 0xDABB.
    #[header(constant = 0xDABB)]
    pub magic: u16,
    /// Set in requests.
    #[header(bits = 1, message_type(request = 1, response = 0))]
    pub request: bool,
    /// Set where a response is expected.
    #[header(bits = 1, oneway = 0)]
    pub two_way: bool,
    /// Set in heartbeats and other events.
    #[header(bits = 1, heartbeat = 1)]
    pub event: bool,
    /// How the body is written: 2 is Hessian2.
    #[header(bits = 5)]
    pub serialization_id: u8,
    /// What a response says of its request: 60 service not found, 80 server error, 100 thread pool exhausted.
    #[header(status(
        ok = 20,
        route_not_found = 60,
        bad_response = 50,
        over_limit = 100,
        other = 80
    ))]
    pub status: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub request_id: i64,
    /// Length of the body, bytes.
    #[header(body_len, max = 16 * MIB)]
    pub body_length: u32,
}
