//! What a header looks like, as data for tools.
//!
//! [`Part::SCHEMA`](crate::Part::SCHEMA) says of a derived header everything that its declaration says, so that a tool
//! needs no macro of its own: it can lay out bytes by name, generate messages, or spoil one field and mend the rest.

use std::fmt;

use crate::wire::{Order, Prefix};
use crate::{ErrorType, MessageType};

/// The fields of a header or part.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Name of the struct.
    pub name: &'static str,
    /// Its fields in wire order.
    pub fields: &'static [Field],
}

impl Schema {
    /// The first field with a role that `test` accepts.
    #[must_use]
    pub fn find(&self, test: impl Fn(&Role) -> bool) -> Option<&'static Field> {
        self.fields
            .iter()
            .find(|field| field.roles.iter().any(&test))
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name of the field.
    pub name: &'static str,
    /// How it is written.
    pub shape: Shape,
    /// What it must be, where anything else is an error.
    pub constant: Option<Constant>,
    /// What it means to a host.
    pub roles: &'static [Role],
    /// The stated maximum of a length, count or size: bytes or elements.
    pub max: Option<usize>,
}

/// How a field is written.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// A number in whole bytes.
    Number(Number),
    /// Some bits of a group of adjacent fields, which is read as one unsigned integer.
    Bits {
        /// What the bits spell.
        kind: NumberKind,
        /// How many there are.
        bits: u32,
        /// How many bits of the group lie below them.
        shift: u32,
        /// Bytes of the group, at most 16.
        group: usize,
        /// Byte order of the group.
        order: Order,
        /// Whether the group starts with this field.
        first: bool,
    },
    /// So many bytes as they are.
    Array {
        /// Bytes.
        len: usize,
    },
    /// A text or byte string.
    Octets {
        /// Whether it must be UTF-8.
        text: bool,
        /// Where its length stands, bytes.
        length: Length,
    },
    /// Items one after another.
    List {
        /// Each of them.
        item: Item,
        /// Where its length stands.
        length: Length,
        /// What the length counts.
        unit: Unit,
    },
    /// Pairs of keys and values one after another.
    Map {
        /// Each key.
        key: Item,
        /// Each value.
        value: Item,
        /// Where its length stands.
        length: Length,
        /// What the length counts.
        unit: Unit,
    },
    /// Fields of its own.
    Part(&'static Schema),
}

/// A number in whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// What the bits spell.
    pub kind: NumberKind,
    /// How many bytes, 1 to 16.
    pub bytes: usize,
    /// Their order.
    pub order: Order,
}

/// What the bits of a number spell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// An unsigned integer.
    Unsigned,
    /// A signed integer, two's complement.
    Signed,
    /// An IEEE 754 number.
    Float,
    /// 0 or 1; anything else is an error.
    Bool,
}

/// Where a length or count stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Directly before what it measures.
    Prefix(Prefix),
    /// In the earlier field of this name.
    Field(&'static str),
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Items of a list, pairs of a map.
    Elements,
}

/// One item of a list, key or value of a map.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Item {
    /// A number.
    Number(Number),
    /// A text or byte string after its length.
    Octets {
        /// Whether it must be UTF-8.
        text: bool,
        /// Its length, bytes.
        prefix: Prefix,
    },
    /// Fields of its own.
    Part(&'static Schema),
}

/// What a constant field must be.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    /// The wire bits of a number.
    Number(u128),
    /// The bytes of an array.
    Bytes(fn() -> &'static [u8]),
}

/// What a field means to a host. Codes are wire bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Bytes of the whole message, less `offset`.
    FrameLen {
        /// Added to the value to get the bytes.
        offset: i128,
    },
    /// Bytes of the header, less `offset`.
    HeaderLen {
        /// Added to the value to get the bytes.
        offset: i128,
    },
    /// Bytes after the header, less `offset`.
    BodyLen {
        /// Added to the value to get the bytes.
        offset: i128,
    },
    /// Ties a response to its request.
    RequestId,
    /// The stream of the message.
    StreamId,
    /// What is called.
    Operation,
    /// The property of this name.
    Property(&'static str),
    /// A map whose pairs are properties.
    Properties,
    /// Bits without meaning, which are kept.
    Reserved,
    /// The kind of the message, by code; other codes are errors.
    MessageType(&'static [(u128, MessageType)]),
    /// This code makes a request one-way.
    OneWay(u128),
    /// This code makes a request a ping and a response a pong.
    Heartbeat(u128),
    /// The status of a response.
    Status {
        /// The code of success.
        ok: u128,
        /// The code that a local reply has where `errors` has none for it.
        other: u128,
        /// Codes of local replies.
        errors: &'static [(u128, ErrorType)],
    },
}

impl Shape {
    /// Bits of a field of fixed width; `None` where it varies.
    #[must_use]
    pub fn bits(&self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(8 * number.bytes),
            Self::Bits { bits, .. } => Some(*bits as usize),
            Self::Array { len } => Some(8 * len),
            Self::Part(part) => part.fields.iter().map(|field| field.shape.bits()).sum(),
            Self::Octets { .. } | Self::List { .. } | Self::Map { .. } => None,
        }
    }

    /// What the bits of a number spell; `None` where it is none.
    #[must_use]
    pub fn number_kind(&self) -> Option<NumberKind> {
        match self {
            Self::Number(Number { kind, .. }) | Self::Bits { kind, .. } => Some(*kind),
            _ => None,
        }
    }
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
