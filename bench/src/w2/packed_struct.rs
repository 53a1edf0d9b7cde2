//! Bits derived, magic and limit by hand.

use packed_struct::prelude::*;

use super::{Fields, LEN, MAGIC, MAX_BODY};

#[derive(PackedStruct)]
#[packed_struct(endian = "msb", bit_numbering = "msb0")]
struct Header {
    #[packed_field(bits = "0:15")]
    magic: u16,
    #[packed_field(bits = "16")]
    request: bool,
    #[packed_field(bits = "17")]
    two_way: bool,
    #[packed_field(bits = "18")]
    event: bool,
    #[packed_field(bits = "19:23")]
    serialization: Integer<u8, packed_bits::Bits<5>>,
    #[packed_field(bits = "24:31")]
    status: u8,
    #[packed_field(bits = "32:95")]
    request_id: u64,
    #[packed_field(bits = "96:127")]
    body_length: u32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(bytes) = bytes.first_chunk::<LEN>() else {
        return false;
    };
    let Ok(header) = Header::unpack(bytes) else {
        return false;
    };
    if header.magic != MAGIC || header.body_length > MAX_BODY {
        return false;
    }
    *out = Fields {
        request: header.request,
        two_way: header.two_way,
        event: header.event,
        serialization: header.serialization.into(),
        status: header.status,
        request_id: header.request_id,
        body_length: header.body_length,
    };
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        magic: MAGIC,
        request: fields.request,
        two_way: fields.two_way,
        event: fields.event,
        serialization: fields.serialization.into(),
        status: fields.status,
        request_id: fields.request_id,
        body_length: fields.body_length,
    };
    let Ok(bytes) = header.pack() else {
        return false;
    };
    out.extend_from_slice(&bytes);
    true
}
