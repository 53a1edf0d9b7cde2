//! Reads only.

use winnow::Parser;
use winnow::binary::{be_i8, be_i16, be_u32};
use winnow::error::EmptyError;
use winnow::seq;

use super::Fields;

fn header(bytes: &mut &[u8]) -> Result<Fields, EmptyError> {
    seq!(Fields {
        version: be_i8,
        pack_flow: be_u32,
        pack_len: be_u32,
        req_cmd: be_i16,
        rsp_code: be_i16,
    })
    .parse_next(bytes)
}

pub(super) fn decode(mut bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(fields) = header(&mut bytes) else {
        return false;
    };
    *out = fields;
    true
}

pub(super) fn read_one(mut bytes: &[u8]) -> Option<u32> {
    Some(header(&mut bytes).ok()?.pack_flow)
}

pub(super) fn read_all(mut bytes: &[u8]) -> Option<u64> {
    let header = header(&mut bytes).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow,
        header.pack_len,
        header.req_cmd,
        header.rsp_code,
    ))
}
