//! The fixed header.

use metaproto_codec::{Header, MIB};

/// The largest body that is accepted, bytes.
pub(crate) const MAX_BODY: usize = 16 * MIB;

/// Serialization id of Hessian2, the only one whose bodies are read.
pub const HESSIAN2: u8 = 2;

/// The status of a response whose request was served: by a value, by nothing, or by an exception.
pub(crate) const OK: u8 = 20;

/// Every status that Dubbo defines: ok, serialization error, timeout of the client and of the server, channel inactive, bad
/// request, bad response, service not found, service error, server error, client error, thread pool exhausted.
pub const STATUSES: [u8; 12] = [OK, 25, 30, 31, 35, 40, 50, 60, 70, 80, 90, 100];

/// Header of every message, 16 bytes, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct DubboHeader {
    /// 0xDABB.
    #[header(constant = 0xDABB)]
    pub magic: u16,
    /// Set in requests, and in events that are not answers.
    #[header(bits = 1, message_type(request = 1, response = 0))]
    pub request: bool,
    /// Set where a response is expected.
    #[header(bits = 1, oneway = 0)]
    pub two_way: bool,
    /// Set in heartbeats, their answers, and other events.
    #[header(bits = 1, heartbeat = 1)]
    pub event: bool,
    /// How the body is written: 2 is Hessian2.
    #[header(bits = 5)]
    pub serialization_id: u8,
    /// What a response says of its request, one of [`STATUSES`]; of no meaning in requests and events.
    #[header(status(
        ok = 20,
        route_not_found = 60,
        cluster_not_found = 60,
        bad_response = 50,
        over_limit = 100,
        other = 80
    ))]
    pub status: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub request_id: i64,
    /// Length of the body, bytes.
    #[header(body_len, max = MAX_BODY)]
    pub body_length: u32,
}
