//! Values of the compact protocol.
//!
//! Source: Apache Thrift, `doc/specs/thrift-compact-protocol.md`.

use metaproto_codec::wire::{low64, unzigzag};
use nom::number::streaming::be_u8;

use crate::grammar::{Grammar, Items, Parsed, Value, count, varint};

/// The compact protocol: numbers as wide as they need to be, types and small numbers in one byte.
pub(crate) struct Compact;

/// The type that ends a struct.
const STOP: u8 = 0;

/// The size of a list that stands behind the byte which has no room for it.
const LONG: u8 = 15;

impl Grammar for Compact {
    const SHORTEST: [u8; 3] = [1, 1, 1];

    fn value(code: u8) -> Option<Value> {
        Some(match code {
            1..=3 => Value::Fixed(1),
            4..=6 => Value::Varint,
            7 => Value::Fixed(8),
            8 => Value::Bytes,
            9 | 10 => Value::List,
            11 => Value::Map,
            12 => Value::Struct,
            13 => Value::Fixed(16),
            _ => return None,
        })
    }

    fn field(input: &[u8], last: i16) -> Parsed<'_, Option<(i16, Value)>> {
        let (rest, byte) = be_u8(input)?;
        let value = match byte & 0x0F {
            STOP => return Ok((rest, None)),
            // Of a boolean, the type says all.
            1 | 2 => Value::Fixed(0),
            code => Self::known(input, code)?,
        };
        let delta = byte >> 4;
        if delta != 0 {
            return Ok((rest, Some((last.wrapping_add(delta.into()), value))));
        }
        let (rest, id) = varint(rest)?;
        // As other readers do, without a look at what does not fit.
        let id = low64(unzigzag(id.into(), 64)) as i16;
        Ok((rest, Some((id, value))))
    }

    fn list(input: &[u8]) -> Parsed<'_, Items> {
        let (mut rest, byte) = be_u8(input)?;
        let mut count = u32::from(byte >> 4);
        if byte >> 4 == LONG {
            (rest, count) = Self::length(rest)?;
        }
        Ok((rest, Self::items(input, [byte & 0x0F; 2], 1, count)?))
    }

    fn map(input: &[u8]) -> Parsed<'_, Items> {
        let (typed, count) = Self::length(input)?;
        let (rest, types) = if count == 0 {
            (typed, 0)
        } else {
            be_u8(typed)?
        };
        let types = [types >> 4, types & 0x0F];
        Ok((rest, Self::items(typed, types, 2, count)?))
    }

    fn length(input: &[u8]) -> Parsed<'_, u32> {
        let (rest, found) = varint(input)?;
        Ok((rest, count(input, found)?))
    }
}
