//! memcached's binary protocol: 24 bytes, extras and key, then the value.
//!
//! <https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped>

use bytes::Bytes;
use metaproto_codec::{Header, MIB};

/// Header of every packet.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct MemcachedHeader {
    /// 0x80 in requests, 0x81 in responses.
    #[header(message_type(request = 0x80, response = 0x81))]
    pub magic: u8,
    /// Which command this is.
    #[header(operation)]
    pub opcode: u8,
    /// Length of the key, bytes.
    pub key_length: u16,
    /// Length of the extras, bytes.
    pub extras_length: u8,
    /// Kept as it came.
    #[header(reserved)]
    pub data_type: u8,
    /// The virtual bucket of a request; the status of a response: 0x84 internal error, 0x85 busy, 0x86 temporary failure.
    #[header(status(ok = 0, no_healthy_upstream = 0x86, over_limit = 0x85, other = 0x84))]
    pub vbucket_or_status: u16,
    /// Length of extras, key and value, bytes.
    #[header(frame_len, offset = 24, max = 24 + 2 * MIB)]
    pub total_body_length: u32,
    /// Matches a response to its request.
    #[header(request_id)]
    pub opaque: u32,
    /// Version of the item.
    pub cas: u64,
    /// What the command adds to the header.
    #[header(len = extras_length, max = 255)]
    pub extras: Bytes,
    /// Of the item.
    #[header(len = key_length, max = 250, metadata = "key")]
    pub key: Bytes,
}
