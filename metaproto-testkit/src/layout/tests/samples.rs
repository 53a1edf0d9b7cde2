//! Headers of every shape and role, for the tests.

use bytes::Bytes;
use metaproto_codec::{Header, MIB};

/// awesomeRPC's header, 13 bytes.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Small {
    version: i8,
    #[header(request_id)]
    flow: u32,
    #[header(frame_len, max = 4 * MIB)]
    total: u32,
    #[header(metadata = "cmd")]
    cmd: i16,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    code: i16,
}

/// A message that is framed by its total length alone, little-endian, with numbers of every kind.
#[derive(Header, Clone, Debug, PartialEq)]
#[header(little_endian)]
pub(super) struct Numbers {
    #[header(frame_len, max = 2000, bytes = 3)]
    total: u32,
    #[header(bytes = 5, big_endian, metadata = "wide")]
    wide: u64,
    #[header(bytes = 3, metadata = "negative")]
    negative: i32,
    huge: u128,
    least: i128,
    #[header(metadata = "single")]
    single: f32,
    #[header(metadata = "double")]
    double: f64,
    #[header(metadata = "flag")]
    flag: bool,
    raw: [u8; 2],
    #[header(stream_id)]
    stream: u16,
    #[header(operation)]
    method: i64,
    #[header(constant = 0x0102)]
    end: u16,
}

/// Bit fields, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct BigBits {
    #[header(bits = 4, constant = 9)]
    version: u8,
    #[header(bits = 10, metadata = "across")]
    across: i16,
    #[header(bits = 1, message_type(request = 1, response = 0))]
    request: bool,
    #[header(bits = 1, oneway = 0)]
    two_way: bool,
    #[header(bits = 1, heartbeat = 1)]
    event: bool,
    #[header(bits = 7, reserved)]
    spare: u8,
    #[header(bits = 3)]
    count: u8,
    #[header(bits = 13, body_len, max = 4000)]
    size: u16,
    #[header(count = count, max = 6)]
    words: Vec<u16>,
}

/// Bit fields, little-endian, and a body length with an offset.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub(super) struct LittleBits {
    #[header(bits = 4)]
    low: u8,
    #[header(bits = 12)]
    high: i16,
    #[header(body_len, offset = -1, max = 254)]
    size: u8,
    #[header(status(ok = -1, other = 7))]
    status: i8,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian, part)]
pub(super) struct Zone {
    #[header(len = u8, max = 9)]
    name: String,
    #[header(bits = 3)]
    weight: u8,
    #[header(bits = 5, reserved)]
    spare: u8,
    #[header(count = u8, max = 3, item(len = u8, max = 4))]
    tags: Vec<String>,
}

/// Everything that varies in length, framed by header and body lengths.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Lists {
    #[header(constant = *b"MP")]
    magic: [u8; 2],
    #[header(header_len, max = 600)]
    head: u16,
    #[header(body_len, max = MIB)]
    body: u32,
    #[header(message_type(
        request = 0,
        oneway = 1,
        response = 2,
        error = 3,
        ping = 4,
        pong = 5,
        stream_data = 9
    ))]
    kind: u8,
    pairs: u8,
    list_len: u16,
    #[header(len = u16, max = 20, request_id)]
    id: Bytes,
    #[header(len = u8, max = 40, operation, metadata = "method")]
    method: Vec<u8>,
    #[header(len = u8, max = 12, metadata = "zone")]
    zone: Bytes,
    #[header(count = u8, max = 3, item(len = u8, max = 4))]
    words: Vec<String>,
    #[header(count = pairs, max = 4, key(len = u8, max = 8), value(len = u16, max = 16), metadata)]
    headers: Vec<(String, String)>,
    #[header(len = u8, max = 30, key(len = u8, max = 8), value(len = u8, max = 8))]
    closed: Vec<(String, Vec<u8>)>,
    #[header(len = u24, max = 12)]
    raw: Vec<u16>,
    #[header(nested)]
    place: Zone,
    #[header(count = u8, max = 3, nested)]
    places: Vec<Zone>,
    #[header(len = list_len, max = 60, nested)]
    block: Vec<Zone>,
    #[header(count = u8, max = 4)]
    flags: Vec<bool>,
}

/// All three lengths, in an unusual order.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Three {
    #[header(body_len, max = 400)]
    body: u16,
    #[header(len = u16, max = 300)]
    text: String,
    #[header(frame_len, max = 900, offset = 4)]
    total: u16,
    #[header(header_len, max = 500, offset = 2)]
    head: u16,
    #[header(count = u32, max = 100, key(len = u16, max = 50), value(len = u16, max = 90), metadata)]
    headers: Vec<(String, Bytes)>,
}

/// SOFA Bolt's request: lengths in fields, a map that fills so many bytes.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Bolt {
    #[header(constant = 1)]
    proto: u8,
    #[header(message_type(response = 0, request = 1, oneway = 2))]
    cmd_type: u8,
    #[header(heartbeat = 0)]
    cmd_code: u16,
    #[header(request_id)]
    request_id: u32,
    class_len: u16,
    header_len: u16,
    #[header(body_len, max = 16 * MIB)]
    content_len: u32,
    #[header(len = class_len, max = 0xFFFF)]
    class: String,
    #[header(len = header_len, max = 0xFFFF, key(len = u32, max = 0xFFFF), value(len = u32, max = 0xFFFF), metadata)]
    headers: Vec<(String, String)>,
}

/// Codes in several fields, in an order in which each must wait for the others.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub(super) struct Codes {
    #[header(status(
        ok = 20,
        route_not_found = 60,
        cluster_not_found = 60,
        over_limit = 100,
        other = 80
    ))]
    status: u16,
    #[header(oneway = 3)]
    mode: u8,
    #[header(heartbeat = 0xFFFF)]
    event: i16,
    #[header(message_type(
        request = 0,
        response = 1,
        error = 2,
        ping = 3,
        pong = 4,
        stream_init = 5
    ))]
    kind: u8,
    #[header(body_len, max = 4095)]
    size: u16,
}

/// Only ever a response.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Answer {
    #[header(message_type(response = 1, error = 2))]
    kind: u8,
    #[header(status(ok = 0, other = 9))]
    status: u8,
    #[header(body_len, max = 64)]
    size: u8,
}

/// Signed codes, ids and constants in fewer bits than their types have.
#[derive(Header, Clone, Debug, PartialEq)]
#[header(big_endian)]
pub(super) struct Narrow {
    #[header(bytes = 3, constant = -2)]
    magic: i32,
    #[header(constant = -1.5)]
    ratio: f32,
    #[header(bits = 4, message_type(request = -1, response = -2, error = -3, stream_data = 7))]
    kind: i8,
    #[header(bits = 2, oneway = -1)]
    mode: i8,
    #[header(bits = 3, heartbeat = -4)]
    event: i16,
    #[header(bits = 7, status(ok = -1, other = -64, route_not_found = 5))]
    status: i8,
    #[header(bytes = 3, little_endian, request_id)]
    id: i32,
    #[header(bits = 12, stream_id)]
    stream: i16,
    #[header(bits = 4, constant = -3)]
    version: i8,
    #[header(bytes = 5, metadata = "debt")]
    debt: i64,
    #[header(body_len, max = 300)]
    size: u16,
}

/// A message that is all header, with trailers that flags announce.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Bodiless {
    #[header(varint, bytes = 2, rest_len, no_body, max = 300)]
    length: u32,
    #[header(metadata = "flags")]
    flags: u8,
    #[header(rest, max = 200)]
    rest: Vec<u8>,
    #[header(trailer, when = flags & 1 != 0)]
    mac: Option<[u8; 3]>,
    #[header(trailer, when = flags & 2 != 0, checksum = crc32)]
    sum: Option<u32>,
}
