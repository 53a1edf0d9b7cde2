//! SOFA Bolt v1: 22 bytes for a request, 20 for a response, then class name, header map and content.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// What a client sends.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BoltRequest {
    #[header(constant = 1)]
    pub proto: u8,
    #[header(message_type(response = 0, request = 1, oneway = 2))]
    pub cmd_type: u8,
    #[header(heartbeat = 0)]
    pub cmd_code: u16,
    pub version: u8,
    #[header(request_id)]
    pub request_id: u32,
    pub codec: u8,
    pub timeout_ms: i32,
    pub class_len: u16,
    pub header_len: u16,
    #[header(body_len, max = 16 * MIB)]
    pub content_len: u32,
    #[header(len = class_len, max = 0xFFFF)]
    pub class: String,
    #[header(len = header_len, max = 0xFFFF, key(len = u32, max = 0xFFFF), value(len = u32, max = 0xFFFF), metadata)]
    pub headers: Vec<(String, String)>,
}

/// What a server sends.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BoltResponse {
    #[header(constant = 1)]
    pub proto: u8,
    #[header(message_type(response = 0, request = 1, oneway = 2))]
    pub cmd_type: u8,
    #[header(heartbeat = 0)]
    pub cmd_code: u16,
    pub version: u8,
    #[header(request_id)]
    pub request_id: u32,
    pub codec: u8,
    #[header(status(ok = 0, no_healthy_upstream = 5, over_limit = 4, other = 1))]
    pub response_status: u16,
    pub class_len: u16,
    pub header_len: u16,
    #[header(body_len, max = 16 * MIB)]
    pub content_len: u32,
    #[header(len = class_len, max = 0xFFFF)]
    pub class: String,
    #[header(len = header_len, max = 0xFFFF, key(len = u32, max = 0xFFFF), value(len = u32, max = 0xFFFF), metadata)]
    pub headers: Vec<(String, String)>,
}

pub type Bolt = HeaderCodec<BoltRequest, BoltResponse>;
