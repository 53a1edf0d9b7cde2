//! Bits, magic and limit by hand.

use bytes::{Buf, BufMut};

use super::{Fields, LEN, MAGIC, MAX_BODY};

fn read(mut bytes: &[u8]) -> Option<Fields> {
    if bytes.try_get_u16().ok()? != MAGIC {
        return None;
    }
    let flags = bytes.try_get_u8().ok()?;
    let status = bytes.try_get_u8().ok()?;
    let request_id = bytes.try_get_u64().ok()?;
    let body_length = bytes.try_get_u32().ok()?;
    (body_length <= MAX_BODY).then(|| Fields::new(flags, status, request_id, body_length))
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(fields) = read(bytes) else {
        return false;
    };
    *out = fields;
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    out.reserve(LEN);
    out.put_u16(MAGIC);
    out.put_u8(fields.flags());
    out.put_u8(fields.status);
    out.put_u64(fields.request_id);
    out.put_u32(fields.body_length);
    true
}
