//! Compression of header fields, RFC 7541.
//!
//! The decoder takes all that the RFC allows. The encoder writes each field as a literal without indexing, or as an
//! index into the static table, and so has no state.

mod decode;
mod encode;
mod huffman;
mod table;
#[cfg(test)]
mod tests;

pub(super) use decode::Decoder;
pub(super) use encode::{NO_TABLE, encode};

use thiserror::Error;

/// Why a header block is no HPACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum HpackError {
    #[error("it ends within a field")]
    Truncated,
    /// Larger than anything here can be.
    #[error("an integer of more than 28 bits")]
    IntegerTooLarge,
    #[error("field {index} is in no table")]
    NoSuchIndex { index: u32 },
    #[error("a dynamic table of {size} bytes was not offered")]
    TableTooLarge { size: u32 },
    /// RFC 7541 section 4.2.
    #[error("the size of the dynamic table changes behind a field")]
    SizeUpdateTooLate,
    #[error("the Huffman code of the end of the string")]
    EndOfString,
    /// RFC 7541 section 5.2: fewer than 8 bits, all of them 1.
    #[error("a string in Huffman code is not padded as it must be")]
    HuffmanPadding,
}
