//! Reads only.

use nom::number::complete::{be_i8, be_i16, be_u32};
use nom::{IResult, Parser};

use super::Fields;

fn header(bytes: &[u8]) -> IResult<&[u8], Fields, ()> {
    let fields = (be_i8, be_u32, be_u32, be_i16, be_i16);
    fields
        .map(|(version, pack_flow, pack_len, req_cmd, rsp_code)| Fields {
            version,
            pack_flow,
            pack_len,
            req_cmd,
            rsp_code,
        })
        .parse_complete(bytes)
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((_, fields)) = header(bytes) else {
        return false;
    };
    *out = fields;
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    Some(header(bytes).ok()?.1.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let (_, header) = header(bytes).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow,
        header.pack_len,
        header.req_cmd,
        header.rsp_code,
    ))
}
