use bytes::{Buf, BufMut, TryGetError};

use super::{Fields, LEN};

fn read(mut bytes: &[u8]) -> Result<Fields, TryGetError> {
    Ok(Fields {
        version: bytes.try_get_i8()?,
        pack_flow: bytes.try_get_u32()?,
        pack_len: bytes.try_get_u32()?,
        req_cmd: bytes.try_get_i16()?,
        rsp_code: bytes.try_get_i16()?,
    })
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(fields) = read(bytes) else {
        return false;
    };
    *out = fields;
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    Some(read(bytes).ok()?.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let header = read(bytes).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow,
        header.pack_len,
        header.req_cmd,
        header.rsp_code,
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    out.reserve(LEN);
    out.put_i8(fields.version);
    out.put_u32(fields.pack_flow);
    out.put_u32(fields.pack_len);
    out.put_i16(fields.req_cmd);
    out.put_i16(fields.rsp_code);
    true
}
