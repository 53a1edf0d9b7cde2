//! The fixed header.

use metaproto_codec::{Header, MIB, codes};

/// The largest body that is accepted, bytes.
pub(crate) const MAX_BODY: usize = 16 * MIB;

/// Serialization id of Hessian2, the only one whose bodies are read.
pub const HESSIAN2: u8 = 2;

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
    /// What a response says of its request; of no meaning in requests and events.
    #[header(code = u8, status(
        ok = 20,
        route_not_found = 60,
        cluster_not_found = 60,
        bad_response = 50,
        over_limit = 100,
        other = 80
    ))]
    pub status: Status,
    /// Matches a response to its request.
    #[header(request_id)]
    pub request_id: i64,
    /// Length of the body, bytes.
    #[header(body_len, max = MAX_BODY)]
    pub body_length: u32,
}

codes! {
    /// What a response says of its request. The names are those of Dubbo's `Response`.
    pub enum Status: u8 {
        /// The request was served: by a value, by nothing, or by an exception.
        Ok = 20,
        /// A body could not be read or written.
        SerializationError = 25,
        /// The client gave up waiting.
        ClientTimeout = 30,
        /// The server took too long.
        ServerTimeout = 31,
        /// The connection went down.
        ChannelInactive = 35,
        /// The request could not be read.
        BadRequest = 40,
        /// The response could not be read or written.
        BadResponse = 50,
        /// There is no such service.
        ServiceNotFound = 60,
        /// The service failed otherwise than by an exception.
        ServiceError = 70,
        /// The server failed.
        ServerError = 80,
        /// The client failed.
        ClientError = 90,
        /// The server's thread pool is exhausted.
        ThreadPoolExhausted = 100,
    }
}
