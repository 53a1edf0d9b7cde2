//! Values of the binary protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-binary-protocol.md`.

use nom::Parser;
use nom::number::streaming::{be_i16, be_u8, be_u32};

use crate::grammar::{Grammar, Items, Parsed, Value, count};

/// The binary protocol: numbers of fixed width, big-endian.
pub(crate) struct Binary;

/// The type that ends a struct.
const STOP: u8 = 0;

impl Grammar for Binary {
    const SHORTEST: [u8; 3] = [4, 5, 6];

    fn value(code: u8) -> Option<Value> {
        Some(match code {
            // Bool and byte; i16; i32 and enums; double and i64; UUID.
            2 | 3 => Value::Fixed(1),
            6 => Value::Fixed(2),
            8 => Value::Fixed(4),
            4 | 10 => Value::Fixed(8),
            16 => Value::Fixed(16),
            11 => Value::Bytes,
            12 => Value::Struct,
            13 => Value::Map,
            14 | 15 => Value::List,
            _ => return None,
        })
    }

    fn field(input: &[u8], _: i16) -> Parsed<'_, Option<(i16, Value)>> {
        let (rest, code) = be_u8(input)?;
        if code == STOP {
            return Ok((rest, None));
        }
        let value = Self::known(input, code)?;
        be_i16.map(|id| Some((id, value))).parse(rest)
    }

    fn list(input: &[u8]) -> Parsed<'_, Items> {
        let (counted, code) = be_u8(input)?;
        let (rest, count) = Self::length(counted)?;
        Ok((rest, Self::items(input, [code; 2], 1, count)?))
    }

    fn map(input: &[u8]) -> Parsed<'_, Items> {
        let (counted, (key, value)) = (be_u8, be_u8).parse(input)?;
        let (rest, count) = Self::length(counted)?;
        Ok((rest, Self::items(input, [key, value], 2, count)?))
    }

    fn length(input: &[u8]) -> Parsed<'_, u32> {
        let (rest, found) = be_u32(input)?;
        Ok((rest, count(input, found.into())?))
    }
}
