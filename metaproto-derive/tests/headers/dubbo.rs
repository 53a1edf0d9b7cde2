//! Dubbo 2: 16 bytes, with bit fields.

use metaproto_codec::{Header, HeaderCodec, MIB};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct DubboHeader {
    #[header(constant = 0xDABB)]
    pub magic: u16,
    #[header(bits = 1, message_type(request = 1, response = 0))]
    pub request: bool,
    #[header(bits = 1, oneway = 0)]
    pub two_way: bool,
    #[header(bits = 1, heartbeat = 1)]
    pub event: bool,
    #[header(bits = 5)]
    pub serialization: u8,
    #[header(status(
        ok = 20,
        route_not_found = 60,
        cluster_not_found = 60,
        over_limit = 100,
        bad_response = 50,
        other = 80
    ))]
    pub status: u8,
    #[header(request_id)]
    pub request_id: i64,
    #[header(body_len, max = 16 * MIB)]
    pub body_length: u32,
}

pub type Dubbo = HeaderCodec<DubboHeader>;
