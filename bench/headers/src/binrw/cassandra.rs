//! A frame of Cassandra's native protocol v4 in binrw, with modular-bitfield for direction and flags.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (kinds by direction and opcode, stream id)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::{BinRead, BinWrite, binrw};
use modular_bitfield::prelude::*;

/// A frame: 9 bytes of header, then the body.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct CassandraFrame {
    /// Version, direction, flags.
    #[brw(assert(bits.version() == 4))]
    pub bits: Bits,
    /// Matches a response to its request.
    pub stream: i16,
    /// Which message this is.
    pub opcode: u8,
    #[br(temp, assert(length <= 256 << 20))]
    #[bw(try_calc = u32::try_from(body.len()))]
    length: u32,
    /// What the opcode says.
    #[br(count = length)]
    pub body: Vec<u8>,
}

/// From the lowest bit of the first byte.
#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&bits| Self::into_bytes(bits))]
pub struct Bits {
    /// 4.
    pub version: B7,
    /// Set in what the server sends.
    pub response: bool,
    /// The body is compressed.
    pub compression: bool,
    /// The request is traced.
    pub tracing: bool,
    /// A custom payload comes first in the body.
    pub custom_payload: bool,
    /// Warnings come first in the body.
    pub warning: bool,
    /// Kept as they came.
    pub reserved_flags: B4,
}
