//! awesomeRPC in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (request id, command, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A message: 13 bytes of header, then the payload.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct AwesomeMessage {
    /// Version of the protocol.
    pub version: i8,
    /// Matches a response to its request.
    pub pack_flow: u32,
    /// Length of the message.
    #[deku(
        update = "13 + self.payload.len()",
        assert = "(13..=4 << 20).contains(pack_len)"
    )]
    pub pack_len: u32,
    /// The operation that is called.
    pub req_cmd: i16,
    /// What a response says of its request.
    pub rsp_code: i16,
    /// What follows the header.
    #[deku(count = "pack_len - 13")]
    pub payload: Vec<u8>,
}
