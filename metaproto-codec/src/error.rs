//! What goes wrong inside a codec, and where.

use std::fmt;

/// The deepest nesting of headers that a [`FieldPath`] can name, and that the derive accepts at run time.
pub const MAX_DEPTH: usize = 8;

/// Names a field, outermost header first: `route.zone`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldPath {
    names: [&'static str; MAX_DEPTH],
    depth: usize,
}

impl FieldPath {
    /// A path of one name.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let mut path = Self::default();
        path.rename(name);
        path
    }

    /// Replaces the innermost name.
    #[inline]
    pub fn rename(&mut self, name: &'static str) {
        if let Some(slot) = self.names.get_mut(self.depth) {
            *slot = name;
        }
    }

    pub(crate) fn descend(&mut self) {
        self.depth = self.depth.saturating_add(1);
        self.rename("");
    }

    pub(crate) fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn is_outermost(&self) -> bool {
        self.depth == 0
    }

    pub(crate) fn is_too_deep(&self) -> bool {
        self.depth + 1 >= MAX_DEPTH
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for name in self
            .names
            .iter()
            .take(self.depth + 1)
            .filter(|name| !name.is_empty())
        {
            write!(f, "{separator}{name}")?;
            separator = ".";
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The fact behind a [`CodecError`]. Numbers are as found on the wire or in the value, in bytes or elements.
///
/// | Arises | Facts |
/// |---|---|
/// | when bytes are read | all but those below |
/// | in a [`Session`](crate::Session) | `Direction`; `Truncated` at the end of the stream; `Contract` |
/// | when a header is written | `TooLarge`, `Holds`, `Multiple`, `Presence`; `Depth` and `Varint` then as well |
/// | from a [`Mutation`](crate::Mutation) | `CannotSet`, `CannotRemove`, `CannotHold`, `RequestId`, `StreamId` |
/// | when nothing was decoded before | `NoMessage` |
/// | wherever a codec written by hand says so | `Protocol` |
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A constant (magic, version) has another value.
    #[error("expected the constant byte {expected:#04x}, found {found:#04x}")]
    Constant {
        /// The first byte that differs, as it should be.
        expected: u8,
        /// The byte that is there.
        found: u8,
    },
    /// A constant bit field has another value.
    #[error("expected the constant {expected:#x}, found {found:#x}")]
    ConstantBits {
        /// The value that the declaration states.
        expected: u128,
        /// The value that is there.
        found: u128,
    },
    /// A length is smaller than what it must cover.
    #[error("length {found} is below the minimum of {min}")]
    BelowMinimum {
        /// The length on the wire.
        found: u128,
        /// The smallest length that can be right.
        min: usize,
    },
    /// A length or count is above its stated maximum. This is a limit, see [`CodecError::is_limit`].
    #[error("{found} is above the limit of {max}")]
    AboveMaximum {
        /// The length or count on the wire.
        found: u128,
        /// The stated maximum.
        max: usize,
    },
    /// A part reaches beyond the end of what contains it.
    #[error("needs {needed} bytes, but only {left} are left in what contains it")]
    PastEnd {
        /// Bytes that the part needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// A part ends before the end of what contains it.
    #[error("{left} bytes are left over")]
    Excess {
        /// Bytes that nothing accounts for.
        left: usize,
    },
    /// A text on which routing rests is not UTF-8.
    #[error("not valid UTF-8")]
    Utf8,
    /// A code that the protocol does not define.
    #[error("unknown code {found:#x}")]
    Code {
        /// The code on the wire.
        found: u128,
    },
    /// A boolean that is neither 0 nor 1.
    #[error("a boolean is 0 or 1, found {found}")]
    Bool {
        /// The value on the wire.
        found: u128,
    },
    /// A variable-length integer does not end, or does not fit.
    #[error("variable-length integer is longer than {max} bytes or too large")]
    Varint {
        /// The most bytes it may have.
        max: usize,
    },
    /// Headers are nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} headers")]
    Depth,
    /// A message of this kind may not travel in this direction.
    #[error("a {kind} may not travel {direction}")]
    Direction {
        /// What the message is.
        kind: crate::MessageType,
        /// Where it was found.
        direction: crate::Direction,
    },
    /// The stream ended in the middle of a message.
    #[error("the stream ended {missing} or more bytes before the end of the message")]
    Truncated {
        /// The fewest bytes that are missing.
        missing: usize,
    },
    /// A mutation names a key that the codec cannot set.
    #[error("key {key:?} cannot be set")]
    CannotSet {
        /// The key, as the mutation spells it.
        key: Box<str>,
    },
    /// A mutation names a key that the codec cannot remove.
    #[error("key {key:?} cannot be removed")]
    CannotRemove {
        /// The key, as the mutation spells it.
        key: Box<str>,
    },
    /// A value of a mutation does not fit its field.
    #[error("value of key {key:?} does not fit its field: {why}")]
    CannotHold {
        /// The key, as the mutation spells it.
        key: Box<str>,
        /// What the field can hold.
        why: &'static str,
    },
    /// A value is larger than its field can say.
    #[error("{found} does not fit, the most is {max}")]
    TooLarge {
        /// The value or length to be written.
        found: u128,
        /// The most that the field can hold.
        max: u128,
    },
    /// A value holds what would end it early.
    #[error("it holds {what}, which would cut it short")]
    Holds {
        /// What it must not hold.
        what: &'static str,
    },
    /// A value is not a multiple of what its field counts in.
    #[error("{found} is not a multiple of {of}")]
    Multiple {
        /// The value to be written.
        found: u128,
        /// What the field counts in.
        of: u128,
    },
    /// The bytes that fill up to a boundary are not zero.
    #[error("padding must be zero, found {found:#04x}")]
    Padding {
        /// The first byte that is not zero.
        found: u8,
    },
    /// A checksum is not that of its bytes.
    #[error("checksum is {found:#x}, but the bytes give {computed:#x}")]
    Checksum {
        /// The checksum on the wire.
        found: u64,
        /// The checksum of the bytes.
        computed: u64,
    },
    /// Nothing says where a text, list or part ends that takes all that is left.
    #[error("nothing says where it ends")]
    NoEnd,
    /// A part is there although its condition does not hold, or the other way round.
    #[error("its condition says {}, but the value is {}", there(*.wanted), there(!*.wanted))]
    Presence {
        /// Whether the condition asks for the part.
        wanted: bool,
    },
    /// A request id is of another shape than the protocol's.
    #[error("the protocol cannot carry this request id")]
    RequestId,
    /// A stream id does not fit the protocol's, or the message has none that can be replaced.
    #[error("the message cannot carry this stream id")]
    StreamId,
    /// Encoding was asked of metadata that no decoder filled.
    #[error("the metadata holds no decoded message")]
    NoMessage,
    /// The codec broke its contract: `Done` without progress, beyond the buffer, or `WaitForData` out of range.
    #[error("the codec broke its contract: {rule}")]
    Contract {
        /// The clause that was broken.
        rule: &'static str,
    },
    /// A protocol's own rule, for codecs written by hand.
    #[error("{rule}")]
    Protocol {
        /// The rule that was broken, lower-case, no full stop.
        rule: &'static str,
    },
}

impl Fault {
    /// The error that this fact is at `offset` (bytes from the start of the message) in `field`.
    #[cold]
    #[must_use]
    pub fn at(self, offset: usize, field: &'static str) -> CodecError {
        CodecError::new(offset, FieldPath::new(field), self)
    }

    /// The error that this fact is in what a host asks for: no byte of a message is wrong, and the field is `mutation`.
    #[cold]
    #[must_use]
    pub fn in_mutation(self) -> CodecError {
        self.at(0, "mutation")
    }
}

/// The names of rules, once for both who asks for one and who asks for all.
macro_rules! rules {
    ($($fault:pat => $rule:literal,)+) => {
        impl Fault {
            /// The names of all rules, in declaration order: what [`rule`](Self::rule) can answer.
            pub const RULES: [&str; [$($rule),+].len()] = [$($rule),+];

            /// A short stable name of the rule that was broken, for machines: `constant`, `below_minimum`,
            /// `above_maximum` ...
            #[must_use]
            pub const fn rule(&self) -> &'static str {
                match self {
                    $($fault => $rule,)+
                }
            }
        }
    };
}

rules! {
    Self::Constant { .. } | Self::ConstantBits { .. } => "constant",
    Self::BelowMinimum { .. } => "below_minimum",
    Self::AboveMaximum { .. } => "above_maximum",
    Self::PastEnd { .. } => "past_end",
    Self::Excess { .. } => "excess",
    Self::Utf8 => "utf8",
    Self::Code { .. } => "code",
    Self::Bool { .. } => "bool",
    Self::Varint { .. } => "varint",
    Self::Depth => "depth",
    Self::Direction { .. } => "direction",
    Self::Truncated { .. } => "truncated",
    Self::CannotSet { .. } => "cannot_set",
    Self::CannotRemove { .. } => "cannot_remove",
    Self::CannotHold { .. } => "cannot_hold",
    Self::TooLarge { .. } => "too_large",
    Self::Holds { .. } => "holds",
    Self::Multiple { .. } => "multiple",
    Self::Padding { .. } => "padding",
    Self::Checksum { .. } => "checksum",
    Self::NoEnd => "no_end",
    Self::Presence { .. } => "presence",
    Self::RequestId => "request_id",
    Self::StreamId => "stream_id",
    Self::NoMessage => "no_message",
    Self::Contract { .. } => "contract",
    Self::Protocol { .. } => "protocol",
}

fn there(is_there: bool) -> &'static str {
    if is_there { "there" } else { "not there" }
}

/// A typed error with a place: what rule was broken, in which field, at which byte.
///
/// One pointer wide; it allocates when it is made, which happens at most once for each message and never for
/// "not yet". A host may show it to an operator as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct CodecError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    offset: u64,
    field: FieldPath,
    fault: Fault,
}

impl CodecError {
    /// An error at `offset` (bytes from the start of the message) in `field`.
    #[cold]
    #[must_use]
    pub fn new(offset: usize, field: FieldPath, fault: Fault) -> Self {
        Self(Box::new(Inner {
            offset: offset as u64,
            field,
            fault,
        }))
    }

    /// Byte offset: from the start of the message where a codec made the error, from the start of the stream once a
    /// [`Session`](crate::Session) has passed it on.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.0.offset
    }

    /// The field in which the offset lies.
    #[must_use]
    pub fn field(&self) -> &FieldPath {
        &self.0.field
    }

    /// The fact.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// Whether a stated maximum refused the message, rather than a malformed byte.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self.0.fault, Fault::AboveMaximum { .. })
    }

    /// The error of a part, as one of what contains it: so many bytes farther on.
    #[must_use]
    pub fn moved_by(mut self, bytes: u64) -> Self {
        self.0.offset = self.0.offset.saturating_add(bytes);
        self
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            offset,
            field,
            fault,
        } = &*self.0;
        write!(f, "byte {offset}, field {field}: {fault}")
    }
}

impl fmt::Debug for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodecError({self})")
    }
}

impl std::error::Error for CodecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_one_name() {
        let mut names = Fault::RULES;
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for fault in [
            Fault::ConstantBits {
                expected: 1,
                found: 2,
            },
            Fault::NoEnd,
            Fault::Protocol { rule: "r" },
        ] {
            assert!(Fault::RULES.contains(&fault.rule()));
        }
    }
}
