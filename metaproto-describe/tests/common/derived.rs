//! Derived headers.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// Header of every awesomeRPC message, 13 bytes, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct AwesomeHeader {
    pub version: i8,
    #[header(request_id)]
    pub pack_flow: u32,
    #[header(frame_len, max = 4 * MIB)]
    pub pack_len: u32,
    #[header(metadata = "cmd")]
    pub req_cmd: i16,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub rsp_code: i16,
}

pub type AwesomeRpc = HeaderCodec<AwesomeHeader>;

/// Dubbo 2: 16 bytes, with bit fields.
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

/// What a client of SOFA Bolt v1 sends.
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

/// What a server of SOFA Bolt v1 sends.
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

/// Where a request goes.
#[derive(Header, Clone, Debug, PartialEq)]
#[header(part, little_endian)]
pub struct Route {
    pub weight: f32,
    #[header(len = u8, max = 20)]
    pub zone: String,
}

/// A bit of everything, little-endian.
#[derive(Header, Clone, Debug, PartialEq)]
#[header(little_endian)]
pub struct Mixed {
    #[header(constant = b"MX")]
    pub magic: [u8; 2],
    #[header(bits = 3)]
    pub level: u8,
    #[header(bits = 20)]
    pub size: u32,
    #[header(bits = 1)]
    pub last: bool,
    #[header(frame_len, max = 4096)]
    pub length: u32,
    #[header(bytes = 3)]
    pub delta: i32,
    #[header(bytes = 6)]
    pub stamp: u64,
    pub ratio: f64,
    pub huge: u128,
    pub negative: i64,
    pub flag: bool,
    #[header(nested)]
    pub route: Route,
    #[header(len = u16, max = 100)]
    pub blob: Vec<u8>,
    #[header(count = u8, max = 10)]
    pub numbers: Vec<i16>,
    #[header(count = u8, max = 4, nested)]
    pub routes: Vec<Route>,
}

pub type MixedRpc = HeaderCodec<Mixed>;

/// Fields that need not be there.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Conditions {
    #[header(frame_len, max = 1000)]
    pub length: u16,
    #[header(header_len, max = 500)]
    pub header_length: u16,
    #[header(little_endian)]
    pub flags: u64,
    #[header(when = flags & 1 != 0)]
    pub trace: Option<u64>,
    #[header(when = (flags >> 62) & 3 == 2)]
    pub level: Option<u16>,
    #[header(bytes = 2, scale = 1000)]
    pub ttl: u32,
    #[header(len = u16, max = 100, null = 0xFFFF, align = 4)]
    pub name: Option<String>,
    pub code_len: u8,
    #[header(len = code_len, scale = 2, offset = -1, max = 50)]
    pub code: Vec<u8>,
    #[header(optional)]
    pub extra: Option<u32>,
}

pub type ConditionsRpc = HeaderCodec<Conditions>;

/// Numbers of variable length.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Varints {
    #[header(message_type(request = 1, response = 2))]
    pub kind: u8,
    #[header(varint, bytes = 4, rest_len, max = 1000)]
    pub remaining: u32,
    #[header(vlq, request_id)]
    pub id: u64,
    #[header(varint, zigzag)]
    pub delta: i64,
    #[header(len = varint, scale = 2, offset = -2, max = 100, operation)]
    pub topic: String,
    #[header(count = u8, max = 10, item(varint))]
    pub numbers: Vec<u32>,
}

pub type VarintsRpc = HeaderCodec<Varints>;

/// A number and what is left.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct Pair {
    pub a: u8,
    #[header(rest, max = 20)]
    pub rest: Vec<u8>,
}

/// A number.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, big_endian)]
pub struct Leaf {
    pub value: u16,
}

/// As many as there is room for.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct Leaves {
    #[header(rest, max = 20, nested)]
    pub leaves: Vec<Leaf>,
}

/// One of two.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = u8)]
pub enum Form {
    #[header(tag = 1)]
    Leaf(Leaf),
    #[header(tag = 2)]
    Empty,
}

/// Parts in parts.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Parts {
    #[header(frame_len, max = 1000)]
    pub length: u32,
    #[header(nested, len = u16, max = 40)]
    pub block: Pair,
    #[header(count = u8, max = 10, nested)]
    pub forms: Vec<Form>,
    #[header(nested, len = u8, max = 40)]
    pub leaves: Leaves,
}

pub type PartsRpc = HeaderCodec<Parts>;

/// Texts that end in various ways.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Texts {
    #[header(constant = *b"T\xFF")]
    pub magic: [u8; 2],
    #[header(header_len, offset = 3, max = 250)]
    pub header_len: u8,
    #[header(body_len, max = 250)]
    pub body_len: u8,
    #[header(until = b"\r\n", max = 10)]
    pub line: String,
    #[header(bytes = 6, pad = b' ')]
    pub fixed: String,
    #[header(until = 0, max = 3, item(until = 0, max = 8))]
    pub names: Vec<String>,
    #[header(count = u8, max = 5, key(len = u8, max = 8), value(len = u8, max = 8), metadata)]
    pub properties: Vec<(String, String)>,
}

pub type TextsRpc = HeaderCodec<Texts>;

/// Trailers and checksums.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Sealed {
    #[header(frame_len, max = 1000)]
    pub length: u16,
    #[header(bits = 50, request_id)]
    pub big: u64,
    #[header(bits = 12)]
    pub small: i16,
    #[header(bits = 1)]
    pub signed: bool,
    #[header(bits = 1, reserved)]
    pub spare: bool,
    #[header(trailer, when = signed)]
    pub signature: Option<u32>,
    #[header(trailer, little_endian, checksum = crc32)]
    pub crc: u32,
}

pub type SealedRpc = HeaderCodec<Sealed>;

/// A long list.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct Many {
    #[header(frame_len, max = MIB)]
    pub length: u32,
    #[header(count = u16, max = 0xFFFF)]
    pub flags: Vec<bool>,
}

pub type ManyRpc = HeaderCodec<Many>;
