//! What reading can find.

use metaproto_codec::Fault;
#[cfg(doc)]
use metaproto_codec::MAX_DEPTH;

#[cfg(doc)]
use super::read;
use super::spans::Span;
use super::tree::Message;
use crate::facts::Facts;

/// What [`read`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Names of the bits that were understood, in wire order; of a message that was not accepted, those before the
    /// place where reading stopped.
    pub spans: Vec<Span>,
    /// What the bytes are.
    pub outcome: Outcome,
}

/// What bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They start with one whole message; bytes after its [`length`](Facts::length) were not looked at.
    Message(Box<Message>, Facts),
    /// They can become a message.
    Truncated {
        /// Additional bytes without which they are none; at least 1.
        at_least: usize,
    },
    /// They can never become a message.
    Malformed {
        /// The field, item or length that is wrong. A codec's own error may name the field around it.
        path: String,
        /// Where it starts (for a constant: its first wrong byte), bytes from the start of the message.
        offset: usize,
        /// The rule that is broken.
        fault: FaultClass,
    },
    /// A stated maximum refuses them.
    Limit {
        /// The length or count that is too large.
        path: String,
        /// Where it starts, bytes from the start of the message.
        offset: usize,
        /// What it says.
        found: u128,
        /// The stated maximum.
        max: usize,
    },
}

/// The rule that malformed bytes break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultClass {
    /// A constant has another value.
    Constant,
    /// A length is smaller than what it must cover.
    BelowMinimum,
    /// A part reaches beyond the end of what contains it.
    PastEnd,
    /// A part ends before the end of what contains it.
    Excess,
    /// A text is not UTF-8.
    Utf8,
    /// A code that the schema does not list.
    Code,
    /// A boolean that is neither 0 nor 1.
    Bool,
    /// A number of varying length goes on for too long, or is too large.
    Varint,
    /// Bytes that fill up to a boundary are not zero.
    Padding,
    /// A checksum is not that of its bytes.
    Checksum,
    /// Nothing says where something ends that takes all that is left.
    NoEnd,
    /// Parts nested deeper than [`MAX_DEPTH`].
    Depth,
    /// A message of this kind may not travel in this direction.
    Direction,
    /// A field whose shape this interpreter does not know.
    Shape,
    /// A rule of the author's own, by the name that the error has.
    Custom(&'static str),
}

impl FaultClass {
    /// The rule that an error of a codec names.
    pub(super) fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Constant { .. } | Fault::ConstantBits { .. } => Self::Constant,
            Fault::BelowMinimum { .. } => Self::BelowMinimum,
            Fault::PastEnd { .. } => Self::PastEnd,
            Fault::Excess { .. } => Self::Excess,
            Fault::Utf8 => Self::Utf8,
            Fault::Code { .. } => Self::Code,
            Fault::Bool { .. } => Self::Bool,
            Fault::Varint { .. } => Self::Varint,
            Fault::Padding { .. } => Self::Padding,
            Fault::Checksum { .. } => Self::Checksum,
            Fault::NoEnd => Self::NoEnd,
            Fault::Depth => Self::Depth,
            Fault::Direction { .. } => Self::Direction,
            other => Self::Custom(other.rule()),
        }
    }

    /// The rule's short stable name, as [`Fault::rule`](metaproto_codec::Fault::rule) has it.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::BelowMinimum => "below_minimum",
            Self::PastEnd => "past_end",
            Self::Excess => "excess",
            Self::Utf8 => "utf8",
            Self::Code => "code",
            Self::Bool => "bool",
            Self::Varint => "varint",
            Self::Padding => "padding",
            Self::Checksum => "checksum",
            Self::NoEnd => "no_end",
            Self::Depth => "depth",
            Self::Direction => "direction",
            Self::Shape => "shape",
            Self::Custom(rule) => rule,
        }
    }

    /// Why such bytes are refused, for people: lower-case, no full stop.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Constant => "it is not the constant that it must be",
            Self::BelowMinimum => "it is less than what it must cover",
            Self::PastEnd => "it reaches beyond the end of what contains it",
            Self::Excess => "bytes are left over",
            Self::Utf8 => "it is not UTF-8",
            Self::Code => "no such code is listed",
            Self::Bool => "a boolean is 0 or 1",
            Self::Varint => "it goes on for too long, or is too large",
            Self::Padding => "padding must be zero",
            Self::Checksum => "it is not the checksum of its bytes",
            Self::NoEnd => "nothing says where it ends",
            Self::Depth => "parts are nested too deep",
            Self::Direction => "such a message may not travel in this direction",
            Self::Shape => "its shape is unknown",
            Self::Custom(_) => "the protocol's own function refuses it",
        }
    }
}
