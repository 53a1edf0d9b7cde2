//! Reads only, borrowing.

use nom::combinator::{map_opt, verify};
use nom::multi::{count, length_data};
use nom::number::complete::be_u16;
use nom::{IResult, Parser};

use super::{Call, MAX_PAIRS, hand};

pub(super) struct Borrowed<'a> {
    service: &'a str,
    method: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

pub(super) fn borrow(bytes: &[u8]) -> Option<Borrowed<'_>> {
    let (header, body) = hand::split(bytes)?;
    let (_, (service, method, pairs)) = parse(header).ok()?;
    Some(Borrowed {
        service,
        method,
        pairs,
        body,
    })
}

type Parsed<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

fn parse(header: &[u8]) -> IResult<&[u8], Parsed<'_>, ()> {
    let number = verify(be_u16, |number| *number <= MAX_PAIRS);
    let (rest, (service, method, number)) = (text, text, number).parse_complete(header)?;
    let (rest, pairs) = count((text, text), number.into()).parse_complete(rest)?;
    Ok((rest, (service, method, pairs)))
}

fn text(bytes: &[u8]) -> IResult<&[u8], &str, ()> {
    map_opt(length_data(be_u16), |text| str::from_utf8(text).ok()).parse_complete(bytes)
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
