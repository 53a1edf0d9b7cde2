//! Reads only; bits by hand, for its bit parsers go bit by bit.

use nom::bytes::complete::tag;
use nom::combinator::verify;
use nom::number::complete::{be_u8, be_u32, be_u64};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::{Fields, MAX_BODY};

fn header(bytes: &[u8]) -> IResult<&[u8], Fields, ()> {
    let length = verify(be_u32, |length| *length <= MAX_BODY);
    preceded(tag(&b"\xda\xbb"[..]), (be_u8, be_u8, be_u64, length))
        .map(|(flags, status, request_id, length)| Fields::new(flags, status, request_id, length))
        .parse_complete(bytes)
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((_, fields)) = header(bytes) else {
        return false;
    };
    *out = fields;
    true
}
