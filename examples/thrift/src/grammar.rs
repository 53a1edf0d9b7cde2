//! What values are made of, whatever the protocol.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::IResult;

/// What a parser answers: what is left, and what it read.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Broken<'a>>;

/// The types of items, in turn, and how many times they follow.
pub(crate) type Counted<const N: usize> = ([u8; N], u32);

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Items {
    /// What they are, in turn.
    pub(crate) of: [Value; 2],
    /// How many are left: of a list as many as it has, of a map two for each pair.
    pub(crate) left: u64,
}

impl Items {
    /// The fewest bytes of them, and whether all of them are so many.
    pub(crate) fn bytes(&self) -> (u64, bool) {
        let [first, second] = self.of.map(|value| match value {
            Value::Fixed(width) => (u64::from(width), true),
            _ => (1, false),
        });
        (self.left * (first.0 + second.0) / 2, first.1 && second.1)
    }
}

/// How a protocol writes what holds values together.
pub(crate) trait Grammar {
    /// What a type is outside of a field. One that takes no bytes has no place there.
    fn value(code: u8) -> Result<Value, Fault>;

    /// A field of a struct: its value, and its id, where the field before had `last`; nothing where the struct ends.
    fn field(input: &[u8], last: i16) -> Parsed<'_, Option<(Value, i16)>>;

    /// What stands before the values of a list: their type, and their count.
    fn list(input: &[u8]) -> Parsed<'_, Counted<1>>;

    /// What stands before the pairs of a map: the types of key and value, and their count.
    fn map(input: &[u8]) -> Parsed<'_, Counted<2>>;

    /// What stands before bytes: how many they are.
    fn length(input: &[u8]) -> Parsed<'_, u32>;

    /// The items that were announced. Where there are none, their types do not matter.
    #[inline]
    fn items<const N: usize>((types, count): Counted<N>) -> Result<Items, Fault> {
        let value = |code| match count {
            0 => Ok(Value::Struct),
            _ => Self::value(code),
        };
        let of = [value(types[0])?, value(types[N - 1])?];
        let left = N as u64 * u64::from(count);
        Ok(Items { of, left })
    }
}

/// A length or count, which is not negative.
#[inline]
pub(crate) fn count(found: impl Into<u64>) -> Result<u32, Fault> {
    let found = found.into();
    let count = i32::try_from(found).map(i32::cast_unsigned);
    let (found, min) = (found.into(), 0);
    count.map_err(|_| Fault::BelowMinimum { found, min })
}
