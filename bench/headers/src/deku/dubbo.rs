//! Dubbo in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (kinds by request, two-way and event bit; request id, status and its codes)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A message: 16 bytes of header, then the body.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"\xDA\xBB")]
pub struct DubboMessage {
    /// Set in requests.
    #[deku(bits = 1)]
    pub request: bool,
    /// Set where a response is expected.
    #[deku(bits = 1)]
    pub two_way: bool,
    /// Set in heartbeats and other events.
    #[deku(bits = 1)]
    pub event: bool,
    /// How the body is written: 2 is Hessian2.
    #[deku(bits = 5)]
    pub serialization_id: u8,
    /// What a response says of its request.
    pub status: u8,
    /// Matches a response to its request.
    pub request_id: i64,
    /// Length of the body.
    #[deku(update = "self.body.len()", assert = "*body_len <= 16 << 20")]
    pub body_len: u32,
    /// Hessian2 values.
    #[deku(count = "body_len")]
    pub body: Vec<u8>,
}
