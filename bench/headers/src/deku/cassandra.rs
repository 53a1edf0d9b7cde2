//! A frame of Cassandra's native protocol v4 in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by direction and opcode, stream id)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A frame: 9 bytes of header, then the body.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct CassandraFrame {
    /// Set in what the server sends.
    #[deku(bits = 1)]
    pub response: bool,
    /// 4.
    #[deku(bits = 7, assert_eq = "4")]
    pub version: u8,
    /// Kept as they came.
    #[deku(bits = 4)]
    pub reserved_flags: u8,
    /// Warnings come first in the body.
    #[deku(bits = 1)]
    pub warning: bool,
    /// A custom payload comes first in the body.
    #[deku(bits = 1)]
    pub custom_payload: bool,
    /// The request is traced.
    #[deku(bits = 1)]
    pub tracing: bool,
    /// The body is compressed.
    #[deku(bits = 1)]
    pub compression: bool,
    /// Matches a response to its request.
    pub stream: i16,
    /// Which message this is.
    pub opcode: u8,
    /// Length of the body.
    #[deku(update = "self.body.len()", assert = "*length <= 256 << 20")]
    pub length: u32,
    /// What the opcode says.
    #[deku(count = "length")]
    pub body: Vec<u8>,
}
