//! The header of `docs/roles.md` and the chapters after it.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// Header of a call or of its answer, 14 bytes and more.
#[derive(Header)]
#[header(big_endian)]
pub struct Call {
    /// Length of the whole message, bytes.
    #[header(frame_len, max = 4 * MIB)]
    pub length: u32,
    /// Request or response.
    #[header(message_type(request = 0, response = 1))]
    pub kind: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub id: u32,
    /// What a response says of its request.
    #[header(status(ok = 0, over_limit = 3, other = 1))]
    pub status: u8,
    /// What is called.
    #[header(operation, len = u8, max = 64)]
    pub method: String,
    /// A property whose name the protocol chose.
    #[header(metadata = "region")]
    pub region: u8,
    /// Properties whose names the peer chose.
    #[header(metadata, len = u16, max = 512, key(len = u8, max = 32), value(len = u8, max = 128))]
    pub context: Vec<(String, String)>,
}

/// The codec of calls.
pub type Calls = HeaderCodec<Call>;
