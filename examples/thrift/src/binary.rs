//! Values of the binary protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-binary-protocol.md`.

use metaproto_codec::Fault;
use nom::Parser;
use nom::number::streaming::{be_i16, be_u8, be_u32};

use crate::grammar::{Grammar, Parsed, Value, count};

/// The binary protocol: numbers of fixed width, big-endian.
pub(crate) struct Binary;

/// The type that ends a struct.
const STOP: u8 = 0;

impl Grammar for Binary {
    fn value(code: u8) -> Result<Value, Fault> {
        Ok(match code {
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
            _ => return Err(Fault::Code { found: code.into() }),
        })
    }

    fn field(input: &[u8], _: i16) -> Parsed<'_, Option<(i16, Value)>> {
        match input {
            [STOP, rest @ ..] => Ok((rest, None)),
            _ => {
                let (rest, value) = be_u8.map_res(Self::value).parse(input)?;
                be_i16.map(|id| Some((id, value))).parse(rest)
            }
        }
    }

    fn list(input: &[u8]) -> Parsed<'_, ([u8; 2], u32)> {
        let types = be_u8.map(|code| [code; 2]);
        (types, Self::length).parse(input)
    }

    fn map(input: &[u8]) -> Parsed<'_, ([u8; 2], u32)> {
        let types = (be_u8, be_u8).map(|(key, value)| [key, value]);
        (types, Self::length).parse(input)
    }

    fn length(input: &[u8]) -> Parsed<'_, u32> {
        be_u32.map_res(count).parse(input)
    }
}
