//! SOFA Bolt v1: 22 bytes in a request, 20 in a response, then class name, header map and content.
//!
//! <https://github.com/sofastack/sofa-bolt>, `RpcCommandHandler` and `RpcCommandEncoder`

use bytes::Bytes;
use metaproto_codec::{Header, MIB};

/// Header of every command.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BoltHeader {
    /// 1.
    #[header(constant = 1)]
    pub proto: u8,
    /// Request, response or one-way (`type` in the specification).
    #[header(message_type(response = 0, request = 1, oneway = 2))]
    pub kind: u8,
    /// 0 heartbeat, 1 request, 2 response.
    #[header(heartbeat = 0, reply = 2)]
    pub cmdcode: u16,
    /// Version of the command.
    pub ver2: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub request_id: u32,
    /// How the content is written.
    pub codec: u8,
    /// Of requests, milliseconds.
    #[header(when = kind != 0)]
    pub timeout: Option<u32>,
    /// Of responses: 4 busy, 5 connection error, 6 no processor, 7 timeout.
    #[header(when = kind == 0, status(ok = 0, route_not_found = 6, no_healthy_upstream = 5, over_limit = 4, other = 1))]
    pub respstatus: Option<u16>,
    /// Length of the class name, bytes.
    pub class_len: u16,
    /// Length of the header map, bytes.
    pub header_len: u16,
    /// Length of the content, bytes.
    #[header(body_len, max = 64 * MIB)]
    pub content_len: u32,
    /// Class of the content.
    #[header(len = class_len, max = 0xFFFF)]
    pub class_name: String,
    /// Service, method, and what callers add: text, mostly.
    #[header(len = header_len, max = 0xFFFF, key(len = u32, max = 0xFFFF), value(len = u32, max = 0xFFFF), metadata)]
    pub header: Vec<(Bytes, Bytes)>,
}
