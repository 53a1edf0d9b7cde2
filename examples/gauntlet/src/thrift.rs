//! Thrift's framed transport with the strict binary protocol: the frame's length and the message's header.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md` and `doc/specs/thrift-binary-protocol.md`.

use metaproto_codec::{Header, HeaderCodec, KIB};

/// Header of every message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct ThriftMessage {
    /// Bytes of the message, without this length.
    #[header(rest_len, max = 16_384_000)]
    pub frame_length: u32,
    /// Strict, version 1.
    #[header(constant = 0x8001)]
    pub version: u16,
    /// Not used.
    #[header(reserved)]
    pub unused: u8,
    /// Call, reply, exception, one-way.
    #[header(message_type(request = 1, response = 2, error = 3, oneway = 4))]
    pub message_type: u8,
    /// The method, after its service and a colon where several share the connection.
    #[header(len = u32, max = 64 * KIB, operation)]
    pub name: String,
    /// Matches a reply to its call.
    #[header(request_id)]
    pub sequence_id: i32,
}

/// The codec.
pub type Thrift = HeaderCodec<ThriftMessage>;
