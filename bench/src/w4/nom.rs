use nom::bytes::streaming::take;
use nom::combinator::verify;
use nom::number::streaming::{be_i8, be_i16, be_u32};
use nom::{Err, IResult, Parser as _};

use super::MAX_FRAME;
use super::gather::{Parse, Step};
use crate::w1::LEN;

pub(super) struct Parser;

impl Parse for Parser {
    #[inline(always)]
    fn parse(bytes: &[u8]) -> Step<'_> {
        match message(bytes) {
            Ok((rest, (flow, cmd, payload))) => Step::Message {
                flow,
                cmd,
                payload,
                rest,
            },
            Err(Err::Incomplete(_)) => Step::More,
            Err(_) => Step::Malformed,
        }
    }
}

fn message(bytes: &[u8]) -> IResult<&[u8], (u32, i16, &[u8]), ()> {
    let length = verify(be_u32, |length| (LEN as u32..=MAX_FRAME).contains(length));
    let (rest, (_, flow, length, cmd, _)) = (be_i8, be_u32, length, be_i16, be_i16).parse(bytes)?;
    let (rest, payload) = take(length as usize - LEN).parse(rest)?;
    Ok((rest, (flow, cmd, payload)))
}
