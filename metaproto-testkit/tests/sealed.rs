//! The suite on a derived header in little endian: a constant in the low bits of a group, the kind beside it, a field that
//! a flag asks for, and a checksum behind the body.

use metaproto_codec::{Header, HeaderCodec};

#[derive(Header)]
#[header(little_endian)]
struct Sealed {
    #[header(constant = b"SL")]
    magic: [u8; 2],
    #[header(bits = 3, constant = 1)]
    version: u8,
    #[header(bits = 2, message_type(request = 0, oneway = 1, response = 2))]
    kind: u8,
    #[header(bits = 1)]
    traced: bool,
    #[header(bits = 2, reserved)]
    spare: u8,
    #[header(status(ok = 0, other = 1))]
    status: u8,
    #[header(request_id)]
    id: u32,
    #[header(rest_len, max = 4096)]
    length: u32,
    #[header(when = traced)]
    trace: Option<u64>,
    #[header(operation, len = u8, max = 64)]
    method: String,
    #[header(metadata, count = u8, max = 16, key(len = u8, max = 32), value(len = u16, max = 128))]
    context: Vec<(String, String)>,
    #[header(trailer, checksum = crc32c)]
    sum: u32,
}

metaproto_testkit::conformance!(HeaderCodec<Sealed>);
