//! Bits, magic and limit by hand.

use zerocopy::big_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{Fields, MAGIC, MAX_BODY};

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Header {
    magic: U16,
    flags: u8,
    status: u8,
    request_id: U64,
    body_length: U32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((header, _)) = Header::ref_from_prefix(bytes) else {
        return false;
    };
    if header.magic.get() != MAGIC || header.body_length.get() > MAX_BODY {
        return false;
    }
    *out = Fields::new(
        header.flags,
        header.status,
        header.request_id.get(),
        header.body_length.get(),
    );
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        magic: U16::new(MAGIC),
        flags: fields.flags(),
        status: fields.status,
        request_id: U64::new(fields.request_id),
        body_length: U32::new(fields.body_length),
    };
    out.extend_from_slice(header.as_bytes());
    true
}
