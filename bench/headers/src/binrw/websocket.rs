//! A WebSocket frame in binrw, with modular-bitfield for the first two bytes.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: the shortest form of the length (asserted)
//! Not said: roles of the fields (kinds by opcode)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::{BinRead, BinWrite, binrw};
use modular_bitfield::prelude::*;

/// A frame: 2 to 14 bytes of header, then the payload as it was sent.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct WebsocketFrame {
    /// The first byte.
    pub head: Head,
    #[br(temp, assert(head.opcode() < 8 || length.payload_len() < 126))]
    #[bw(calc = Length::of(payload.len()).with_mask(masking_key.is_some()))]
    length: Length,
    #[br(
        temp,
        if(length.payload_len() == 126),
        assert(len_16.is_none_or(|n| n >= 126))
    )]
    #[bw(calc = (length.payload_len() == 126).then_some(payload.len() as u16))]
    len_16: Option<u16>,
    #[br(
        temp,
        if(length.payload_len() == 127),
        assert(len_64.is_none_or(|n| (0x1_0000..=16 << 20).contains(&n)))
    )]
    #[bw(calc = (length.payload_len() == 127).then_some(payload.len() as u64))]
    len_64: Option<u64>,
    /// Of what a client sends.
    #[br(if(length.mask()))]
    pub masking_key: Option<[u8; 4]>,
    /// Masked, where there is a key.
    #[br(count = len_64.or(len_16.map(u64::from)).unwrap_or(length.payload_len().into()))]
    pub payload: Vec<u8>,
}

/// From the lowest bit.
#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&head| Self::into_bytes(head))]
pub struct Head {
    /// 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    pub opcode: B4,
    /// For extensions.
    pub rsv: B3,
    /// The last frame of its message.
    pub fin: bool,
}

#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&length| Self::into_bytes(length))]
struct Length {
    payload_len: B7,
    mask: bool,
}

impl Length {
    fn of(len: usize) -> Self {
        Self::new().with_payload_len(match len {
            ..126 => len as u8,
            126..0x1_0000 => 126,
            _ => 127,
        })
    }
}
