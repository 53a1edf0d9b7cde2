//! Reads only; bits by hand, for its bit parsers go bit by bit.

use winnow::Parser;
use winnow::binary::{be_u8, be_u16, be_u32, be_u64};
use winnow::combinator::preceded;
use winnow::error::EmptyError;

use super::{Fields, MAGIC, MAX_BODY};

fn header(bytes: &mut &[u8]) -> Result<Fields, EmptyError> {
    let magic = be_u16.verify(|magic| *magic == MAGIC);
    let length = be_u32.verify(|length| *length <= MAX_BODY);
    preceded(magic, (be_u8, be_u8, be_u64, length))
        .map(|(flags, status, request_id, length)| Fields::new(flags, status, request_id, length))
        .parse_next(bytes)
}

pub(super) fn decode(mut bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(fields) = header(&mut bytes) else {
        return false;
    };
    *out = fields;
    true
}
