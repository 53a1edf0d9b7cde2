//! The protocol: who calls what, and some bytes.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// The header of every message, big-endian.
#[derive(Header, Clone, Debug, Default, PartialEq, Eq)]
#[header(big_endian)]
pub struct EchoHeader {
    /// Whatever does not begin so is another protocol.
    #[header(constant = 0xEC)]
    pub magic: u8,
    /// What the message is, see [`kind`].
    #[header(message_type(request = 0, oneway = 1, response = 2, ping = 3, pong = 4))]
    pub kind: u8,
    /// Whether a response reports an error.
    #[header(status(ok = 0, other = 1, route_not_found = 2, over_limit = 3))]
    pub status: u8,
    /// Ties a response to its request.
    #[header(request_id)]
    pub id: u16,
    /// Bytes after the header.
    #[header(body_len, max = 16 * MIB)]
    pub length: u32,
    /// What to do with the body.
    #[header(operation, len = u8, max = 32)]
    pub operation: String,
}

/// The codec.
pub type EchoRpc = HeaderCodec<EchoHeader>;

/// What a message is.
pub mod kind {
    /// Is answered.
    pub const REQUEST: u8 = 0;
    /// Is not answered.
    pub const ONE_WAY: u8 = 1;
    /// Answers a request.
    pub const RESPONSE: u8 = 2;
    /// Is answered with a pong.
    pub const PING: u8 = 3;
}

impl EchoHeader {
    /// A header of this kind; whoever sends it chooses the id.
    #[must_use]
    pub fn new(kind: u8, operation: &str) -> Self {
        let operation = operation.to_owned();
        Self {
            kind,
            operation,
            ..Self::default()
        }
    }
}
