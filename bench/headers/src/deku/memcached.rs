//! memcached's binary protocol in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (direction by magic, opaque, status, operation)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A packet: 24 bytes of header, extras, key, value.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct MemcachedPacket {
    /// 0x80 in requests, 0x81 in responses.
    #[deku(assert = "matches!(magic, 0x80 | 0x81)")]
    pub magic: u8,
    /// Which command this is.
    pub opcode: u8,
    /// Length of the key.
    #[deku(update = "self.key.len()", assert = "*key_length <= 250")]
    pub key_length: u16,
    /// Length of the extras.
    #[deku(update = "self.extras.len()")]
    pub extras_length: u8,
    /// Kept as it came.
    pub data_type: u8,
    /// The virtual bucket of a request, the status of a response.
    pub vbucket_or_status: u16,
    /// Length of extras, key and value.
    #[deku(
        update = "self.extras.len() + self.key.len() + self.value.len()",
        assert = "(u32::from(*extras_length) + u32::from(*key_length)..=2 << 20).contains(total_body_length)"
    )]
    pub total_body_length: u32,
    /// Matches a response to its request.
    pub opaque: u32,
    /// Version of the item.
    pub cas: u64,
    /// What the command adds to the header.
    #[deku(count = "extras_length")]
    pub extras: Vec<u8>,
    /// At most 250 bytes.
    #[deku(count = "key_length")]
    pub key: Vec<u8>,
    /// What is stored.
    #[deku(count = "total_body_length - u32::from(*extras_length) - u32::from(*key_length)")]
    pub value: Vec<u8>,
}
