//! MySQL's packet header in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: a calculated field of 24 bits (`calc` and `write_with` exclude each other, so it is two fields)
//! Not said: roles of the fields (sequence id)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A packet: 4 bytes of header, then the payload.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(little)]
pub struct MysqlPacket {
    #[br(temp)]
    #[bw(calc = payload.len() as u16)]
    payload_length_low: u16,
    #[br(temp)]
    #[bw(try_calc = u8::try_from(payload.len() >> 16))]
    payload_length_high: u8,
    /// Counts the packets of a command.
    pub sequence_id: u8,
    /// What follows the header.
    #[br(count = u32::from(payload_length_high) << 16 | u32::from(payload_length_low))]
    pub payload: Vec<u8>,
}
