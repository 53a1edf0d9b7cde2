//! Cart's header, derived: the same protocol as [`Cart`](super::cart::Cart), from a declaration.

use bytes::Bytes;
use metaproto_codec::{Header, KIB};

/// Header of every Cart message, big-endian, 23 bytes and more.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct CartHeader {
    /// Tells the protocol.
    #[header(constant = 0xCA27)]
    pub magic: u16,
    /// Version of the protocol.
    #[header(bits = 4, constant = 1)]
    pub version: u8,
    /// Bits without meaning.
    #[header(bits = 4, reserved)]
    pub flags: u8,
    /// What the message is.
    #[header(message_type(
        request = 0,
        oneway = 1,
        response = 2,
        ping = 3,
        pong = 4,
        stream_data = 5
    ))]
    pub kind: u8,
    /// What a response says of its request.
    #[header(status(ok = 0, other = 1, route_not_found = 2, over_limit = 3))]
    pub status: u8,
    /// Ties a response to its request.
    #[header(request_id)]
    pub id: u64,
    /// Bytes up to the body.
    #[header(header_len, max = 4 * KIB)]
    pub header_len: u16,
    /// Bytes of the body.
    #[header(body_len, max = 64 * KIB)]
    pub body_len: u32,
    /// How often the request was tried before.
    #[header(metadata = "retries")]
    pub retries: u8,
    /// What is called.
    #[header(len = u8, max = 255, operation, metadata = "method")]
    pub method: String,
    /// The peer's properties.
    #[header(len = u16, max = 2 * KIB, key(len = u8, max = 64), value(len = u16, max = KIB), metadata)]
    pub properties: Vec<(Bytes, Bytes)>,
}
