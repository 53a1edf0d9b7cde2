//! The 16 bytes before every frame.

use metaproto_codec::{Fault, Header, MIB, Parsed, Part, Result};

/// `stream_frame_type` of a frame that opens a stream.
pub(crate) const INIT: u8 = 1;
/// `stream_frame_type` of a frame that ends a stream.
pub(crate) const CLOSE: u8 = 4;

/// Header of every frame, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct TrpcHeader {
    /// 0x0930.
    #[header(constant = 0x0930)]
    pub magic: u16,
    /// Whether the frame is of a stream, and not unary.
    pub is_stream: bool,
    /// Of a stream: 1 opens it, 2 has data, 3 feedback, 4 closes it. Unary frames have 0, which nobody checks.
    pub stream_frame_type: u8,
    /// Length of the frame, these 16 bytes included; at most the default of the implementations.
    #[header(frame_len, max = 10 * MIB)]
    pub total_size: u32,
    /// Length of the protobuf header of a unary frame.
    pub header_size: u16,
    /// The stream; of a unary frame its request id once more, since protocol version 1.
    pub stream_id: u32,
    /// 0 or 1, both of which look the same.
    pub protocol_version: u8,
    /// Kept as it came.
    #[header(reserved)]
    pub reserved: u8,
}

impl TrpcHeader {
    /// Looks for one whole frame at the start of `input`, of which what has arrived must be right.
    pub(crate) fn find(input: &[u8]) -> Result<Parsed<TrpcHeaderView<'_>>> {
        let parsed = Self::parse(input)?;
        if let [_, _, 1, found, ..] = *input
            && !(INIT..=CLOSE).contains(&found)
        {
            let found = found.into();
            return Err(Fault::Code { found }.at(3, "stream_frame_type"));
        }
        if input.len() >= Self::MIN_LEN {
            let header = Self::view_header(input)?;
            let left = header.total_size() as usize - Self::MIN_LEN;
            let needed = header.header_size().into();
            if needed > left && !header.is_stream() {
                return Err(Fault::PastEnd { needed, left }.at(8, "header_size"));
            }
        }
        Ok(parsed)
    }
}
