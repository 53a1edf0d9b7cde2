//! Kafka's request header v1 in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: roles of the fields (correlation id, operation by API key)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::binrw;

/// A request: its size, the header, then the body.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct KafkaRequest {
    #[br(temp, assert((10..=100 << 20).contains(&size)))]
    #[bw(try_calc = i32::try_from(10 + client_id.as_ref().map_or(0, String::len) + body.len()))]
    size: i32,
    /// Which request this is.
    pub request_api_key: i16,
    /// The version of that request.
    pub request_api_version: i16,
    /// Matches a response to its request.
    pub correlation_id: i32,
    #[br(temp, assert((-1..=size - 10).contains(&client_id_len.into())))]
    #[bw(try_calc = client_id.as_ref().map_or(Ok(-1), |id| i16::try_from(id.len())))]
    client_id_len: i16,
    /// Who asks.
    #[br(
        if(client_id_len >= 0),
        count = client_id_len.max(0),
        try_map = |bytes| String::from_utf8(bytes).map(Some)
    )]
    #[bw(map = |id| id.clone().map(String::into_bytes))]
    pub client_id: Option<String>,
    /// What follows the header.
    #[br(count = size - 10 - i32::from(client_id_len).max(0))]
    pub body: Vec<u8>,
}
