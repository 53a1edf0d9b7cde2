//! Bytes to values and back: a bounded [`Cursor`] that reads, a [`Writer`] that writes against a buffer or a counter.
//!
//! These are the few, total verbs into which `#[derive(Header)]` expands, and which a codec written by hand uses too.
//! No verb panics; each says what is missing or what is wrong, and where.

mod cursor;
mod octets;
mod scalar;
mod writer;

pub use cursor::{Cursor, Stop};
pub use octets::Octets;
pub use scalar::{Order, Scalar};
pub use writer::{Counter, Sink, Sizes, Writer};

/// A length prefix or count: its width in bytes, byte order and stated maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// Bytes of the prefix, 1 to 8.
    pub width: usize,
    /// Its byte order.
    pub order: Order,
    /// The largest length or count that is accepted, in bytes or elements.
    pub max: usize,
}

/// The `width` bits of `group` that lie `shift` bits above its lowest.
#[inline]
#[must_use]
pub const fn bits(group: u128, shift: u32, width: u32) -> u128 {
    (group >> shift) & scalar::mask(width)
}

/// The wire bits of a stated code in a field of `bits` bits.
#[inline]
#[must_use]
pub const fn code(value: i128, bits: u32) -> u128 {
    value.cast_unsigned() & scalar::mask(bits)
}

/// The low 64 bits.
#[inline]
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the low bits are what is asked for"
)]
pub const fn low64(raw: u128) -> u64 {
    raw as u64
}
