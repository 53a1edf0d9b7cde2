//! brpc (baidu_std) in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: what the meta is (protobuf), and the roles of its fields
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

/// A frame: 12 bytes of header, the meta, then payload and attachment.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"PRPC")]
pub struct BrpcFrame {
    /// Length of what follows the 12 bytes.
    #[deku(
        update = "self.meta.len() + self.payload.len()",
        assert = "*body_size <= 64 << 20"
    )]
    pub body_size: u32,
    /// Length of the meta.
    #[deku(update = "self.meta.len()", assert = "meta_size <= body_size")]
    pub meta_size: u32,
    /// A protobuf `RpcMeta`.
    #[deku(count = "meta_size")]
    pub meta: Vec<u8>,
    /// Payload and attachment.
    #[deku(count = "body_size - meta_size")]
    pub payload: Vec<u8>,
}
