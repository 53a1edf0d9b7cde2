//! An AMQP 0-9-1 frame in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (kinds by frame type, channel)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A frame: 7 bytes of header, the payload, one byte that ends it.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct AmqpFrame {
    /// 1 method, 2 header, 3 body, 8 heartbeat.
    pub frame_type: u8,
    /// 0 for the connection as a whole.
    pub channel: u16,
    #[br(temp, assert(size <= 128 << 10))]
    #[bw(try_calc = u32::try_from(payload.len()))]
    size: u32,
    /// What the frame type says.
    #[br(count = size)]
    pub payload: Vec<u8>,
    /// Ends each frame.
    #[brw(magic = 0xCEu8)]
    pub frame_end: (),
}
