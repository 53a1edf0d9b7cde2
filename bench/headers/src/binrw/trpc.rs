//! tRPC in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: what the header is (protobuf), kinds by frame type, roles of the fields
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A frame: 16 bytes, the header, then the body.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = b"\x09\x30")]
pub struct TrpcFrame {
    /// 0 unary, 1 stream.
    pub frame_type: u8,
    /// 0 unary, 1 init, 2 data, 3 feedback, 4 close.
    pub stream_frame_type: u8,
    #[br(temp, assert((16..=10 << 20).contains(&total_size)))]
    #[bw(try_calc = u32::try_from(16 + header.len() + body.len()))]
    total_size: u32,
    #[br(temp, assert(u32::from(header_size) <= total_size - 16))]
    #[bw(try_calc = u16::try_from(header.len()))]
    header_size: u16,
    /// The stream of a stream frame.
    pub stream_id: u32,
    /// 0 or 1.
    pub protocol_version: u8,
    /// Kept as it came.
    pub reserved: u8,
    /// A protobuf message.
    #[br(count = header_size)]
    pub header: Vec<u8>,
    /// What follows the header.
    #[br(count = total_size - 16 - u32::from(header_size))]
    pub body: Vec<u8>,
}
