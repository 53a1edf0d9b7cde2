//! Kafka's request header v1 in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (correlation id, operation by API key)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::prelude::*;

use super::text::read_text;

/// A request: its size, the header, then the body.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct KafkaRequest {
    /// Length of what follows it.
    #[deku(
        update = "10 + self.client_id.as_ref().map_or(0, String::len) + self.body.len()",
        assert = "(10..=100 << 20).contains(size)"
    )]
    pub size: i32,
    /// Which request this is.
    pub request_api_key: i16,
    /// The version of that request.
    pub request_api_version: i16,
    /// Matches a response to its request.
    pub correlation_id: i32,
    /// Length of the client id, -1 where it is null.
    #[deku(
        update = "self.client_id.as_ref().map_or(Ok(-1), |id| i16::try_from(id.len()))?",
        assert = "(-1..=(*size - 10).min(0x7FFF) as i16).contains(client_id_len)"
    )]
    pub client_id_len: i16,
    /// Who asks.
    #[deku(
        cond = "*client_id_len >= 0",
        count = "client_id_len",
        map = "|bytes| read_text(bytes).map(Some)",
        writer = "client_id.as_deref().map(str::as_bytes).to_writer(deku::writer, ())"
    )]
    pub client_id: Option<String>,
    /// What follows the header.
    #[deku(count = "size - 10 - i32::from(*client_id_len).max(0)")]
    pub body: Vec<u8>,
}
