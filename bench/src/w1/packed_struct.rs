use packed_struct::prelude::*;

use super::{Fields, LEN};

#[derive(PackedStruct)]
#[packed_struct(endian = "msb")]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

fn unpack(bytes: &[u8]) -> Option<Header> {
    Header::unpack(bytes.first_chunk::<LEN>()?).ok()
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(header) = unpack(bytes) else {
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
    Some(unpack(bytes)?.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let header = unpack(bytes)?;
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
    let Ok(bytes) = header.pack() else {
        return false;
    };
    out.extend_from_slice(&bytes);
    true
}
