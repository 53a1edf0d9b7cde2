use std::io::{Cursor, Seek, SeekFrom};

use deku::prelude::*;
use deku::writer::Writer;

use super::Fields;

#[derive(DekuRead, DekuWrite)]
#[deku(endian = "big")]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((_, header)) = Header::from_bytes((bytes, 0)) else {
        return false;
    };
    *out = Fields {
        version: header.version,
        pack_flow: header.pack_flow,
        pack_len: header.pack_len,
        req_cmd: header.req_cmd,
        rsp_code: header.rsp_code,
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    let (_, header) = Header::from_bytes((bytes, 0)).ok()?;
    Some(header.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let (_, header) = Header::from_bytes((bytes, 0)).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow,
        header.pack_len,
        header.req_cmd,
        header.rsp_code,
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        version: fields.version,
        pack_flow: fields.pack_flow,
        pack_len: fields.pack_len,
        req_cmd: fields.req_cmd,
        rsp_code: fields.rsp_code,
    };
    let mut end = Cursor::new(out);
    end.seek(SeekFrom::End(0)).is_ok() && header.to_writer(&mut Writer::new(&mut end), ()).is_ok()
}
