//! Reads only, borrowing.

use winnow::Parser;
use winnow::binary::{be_u16, length_take};
use winnow::combinator::repeat;
use winnow::error::EmptyError;

use super::{Call, MAX_PAIRS, hand};

pub(super) struct Borrowed<'a> {
    service: &'a str,
    method: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

pub(super) fn borrow(bytes: &[u8]) -> Option<Borrowed<'_>> {
    let (mut header, body) = hand::split(bytes)?;
    let (service, method, pairs) = parse(&mut header).ok()?;
    Some(Borrowed {
        service,
        method,
        pairs,
        body,
    })
}

type Parsed<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

fn parse<'a>(header: &mut &'a [u8]) -> Result<Parsed<'a>, EmptyError> {
    let number = be_u16.verify(|number| *number <= MAX_PAIRS);
    let (service, method, number) = (text, text, number).parse_next(header)?;
    let pairs = repeat(usize::from(number), (text, text)).parse_next(header)?;
    Ok((service, method, pairs))
}

fn text<'a>(bytes: &mut &'a [u8]) -> Result<&'a str, EmptyError> {
    length_take(be_u16)
        .verify_map(|text: &[u8]| str::from_utf8(text).ok())
        .parse_next(bytes)
}

impl Borrowed<'_> {
    pub(super) fn to_call(&self) -> Call {
        let own = |(key, value): &(&str, &str)| (key.to_string(), value.to_string());
        Call {
            service: self.service.into(),
            method: self.method.into(),
            pairs: self.pairs.iter().map(own).collect(),
            body: self.body.into(),
        }
    }
}
