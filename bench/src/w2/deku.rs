//! All derived.

use std::io::{Cursor, Seek, SeekFrom};

use deku::prelude::*;
use deku::writer::Writer;

use super::{Fields, MAX_BODY};

#[derive(DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"\xda\xbb")]
struct Header {
    #[deku(bits = 1)]
    request: bool,
    #[deku(bits = 1)]
    two_way: bool,
    #[deku(bits = 1)]
    event: bool,
    #[deku(bits = 5)]
    serialization: u8,
    status: u8,
    request_id: u64,
    #[deku(assert = "*body_length <= MAX_BODY")]
    body_length: u32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((_, header)) = Header::from_bytes((bytes, 0)) else {
        return false;
    };
    *out = Fields {
        request: header.request,
        two_way: header.two_way,
        event: header.event,
        serialization: header.serialization,
        status: header.status,
        request_id: header.request_id,
        body_length: header.body_length,
    };
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        request: fields.request,
        two_way: fields.two_way,
        event: fields.event,
        serialization: fields.serialization,
        status: fields.status,
        request_id: fields.request_id,
        body_length: fields.body_length,
    };
    let mut end = Cursor::new(out);
    end.seek(SeekFrom::End(0)).is_ok() && header.to_writer(&mut Writer::new(&mut end), ()).is_ok()
}
