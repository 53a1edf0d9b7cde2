//! Bytes to values and back: a bounded [`Cursor`] that reads, a [`Writer`] that writes against a buffer or a counter.
//!
//! These are the few, total verbs into which `#[derive(Header)]` expands, and which a codec written by hand uses too.
//! No verb panics; each says what is missing or what is wrong, and where.

mod checksum;
mod cursor;
mod items;
mod octets;
mod scalar;
mod sweep;
mod text;
mod writer;

pub use checksum::{
    Adler32, Checksum, Crc16Arc, Crc16Ibm3740, Crc16Modbus, Crc16Xmodem, Crc32, Crc32c, Internet,
    checksum_of,
};
pub use cursor::{Cursor, Stop};
pub use items::{Element, Items, Iter};
pub use octets::{Octets, OwnedOctets};
pub use scalar::{Order, Scalar};
pub use sweep::{Fill, Letters, Sweep};
pub use text::{Text, is_text, offset_in};
pub use writer::{Body, Counter, Payload, Reach, Sink, Sizes, Writer};
pub(crate) use writer::{Kept, ends_early};

use crate::{Fault, Result};

/// A length or count that stands directly before what it measures: its number, times `scale`, plus `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// How the number is written.
    pub form: Form,
    /// The largest length or count that is accepted, in bytes or elements.
    pub max: usize,
    /// What the number is multiplied with, at least 1.
    pub scale: u64,
    /// What is then added.
    pub offset: i64,
}

impl Prefix {
    /// The length as it is in `width` bytes, 1 to 8.
    #[must_use]
    pub const fn new(width: usize, order: Order, max: usize) -> Self {
        Self::of(Form::Fixed { width, order }, max)
    }

    /// The length as it is in this form.
    #[must_use]
    pub const fn of(form: Form, max: usize) -> Self {
        Self {
            form,
            max,
            scale: 1,
            offset: 0,
        }
    }

    /// As a multiple of `scale`, less `offset`.
    #[must_use]
    pub const fn scaled(mut self, scale: u64, offset: i64) -> Self {
        self.scale = scale;
        self.offset = offset;
        self
    }
}

/// How an unsigned number is written that is a length or count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In so many bytes, 1 to 8.
    Fixed {
        /// Bytes.
        width: usize,
        /// Their order.
        order: Order,
    },
    /// In as many bytes as it needs, at most 10.
    Varint(VarintForm),
}

/// Which seven bits of a variable-length number come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarintForm {
    /// The lowest: LEB128, as in protocol buffers.
    Leb128,
    /// The highest: the variable-length quantity of MIDI, base 128 of BER.
    Vlq,
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

/// Refuses a message with a negative length, once it is there: one of 32 bits, big-endian, at byte `at`, which the protocol
/// has signed. Taken for an unsigned number it would be too large, which an operator could allow.
///
/// ```
/// use metaproto_codec::wire::not_negative;
///
/// assert!(not_negative(b"\x7F\xFF\xFF\xFF", 0, "length").is_ok());
/// let error = not_negative(b"\xFF\xFF\xFF\xFF", 0, "length").unwrap_err();
/// assert_eq!((error.offset(), error.fault().rule(), error.is_limit()), (0, "below_minimum", false));
/// ```
///
/// # Errors
///
/// [`Fault::BelowMinimum`], in `field`.
#[inline]
pub fn not_negative(message: &[u8], at: usize, field: &'static str) -> Result<()> {
    let length = message.get(at..).and_then(<[u8]>::first_chunk);
    match length.map(|length| u32::from_be_bytes(*length)) {
        Some(length @ 0x8000_0000..) => {
            let (found, min) = (length.into(), 0);
            Err(Fault::BelowMinimum { found, min }.at(at, field))
        }
        _ => Ok(()),
    }
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

/// A signed number as it alternates on the wire: of -1 in `bits` bits 1, of 1 2.
#[inline]
#[must_use]
pub const fn zigzag(raw: u128, bits: u32) -> u128 {
    let sign = (raw >> (bits.saturating_sub(1))) & 1;
    ((raw << 1) ^ (0_u128.wrapping_sub(sign))) & scalar::mask(bits)
}

/// The bits of the signed number that `raw` stands for, as [`zigzag`] has it.
#[inline]
#[must_use]
pub const fn unzigzag(raw: u128, bits: u32) -> u128 {
    ((raw >> 1) ^ (0_u128.wrapping_sub(raw & 1))) & scalar::mask(bits)
}
