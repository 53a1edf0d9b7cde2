use scroll::{BE, Pread, Pwrite};

use super::{Fields, LEN};

#[derive(Pread, Pwrite)]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = bytes.pread_with::<Header>(0, BE) else {
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
    let header = bytes.pread_with::<Header>(0, BE).ok()?;
    Some(header.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let header = bytes.pread_with::<Header>(0, BE).ok()?;
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
    let mut bytes = [0; LEN];
    if bytes.pwrite_with(header, 0, BE).is_err() {
        return false;
    }
    out.extend_from_slice(&bytes);
    true
}
