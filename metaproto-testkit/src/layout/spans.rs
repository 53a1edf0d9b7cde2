//! Which bits of a message are what.

/// A run of bits with a name. The spans of a message tile it: in order, without a gap, without overlap. What takes no
/// bits (an empty text, an empty body) has no span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The place, outermost field first: `route.zone`, `headers[0].key`; a length prefix is `headers.len`; what follows
    /// the fields is `extension` and `body`.
    pub path: String,
    /// Where it starts, bits from the start of the message.
    ///
    /// Bits count from the high end of each byte; in a group of bit fields that is little-endian, they count from the
    /// low end of each byte. So fields that stand side by side have positions side by side in either order, and the
    /// bytes that a span touches are [`Span::bytes`] in both.
    pub start_bit: usize,
    /// How many bits, at least 1.
    pub bits: usize,
    /// What they are.
    pub kind: SpanKind,
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// The value of a field, item, key or value.
    Value,
    /// A length or count: a prefix, or a field that gives the size of another field or of a part of the message.
    Length,
    /// A checksum.
    Checksum,
    /// What ends a text, list or map: `line.end`.
    End,
    /// What fills up to a boundary or a fixed size: `name.pad`.
    Padding,
    /// Bytes of a header that is longer than its fields.
    Extension,
    /// What follows the header.
    Body,
}

impl Span {
    /// The bytes that the span touches, from the start of the message.
    #[must_use]
    pub fn bytes(&self) -> std::ops::Range<usize> {
        self.start_bit / 8..(self.start_bit + self.bits).div_ceil(8)
    }
}
