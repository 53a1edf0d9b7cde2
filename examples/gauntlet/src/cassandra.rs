//! Cassandra's native protocol v4: 9 bytes, then what the opcode says.
//!
//! <https://github.com/apache/cassandra/blob/trunk/doc/native_protocol_v4.spec>, section 2

use metaproto_codec::{Header, MIB};

/// Header of every frame.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct CassandraHeader {
    /// Set in what the server sends.
    #[header(bits = 1, message_type(request = 0, response = 1))]
    pub response: bool,
    /// 4.
    #[header(bits = 7, constant = 4)]
    pub protocol_version: u8,
    /// Kept as they came.
    #[header(bits = 4, reserved)]
    pub reserved_flags: u8,
    /// Warnings come first in the body.
    #[header(bits = 1)]
    pub warning: bool,
    /// A custom payload comes first in the body.
    #[header(bits = 1)]
    pub custom_payload: bool,
    /// The request is traced.
    #[header(bits = 1)]
    pub tracing: bool,
    /// The body is compressed.
    #[header(bits = 1)]
    pub compression: bool,
    /// Matches a response to its request; -1 in events.
    #[header(request_id)]
    pub stream: i16,
    /// Which message this is; 0 is an error.
    #[header(operation, reply = 0)]
    pub opcode: u8,
    /// Length of the body, bytes.
    #[header(body_len, max = 256 * MIB)]
    pub length: u32,
}
