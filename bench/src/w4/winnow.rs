use winnow::Parser as _;
use winnow::binary::{be_i8, be_i16, be_u32};
use winnow::error::{EmptyError, ErrMode};
use winnow::stream::Partial;
use winnow::token::take;

use super::MAX_FRAME;
use super::gather::{Parse, Step};
use crate::w1::LEN;

pub(super) struct Parser;

impl Parse for Parser {
    #[inline(always)]
    fn parse(bytes: &[u8]) -> Step<'_> {
        let mut input = Partial::new(bytes);
        match message(&mut input) {
            Ok((flow, cmd, payload)) => Step::Message {
                flow,
                cmd,
                payload,
                rest: input.into_inner(),
            },
            Err(ErrMode::Incomplete(_)) => Step::More,
            Err(_) => Step::Malformed,
        }
    }
}

type Message<'a> = (u32, i16, &'a [u8]);

fn message<'a>(input: &mut Partial<&'a [u8]>) -> Result<Message<'a>, ErrMode<EmptyError>> {
    let length = be_u32.verify(|length| (LEN as u32..=MAX_FRAME).contains(length));
    let (_, flow, length, cmd, _): (i8, u32, u32, i16, i16) =
        (be_i8, be_u32, length, be_i16, be_i16).parse_next(input)?;
    let payload = take(length as usize - LEN).parse_next(input)?;
    Ok((flow, cmd, payload))
}
