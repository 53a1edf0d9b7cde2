//! What a header looks like, as data for tools.
//!
//! [`Part::SCHEMA`](crate::Part::SCHEMA) says of a derived header everything that its declaration says, so that a tool
//! needs no macro of its own: it can lay out bytes by name, generate messages, or spoil one field and mend the rest.

use std::fmt;

use crate::wire::{Order, Prefix, VarintForm};
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

/// One field. Made by [`Field::new`] and what refines it; all but the shape has a plain default.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
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
    /// What the number on the wire is multiplied with to get the value: 1 unless stated.
    pub scale: u64,
    /// When it is there.
    pub presence: Presence,
    /// After it come zero bytes, until the struct has a multiple of so many bytes: 1 unless stated.
    pub align: usize,
    /// Whether it stands behind the body, at the end of the message.
    pub trailer: bool,
    /// What it sums up.
    pub checksum: Option<Checksum>,
    /// Names of codes, as wire bits.
    pub codes: &'static [(u128, &'static str)],
}

impl Field {
    /// A field that is always there, with no meaning of its own.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            constant: None,
            roles: &[],
            max: None,
            scale: 1,
            presence: Presence::Always,
            align: 1,
            trailer: false,
            checksum: None,
            codes: &[],
        }
    }

    /// A number in whole bytes.
    #[must_use]
    pub const fn number(name: &'static str, kind: NumberKind, bytes: usize, order: Order) -> Self {
        Self::new(name, Shape::Number(Number { kind, bytes, order }))
    }

    /// States what it must be.
    #[must_use]
    pub const fn constant(mut self, constant: Constant) -> Self {
        self.constant = Some(constant);
        self
    }

    /// States what it means.
    #[must_use]
    pub const fn roles(mut self, roles: &'static [Role]) -> Self {
        self.roles = roles;
        self
    }

    /// States its maximum.
    #[must_use]
    pub const fn max(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// States its scale.
    #[must_use]
    pub const fn scale(mut self, scale: u64) -> Self {
        self.scale = scale;
        self
    }

    /// States when it is there.
    #[must_use]
    pub const fn presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// States to what the struct is filled up after it.
    #[must_use]
    pub const fn align(mut self, align: usize) -> Self {
        self.align = align;
        self
    }

    /// States that it stands behind the body.
    #[must_use]
    pub const fn trailer(mut self) -> Self {
        self.trailer = true;
        self
    }

    /// States what it sums up.
    #[must_use]
    pub const fn checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = Some(checksum);
        self
    }

    /// Names its codes.
    #[must_use]
    pub const fn codes(mut self, codes: &'static [(u128, &'static str)]) -> Self {
        self.codes = codes;
        self
    }
}

/// When a field is there.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Presence {
    /// Always.
    Always,
    /// Where this of earlier fields is not zero.
    If(&'static Expr),
    /// Where what contains it is not at its end.
    Room,
    /// Unless its length prefix is this number, as wire bits; a varint as it is.
    Unless(u128),
}

/// An expression of earlier fields, in numbers of unlimited size; a comparison is 1 or 0.
#[derive(Clone, Copy, Debug)]
pub enum Expr {
    /// A stated number.
    Number(i128),
    /// The value of an earlier field of the same struct: a number with its sign, a flag as 1 or 0, a code by its number.
    Field(&'static str),
    /// 1 where it is zero, otherwise 0.
    Not(&'static Expr),
    /// Two numbers combined.
    Binary(Operator, &'static Expr, &'static Expr),
}

/// How an [`Expr`] combines two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `>>`, where a shift by 127 or more gives 0
    ShiftRight,
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
    /// A number in as many bytes as it needs.
    Varint(Varint),
    /// So many bytes as they are.
    Array {
        /// Bytes.
        len: usize,
    },
    /// A text or byte string.
    Octets {
        /// Whether it must be UTF-8.
        text: bool,
        /// How its end is found.
        length: Length,
    },
    /// Items one after another.
    List {
        /// Each of them.
        item: Item,
        /// How its end is found.
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
        /// How its end is found.
        length: Length,
        /// What the length counts.
        unit: Unit,
    },
    /// Fields of its own.
    Part(&'static Schema),
    /// Fields of its own, which fill exactly so many bytes.
    Block {
        /// The fields.
        part: &'static Schema,
        /// How its end is found.
        length: Length,
    },
    /// One of several, chosen by the earlier field `tag` of the same struct.
    Choice {
        /// The field that tells which, a number.
        tag: &'static str,
        /// What there is to choose from.
        alternatives: &'static [Alternative],
        /// What all other tags mean; where there is nothing, they are errors.
        other: Option<&'static Schema>,
    },
    /// Bytes that a function of the author's reads and writes.
    Custom(Custom),
}

/// One of the layouts of a [`Shape::Choice`].
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    /// The wire bits of its tag.
    pub tag: u128,
    /// Its name.
    pub name: &'static str,
    /// Its fields; `None` where it has none.
    pub part: Option<&'static Schema>,
}

/// What only the author's functions know.
#[derive(Clone, Copy, Debug)]
pub struct Custom {
    /// The fewest bytes.
    pub min: usize,
    /// The most bytes.
    pub max: usize,
    /// Reads it, to find its end.
    pub skip: fn(&mut crate::wire::Cursor<'_>) -> Result<(), crate::wire::Stop>,
    /// Appends the bytes of its default value.
    pub sample: fn(&mut Vec<u8>),
}

/// What a checksum is made of.
#[derive(Clone, Copy, Debug)]
pub struct Checksum {
    /// Name of the algorithm.
    pub algorithm: &'static str,
    /// The sum over the bytes of all slices, in order, as wire bits.
    pub compute: fn(&[&[u8]]) -> u64,
    /// Where its range starts.
    pub from: Edge,
    /// Where its range ends. The bytes of the checksum itself, if they lie within, count as zeros.
    pub to: Edge,
}

/// A place between two bytes of a struct, or of the message that it is the header of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Before the first byte of the struct.
    Start,
    /// Before the field of this name.
    Before(&'static str),
    /// After the field of this name, with what aligns it.
    After(&'static str),
    /// After the header: before the body.
    Body,
    /// After the last byte: of the message, or of a struct that is not its header.
    End,
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

/// A number in as many bytes as it needs, seven bits in each, of which all but the last have their top bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Varint {
    /// Which seven bits come first.
    pub form: VarintForm,
    /// Whether signed numbers alternate: 0, -1, 1, -2 are 0, 1, 2, 3 on the wire.
    pub zigzag: bool,
    /// Bits of the largest wire number, 8 to 64.
    pub bits: u32,
    /// The most bytes.
    pub bytes: usize,
}

/// How the end of something is found that varies in length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Length {
    /// By a length or count directly before it.
    Prefix(Prefix),
    /// By the value of the earlier field `name`, times `scale`, plus `offset`.
    Field {
        /// The field.
        name: &'static str,
        /// What its value is multiplied with.
        scale: u64,
        /// What is then added.
        offset: i64,
    },
    /// By these bytes, which end it and are not part of it; at least one.
    Until(&'static [u8]),
    /// Always so many bytes, of which those at the end that are `pad` are not part of it.
    Padded {
        /// Bytes.
        bytes: usize,
        /// What fills up.
        pad: u8,
    },
    /// By the end of what contains it.
    Rest,
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
    /// A number in as many bytes as it needs.
    Varint(Varint),
    /// A text or byte string.
    Octets {
        /// Whether it must be UTF-8.
        text: bool,
        /// How its end is found: [`Length::Prefix`] or [`Length::Until`].
        length: Length,
        /// The most bytes of the value.
        max: usize,
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
    /// Bytes of the message after this field, less `offset`.
    RestLen {
        /// Added to the value to get the bytes.
        offset: i128,
    },
    /// Bytes after the header, without trailers, less `offset`.
    BodyLen {
        /// Added to the value to get the bytes.
        offset: i128,
    },
    /// The message ends with its header and trailers; of the field that gives its length.
    NoBody,
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

impl Field {
    /// Bits of a field that is always there and of fixed width; `None` where it varies.
    #[must_use]
    pub fn bits(&self) -> Option<usize> {
        let always = matches!(self.presence, Presence::Always) && self.align == 1;
        self.shape.bits().filter(|_| always)
    }
}

impl Shape {
    /// Bits of a field of fixed width; `None` where it varies.
    #[must_use]
    pub fn bits(&self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(8 * number.bytes),
            Self::Bits { bits, .. } => Some(*bits as usize),
            Self::Array { len } => Some(8 * len),
            Self::Part(part) => part.fields.iter().map(Field::bits).sum(),
            Self::Octets {
                length: Length::Padded { bytes, .. },
                ..
            } => Some(8 * bytes),
            _ => None,
        }
    }

    /// What the bits of a number spell; `None` where it is none.
    #[must_use]
    pub fn number_kind(&self) -> Option<NumberKind> {
        match self {
            Self::Number(Number { kind, .. }) | Self::Bits { kind, .. } => Some(*kind),
            Self::Varint(Varint { zigzag: true, .. }) => Some(NumberKind::Signed),
            Self::Varint(_) => Some(NumberKind::Unsigned),
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
    /// A nested part, or the chosen alternative.
    Header(Vec<(&'static str, FieldValue)>),
    /// Nothing, of a field that is not there.
    Absent,
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
            Self::Absent => f.write_str("-"),
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
