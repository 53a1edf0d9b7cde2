//! Values of the binary protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-binary-protocol.md`.

use nom::number::streaming::{be_i16, be_u8, be_u32};

use crate::grammar::{Grammar, Items, Parsed, Value, count, unknown_type, waiting_for};

/// The binary protocol: numbers of fixed width, big-endian.
pub(crate) struct Binary;

/// The type that ends a struct.
const STOP: u8 = 0;

impl Grammar for Binary {
    const SHORTEST: [usize; 3] = [4, 5, 6];

    fn field(input: &[u8], _: i16) -> Parsed<'_, Option<(i16, Value)>> {
        let (rest, code) = be_u8(input)?;
        if code == STOP {
            return Ok((rest, None));
        }
        let Some(value) = value(code) else {
            return unknown_type(input, code);
        };
        let id = be_i16(rest);
        // Nothing can be wrong with the id.
        let missing = (2 + Self::shortest(value)).saturating_sub(rest.len());
        let (rest, id) = id.map_err(|stop| waiting_for(stop, missing))?;
        Ok((rest, Some((id, value))))
    }

    fn list(input: &[u8]) -> Parsed<'_, Items> {
        let (rest, code) = be_u8(input)?;
        let (rest, count) = Self::length(rest)?;
        match value(code) {
            _ if count == 0 => Ok((rest, Items::NONE)),
            Some(value) => Ok((rest, Items::list(value, count))),
            None => unknown_type(input, code),
        }
    }

    fn map(input: &[u8]) -> Parsed<'_, Items> {
        let (rest, key) = be_u8(input)?;
        let (rest, of) = be_u8(rest)?;
        let (rest, count) = Self::length(rest)?;
        match (value(key), value(of)) {
            _ if count == 0 => Ok((rest, Items::NONE)),
            (Some(key), Some(value)) => Ok((rest, Items::map(key, value, count))),
            (known, _) => unknown_type(input, if known.is_none() { key } else { of }),
        }
    }

    fn length(input: &[u8]) -> Parsed<'_, u32> {
        let (rest, found) = be_u32(input)?;
        Ok((rest, count(input, found.into())?))
    }
}

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
