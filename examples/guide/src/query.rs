//! The header of `docs/variable-headers.md`.

use metaproto_codec::{Header, HeaderCodec};

/// Header of a query, 9 bytes and more.
#[derive(Header)]
#[header(big_endian)]
pub struct Query {
    /// Length of the whole message, bytes.
    #[header(frame_len, max = 4096)]
    pub length: u32,
    /// Length of the header, bytes.
    #[header(header_len, max = 1024)]
    pub header: u16,
    /// A byte before it says how long it is.
    #[header(len = u8, max = 64, operation)]
    pub method: String,
    /// Two bytes before them say how many bytes all pairs have.
    #[header(metadata, len = u16, max = 512, key(len = u8, max = 32), value(len = u8, max = 128))]
    pub context: Vec<(String, String)>,
}

/// The codec of queries.
pub type Queries = HeaderCodec<Query>;
