//! tRPC in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: what the header is (protobuf), kinds by frame type, roles of the fields
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A frame: 16 bytes, the header, then the body.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"\x09\x30")]
pub struct TrpcFrame {
    /// 0 unary, 1 stream.
    pub frame_type: u8,
    /// 0 unary, 1 init, 2 data, 3 feedback, 4 close.
    pub stream_frame_type: u8,
    /// Length of the frame.
    #[deku(
        update = "16 + self.header.len() + self.body.len()",
        assert = "(16..=10 << 20).contains(total_size)"
    )]
    pub total_size: u32,
    /// Length of the header.
    #[deku(
        update = "self.header.len()",
        assert = "u32::from(*header_size) <= total_size - 16"
    )]
    pub header_size: u16,
    /// The stream of a stream frame.
    pub stream_id: u32,
    /// 0 or 1.
    pub protocol_version: u8,
    /// Kept as it came.
    pub reserved: u8,
    /// A protobuf message.
    #[deku(count = "header_size")]
    pub header: Vec<u8>,
    /// What follows the header.
    #[deku(count = "total_size - 16 - u32::from(*header_size)")]
    pub body: Vec<u8>,
}
