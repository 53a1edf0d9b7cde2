//! awesomeRPC in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (request id, command, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A message: 13 bytes of header, then the payload.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct AwesomeMessage {
    /// Version of the protocol.
    pub version: i8,
    /// Matches a response to its request.
    pub pack_flow: u32,
    #[br(temp, assert((13..=4 << 20).contains(&pack_len)))]
    #[bw(try_calc = u32::try_from(13 + payload.len()))]
    pack_len: u32,
    /// The operation that is called.
    pub req_cmd: i16,
    /// What a response says of its request.
    pub rsp_code: i16,
    /// What follows the header.
    #[br(count = pack_len - 13)]
    pub payload: Vec<u8>,
}
