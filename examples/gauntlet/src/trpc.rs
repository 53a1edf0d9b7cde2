//! tRPC: 16 bytes, a protobuf header, then the body.
//!
//! <https://github.com/trpc-group/trpc/blob/main/docs/en/trpc_protocol_design.md>

use bytes::Bytes;
use metaproto_codec::{Header, MIB};

/// Header of every frame.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct TrpcHeader {
    /// 0x0930.
    #[header(constant = 0x0930)]
    pub magic: u16,
    /// 0 unary, 1 stream.
    pub frame_type: u8,
    /// 0 unary, 1 init, 2 data, 3 feedback, 4 close.
    pub stream_frame_type: u8,
    /// Length of the frame, these 16 bytes included.
    #[header(frame_len, max = 10 * MIB)]
    pub total_size: u32,
    /// Length of the protobuf header; stream frames have none.
    pub header_size: u16,
    /// The stream, or the request id of a unary frame (since protocol version 1).
    #[header(request_id)]
    pub stream_id: u32,
    /// 0 or 1.
    pub protocol_version: u8,
    /// Kept as it came.
    #[header(reserved)]
    pub reserved: u8,
    /// A `RequestProtocol` or `ResponseProtocol`, as protobuf.
    #[header(len = header_size, max = 0xFFFF)]
    pub header: Bytes,
}
