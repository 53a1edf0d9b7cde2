//! What a header looks like, as data for tools.

use std::fmt;

/// The fields of a header or part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Name of the struct.
    pub name: &'static str,
    /// Its fields in wire order.
    pub fields: &'static [Field],
}

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name of the field.
    pub name: &'static str,
    /// How much room it takes.
    pub width: Width,
    /// What it means to a host, as spelt in its attribute: `frame_len`, `request_id`, `metadata` ...
    pub roles: &'static [&'static str],
    /// The stated maximum of a length, count or size: bytes or elements.
    pub max: Option<usize>,
    /// The fields of a nested part.
    pub part: Option<&'static Schema>,
}

/// The room that a field takes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// So many bits.
    Bits(usize),
    /// As many bytes as its length says.
    Variable,
}

/// The value of a field, for people and tools.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// A flag.
    Bool(bool),
    /// An unsigned number or code.
    Unsigned(u128),
    /// A signed number.
    Signed(i128),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<FieldValue>),
    /// Keys and values, in wire order.
    Map(Vec<(FieldValue, FieldValue)>),
    /// A nested part.
    Header(Vec<(&'static str, FieldValue)>),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => flag.fmt(f),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Self::List(items) => f.debug_list().entries(items.iter().map(Shown)).finish(),
            Self::Map(pairs) => f
                .debug_map()
                .entries(pairs.iter().map(|(k, v)| (Shown(k), Shown(v))))
                .finish(),
            Self::Header(fields) => f
                .debug_map()
                .entries(fields.iter().map(|(k, v)| (k, Shown(v))))
                .finish(),
        }
    }
}

struct Shown<'a>(&'a FieldValue);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! field_values {
    ($($variant:ident: $($type:ty),*;)*) => {$($(
        impl From<$type> for FieldValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*)*};
}
field_values! {
    Bool: bool;
    Unsigned: u8, u16, u32, u64, u128;
    Signed: i8, i16, i32, i64, i128;
    Float: f32, f64;
    Text: String;
    Bytes: bytes::Bytes, Vec<u8>;
}

impl<const N: usize> From<[u8; N]> for FieldValue {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}
