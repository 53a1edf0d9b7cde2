//! What values are made of, whatever the protocol.

use metaproto_codec::nom::Broken;
use metaproto_codec::{CodecError, Fault};
use nom::error::ContextError;
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
    /// How many are left.
    pub(crate) left: u64,
}

impl Items {
    /// None.
    pub(crate) const NONE: Self = Self::list(Value::Struct, 0);

    pub(crate) const fn list(of: Value, count: u32) -> Self {
        Self {
            of: [of; 2],
            left: count as u64,
        }
    }

    pub(crate) const fn map(key: Value, value: Value, count: u32) -> Self {
        Self {
            of: [key, value],
            left: 2 * count as u64,
        }
    }
}

/// How a protocol writes what holds values together.
pub(crate) trait Grammar {
    /// The shortest form of bytes, of a list and of a map.
    const SHORTEST: [usize; 3];

    /// A field of a struct: its id, where the field before had `last`, and its value; nothing where the struct ends.
    fn field(input: &[u8], last: i16) -> Parsed<'_, Option<(i16, Value)>>;

    /// What stands before the values of a list.
    fn list(input: &[u8]) -> Parsed<'_, Items>;

    /// What stands before the pairs of a map.
    fn map(input: &[u8]) -> Parsed<'_, Items>;

    /// What stands before bytes: how many they are.
    fn length(input: &[u8]) -> Parsed<'_, u32>;

    /// The fewest bytes of a value.
    fn shortest(value: Value) -> usize {
        let [bytes, list, map] = Self::SHORTEST;
        match value {
            Value::Fixed(width) => width.into(),
            Value::Varint | Value::Struct => 1,
            Value::Bytes => bytes,
            Value::List => list,
            Value::Map => map,
        }
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

/// As `stop`, where at least `missing` bytes are, whatever the parser that stopped knows.
pub(crate) fn waiting_for(stop: Err<Broken<'_>>, missing: usize) -> Err<Broken<'_>> {
    match stop {
        Err::Incomplete(Needed::Size(size)) => {
            Err::Incomplete(Needed::new(size.get().max(missing)))
        }
        stop => stop,
    }
}

/// The length or count that stands at `input`, which is refused if it is negative.
pub(crate) fn count<'a>(input: &'a [u8], found: u64) -> Result<u32, Err<Broken<'a>>> {
    let fits = u32::try_from(found)
        .ok()
        .filter(|count| *count <= i32::MAX as u32);
    fits.ok_or_else(|| {
        let found = found.into();
        Broken::failure(input, Fault::BelowMinimum { found, min: 0 })
    })
}

/// A type that the protocol does not define, or that takes no bytes and so has no place in a list.
pub(crate) fn unknown_type<T>(input: &[u8], found: u8) -> Parsed<'_, T> {
    let found = found.into();
    Err(Broken::failure(input, Fault::Code { found }))
}

/// As an error of `message`, in the field `name`.
pub(crate) fn error_in(message: &[u8], name: &'static str, broken: Broken<'_>) -> CodecError {
    Broken::add_context(message, name, broken).within(message)
}
