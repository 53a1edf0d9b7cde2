//! An AMQP 0-9-1 frame in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by frame type, channel)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A frame: 7 bytes of header, the payload, one byte that ends it.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct AmqpFrame {
    /// 1 method, 2 header, 3 body, 8 heartbeat.
    pub frame_type: u8,
    /// 0 for the connection as a whole.
    pub channel: u16,
    /// Length of the payload.
    #[deku(update = "self.payload.len()", assert = "*size <= 128 << 10")]
    pub size: u32,
    /// What the frame type says.
    #[deku(count = "size")]
    pub payload: Vec<u8>,
    /// Ends each frame.
    #[deku(assert_eq = "0xCE")]
    pub frame_end: u8,
}
