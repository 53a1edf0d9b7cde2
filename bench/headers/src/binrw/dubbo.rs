//! Dubbo in binrw, with modular-bitfield for the flags.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (kinds by request, two-way and event bit; request id, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::{BinRead, BinWrite, binrw};
use modular_bitfield::prelude::*;

/// A message: 16 bytes of header, then the body.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = b"\xDA\xBB")]
pub struct DubboMessage {
    /// What kind of message, and how the body is written.
    pub flags: Flags,
    /// What a response says of its request.
    pub status: u8,
    /// Matches a response to its request.
    pub request_id: i64,
    #[br(temp, assert(body_len <= 16 << 20))]
    #[bw(try_calc = u32::try_from(body.len()))]
    body_len: u32,
    /// Hessian2 values.
    #[br(count = body_len)]
    pub body: Vec<u8>,
}

/// From the lowest bit.
#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&flags| Self::into_bytes(flags))]
pub struct Flags {
    /// How the body is written: 2 is Hessian2.
    pub serialization_id: B5,
    /// Set in heartbeats and other events.
    pub event: bool,
    /// Set where a response is expected.
    pub two_way: bool,
    /// Set in requests.
    pub request: bool,
}
