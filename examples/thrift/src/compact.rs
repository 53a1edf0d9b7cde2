//! Values of the compact protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-compact-protocol.md`.

use metaproto_codec::Fault;
use metaproto_codec::nom::{varint, zigzag};
use nom::Parser;
use nom::number::streaming::be_u8;

use crate::grammar::{Counted, Grammar, Parsed, Value, count};

/// The compact protocol: numbers as wide as they need to be, types and small numbers in one byte.
pub(crate) struct Compact;

/// The type that ends a struct.
const STOP: u8 = 0;

/// The size of a list that stands behind the byte which has no room for it.
const LONG: u8 = 15;

impl Grammar for Compact {
    #[inline]
    fn value(code: u8) -> Result<Value, Fault> {
        Ok(match code {
            1..=3 => Value::Fixed(1),
            4..=6 => Value::Varint,
            7 => Value::Fixed(8),
            8 => Value::Bytes,
            9 | 10 => Value::List,
            11 => Value::Map,
            12 => Value::Struct,
            13 => Value::Fixed(16),
            _ => return Err(Fault::Code { found: code.into() }),
        })
    }

    #[inline]
    fn field(input: &[u8], last: i16) -> Parsed<'_, Option<(Value, i16)>> {
        let in_field = |byte: u8| match byte & 0x0F {
            STOP => Ok(None),
            // Of a boolean, the type says all.
            1 | 2 => Ok(Some((byte >> 4, Value::Fixed(0)))),
            code => Ok(Some((byte >> 4, Self::value(code)?))),
        };
        match be_u8.map_res(in_field).parse(input)? {
            (rest, None) => Ok((rest, None)),
            // As other readers do, without a look at what does not fit.
            (rest, Some((0, value))) => zigzag.map(|id| Some((value, id as i16))).parse(rest),
            (rest, Some((delta, value))) => {
                Ok((rest, Some((value, last.wrapping_add(delta.into())))))
            }
        }
    }

    fn list(input: &[u8]) -> Parsed<'_, Counted<1>> {
        let (rest, byte) = be_u8(input)?;
        let (rest, count) = match byte >> 4 {
            LONG => Self::length(rest)?,
            count => (rest, count.into()),
        };
        Ok((rest, ([byte & 0x0F], count)))
    }

    fn map(input: &[u8]) -> Parsed<'_, Counted<2>> {
        match Self::length(input)? {
            (rest, 0) => Ok((rest, ([0; 2], 0))),
            (rest, count) => be_u8
                .map(|types| ([types >> 4, types & 0x0F], count))
                .parse(rest),
        }
    }

    #[inline]
    fn length(input: &[u8]) -> Parsed<'_, u32> {
        varint.map_res(count).parse(input)
    }
}
