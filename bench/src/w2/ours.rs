//! `#[derive(Header)]` of metaproto-codec, all derived.

use metaproto_codec::wire::Sizes;
use metaproto_codec::{Header, MIB};

use super::{Fields, LEN};

/// Header of every Dubbo message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct DubboHeader {
    #[header(constant = 0xDABB)]
    magic: u16,
    #[header(bits = 1, message_type(request = 1, response = 0))]
    request: bool,
    #[header(bits = 1, oneway = 0)]
    two_way: bool,
    #[header(bits = 1, heartbeat = 1)]
    event: bool,
    #[header(bits = 5)]
    serialization: u8,
    #[header(status(ok = 20, route_not_found = 60, other = 80))]
    status: u8,
    #[header(request_id)]
    request_id: u64,
    #[header(body_len, max = 16 * MIB)]
    body_length: u32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = DubboHeader::view_header(bytes) else {
        return false;
    };
    *out = Fields {
        request: header.request(),
        two_way: header.two_way(),
        event: header.event(),
        serialization: header.serialization(),
        status: header.status(),
        request_id: header.request_id(),
        body_length: header.body_length(),
    };
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = DubboHeader {
        magic: super::MAGIC,
        request: fields.request,
        two_way: fields.two_way,
        event: fields.event,
        serialization: fields.serialization,
        status: fields.status,
        request_id: fields.request_id,
        body_length: 0,
    };
    // The body is not there, only its length.
    let sizes = Sizes::new(LEN, fields.body_length as usize, 0);
    header.quick_write(sizes, out) || grow(&header, sizes, out)
}

#[cold]
#[inline(never)]
fn grow(header: &DubboHeader, sizes: Sizes, out: &mut Vec<u8>) -> bool {
    out.reserve(LEN);
    header.quick_write(sizes, out)
}
