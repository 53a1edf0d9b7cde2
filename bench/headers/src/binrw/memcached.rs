//! memcached's binary protocol in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (direction by magic, opaque, status, operation)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A packet: 24 bytes of header, extras, key, value.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct MemcachedPacket {
    /// 0x80 in requests, 0x81 in responses.
    #[brw(assert(matches!(magic, 0x80 | 0x81)))]
    pub magic: u8,
    /// Which command this is.
    pub opcode: u8,
    #[br(temp, assert(key_length <= 250))]
    #[bw(try_calc = u16::try_from(key.len()))]
    key_length: u16,
    #[br(temp)]
    #[bw(try_calc = u8::try_from(extras.len()))]
    extras_length: u8,
    /// Kept as it came.
    pub data_type: u8,
    /// The virtual bucket of a request, the status of a response.
    pub vbucket_or_status: u16,
    #[br(temp, assert(total_body_length <= 2 << 20))]
    #[br(assert(u32::from(extras_length) + u32::from(key_length) <= total_body_length))]
    #[bw(try_calc = u32::try_from(extras.len() + key.len() + value.len()))]
    total_body_length: u32,
    /// Matches a response to its request.
    pub opaque: u32,
    /// Version of the item.
    pub cas: u64,
    /// What the command adds to the header.
    #[br(count = extras_length)]
    pub extras: Vec<u8>,
    /// At most 250 bytes.
    #[br(count = key_length)]
    pub key: Vec<u8>,
    /// What is stored.
    #[br(count = total_body_length - u32::from(extras_length) - u32::from(key_length))]
    pub value: Vec<u8>,
}
