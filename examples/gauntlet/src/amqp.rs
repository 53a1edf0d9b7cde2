//! AMQP 0-9-1, the general frame: 7 bytes, the payload, one byte that ends it.
//!
//! Source: AMQP 0-9-1 specification, section 4.2.3.

use metaproto_codec::{Header, KIB};

/// Header and end of every frame.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct AmqpFrame {
    /// 1 method, 2 content header, 3 content body, 8 heartbeat.
    #[header(metadata = "frame_type", heartbeat = 8)]
    pub frame_type: u8,
    /// 0 for the connection as a whole.
    #[header(stream_id)]
    pub channel: u16,
    /// Bytes of the payload.
    #[header(body_len, max = 128 * KIB)]
    pub size: u32,
    /// Ends every frame.
    #[header(trailer, constant = 0xCE)]
    pub frame_end: u8,
}
