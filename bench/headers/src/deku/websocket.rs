//! A WebSocket frame in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: the shortest form of the length (asserted)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by opcode)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A frame: 2 to 14 bytes of header, then the payload as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct WebsocketFrame {
    /// The last frame of its message.
    #[deku(bits = 1)]
    pub fin: bool,
    /// For extensions.
    #[deku(bits = 3)]
    pub rsv: u8,
    /// 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    #[deku(bits = 4)]
    pub opcode: u8,
    /// A masking key follows.
    #[deku(bits = 1, update = "self.masking_key.is_some()")]
    pub mask: bool,
    /// Length of the payload, or 126 or 127 where a longer length follows.
    #[deku(
        bits = 7,
        update = "match self.payload.len() { n @ ..126 => n, 126..0x1_0000 => 126, _ => 127 }",
        assert = "*opcode < 8 || *payload_len < 126"
    )]
    pub payload_len: u8,
    /// Lengths from 126.
    #[deku(
        update = "(self.payload_len == 126).then_some(self.payload.len() as u16)",
        cond = "*payload_len == 126",
        assert = "len_16.is_none_or(|n| n >= 126)"
    )]
    pub len_16: Option<u16>,
    /// Lengths from 65536.
    #[deku(
        update = "(self.payload_len == 127).then_some(self.payload.len() as u64)",
        cond = "*payload_len == 127",
        assert = "len_64.is_none_or(|n| (0x1_0000..=16 << 20).contains(&n))"
    )]
    pub len_64: Option<u64>,
    /// Of what a client sends.
    #[deku(cond = "*mask")]
    pub masking_key: Option<[u8; 4]>,
    /// Masked, where there is a key.
    #[deku(count = "len_64.or(len_16.map(u64::from)).unwrap_or(u64::from(*payload_len))")]
    pub payload: Vec<u8>,
}
