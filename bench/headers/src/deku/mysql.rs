//! MySQL's packet header in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (sequence id)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A packet: 4 bytes of header, then the payload.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "little")]
pub struct MysqlPacket {
    /// Length of the payload.
    #[deku(
        bytes = 3,
        update = "self.payload.len()",
        assert = "*payload_length <= 0xFF_FFFF"
    )]
    pub payload_length: u32,
    /// Counts the packets of a command.
    pub sequence_id: u8,
    /// What follows the header.
    #[deku(count = "payload_length")]
    pub payload: Vec<u8>,
}
