//! Values of the binary protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-binary-protocol.md`.

use metaproto_codec::Fault;
use metaproto_codec::nom::array;
use nom::Parser;
use nom::number::streaming::be_u8;

use crate::grammar::{Counted, Grammar, Parsed, Value, count};

/// The binary protocol: numbers of fixed width, big-endian.
pub(crate) struct Binary;

/// The type that ends a struct.
const STOP: u8 = 0;

impl Grammar for Binary {
    #[inline]
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

    #[inline]
    fn field(input: &[u8], _: i16) -> Parsed<'_, Option<(Value, i16)>> {
        match input {
            [STOP, rest @ ..] => Ok((rest, None)),
            _ => {
                let id = array.map(i16::from_be_bytes);
                be_u8.map_res(Self::value).and(id).map(Some).parse(input)
            }
        }
    }

    fn list(input: &[u8]) -> Parsed<'_, Counted<1>> {
        (array, Self::length).parse(input)
    }

    fn map(input: &[u8]) -> Parsed<'_, Counted<2>> {
        (array, Self::length).parse(input)
    }

    #[inline]
    fn length(input: &[u8]) -> Parsed<'_, u32> {
        let length = array.map(u32::from_be_bytes);
        length.map_res(count).parse(input)
    }
}
