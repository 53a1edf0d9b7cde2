//! Bits, magic and limit by hand.

use speedy::{Endianness, Readable, Writable};

use super::{Fields, LEN, MAGIC, MAX_BODY};

#[derive(Readable, Writable)]
struct Header {
    magic: u16,
    flags: u8,
    status: u8,
    request_id: u64,
    body_length: u32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = Header::read_from_buffer_with_ctx(Endianness::BigEndian, bytes) else {
        return false;
    };
    if header.magic != MAGIC || header.body_length > MAX_BODY {
        return false;
    }
    *out = Fields::new(
        header.flags,
        header.status,
        header.request_id,
        header.body_length,
    );
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        magic: MAGIC,
        flags: fields.flags(),
        status: fields.status,
        request_id: fields.request_id,
        body_length: fields.body_length,
    };
    let mut bytes = [0; LEN];
    if header
        .write_to_buffer_with_ctx(Endianness::BigEndian, &mut bytes)
        .is_err()
    {
        return false;
    }
    out.extend_from_slice(&bytes);
    true
}
