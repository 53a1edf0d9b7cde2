//! What values are made of, whatever the protocol.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::{Err, IResult, Needed};

/// What a parser answers: what is left, and what it read.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Broken<'a>>;

/// How a value is to be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// So many bytes.
    Fixed(u8),
    /// Up to the first byte without its highest bit.
    Varint,
    /// A length and so many bytes.
    Bytes,
    /// Fields.
    Struct,
    /// A type, a count and so many values: a list or a set.
    List,
    /// Two types, a count and so many pairs.
    Map,
}

/// Values that follow each other: of a list, or keys and values of a map in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Items {
    /// What they are, in turn.
    pub(crate) of: [Value; 2],
    /// How many are left: of a list as many as it has, of a map two for each pair.
    pub(crate) left: u64,
}

/// How a protocol writes what holds values together.
pub(crate) trait Grammar {
    /// The shortest form of bytes, of a list and of a map.
    const SHORTEST: [u8; 3];

    /// What a type is outside of a field; nothing for one that is unknown, or takes no bytes and so has no place there.
    fn value(code: u8) -> Option<Value>;

    /// A field of a struct: its id, where the field before had `last`, and its value; nothing where the struct ends.
    fn field(input: &[u8], last: i16) -> Parsed<'_, Option<(i16, Value)>>;

    /// What stands before the values of a list.
    fn list(input: &[u8]) -> Parsed<'_, Items>;

    /// What stands before the pairs of a map.
    fn map(input: &[u8]) -> Parsed<'_, Items>;

    /// What stands before bytes: how many they are.
    fn length(input: &[u8]) -> Parsed<'_, u32>;

    /// The value of a type in a field.
    fn known(input: &[u8], code: u8) -> Result<Value, Err<Broken<'_>>> {
        let found = code.into();
        Self::value(code).ok_or_else(|| Broken::failure(input, Fault::Code { found }))
    }

    /// Items of these types, as many times `count` as each stands for; of none, the types do not matter.
    fn items(
        input: &[u8],
        types: [u8; 2],
        each: u64,
        count: u32,
    ) -> Result<Items, Err<Broken<'_>>> {
        let mut of = [Value::Struct; 2];
        if count > 0 {
            of = [Self::known(input, types[0])?, Self::known(input, types[1])?];
        }
        let left = each * u64::from(count);
        Ok(Items { of, left })
    }

    /// The fewest bytes of items.
    fn shortest(items: &Items) -> u64 {
        let [bytes, list, map] = Self::SHORTEST;
        let [first, second] = items.of.map(|value| match value {
            Value::Fixed(width) => width,
            Value::Varint | Value::Struct => 1,
            Value::Bytes => bytes,
            Value::List => list,
            Value::Map => map,
        });
        items.left * (u64::from(first) + u64::from(second)) / 2
    }
}

/// A number of up to 64 bits in up to 10 bytes, of which the first has the lowest seven.
pub(crate) fn varint(input: &[u8]) -> Parsed<'_, u64> {
    const MAX: usize = 10;
    let mut number = 0;
    for (index, byte) in input.iter().take(MAX).enumerate() {
        number |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((input.get(index + 1..).unwrap_or_default(), number));
        }
    }
    if input.len() < MAX {
        return Err(Err::Incomplete(Needed::new(1)));
    }
    Err(Broken::failure(input, Fault::Varint { max: MAX }))
}

/// The length or count that stands at `input`, which is refused if it is negative.
pub(crate) fn count(input: &[u8], found: u64) -> Result<u32, Err<Broken<'_>>> {
    let count = i32::try_from(found).map(i32::cast_unsigned);
    let found = found.into();
    count.map_err(|_| Broken::failure(input, Fault::BelowMinimum { found, min: 0 }))
}
