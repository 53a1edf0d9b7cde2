//! Kafka: the request header v1 and the response header v0, behind the size of the message.
//!
//! <https://kafka.apache.org/protocol#protocol_messages>

use metaproto_codec::{Header, MIB};

/// What a client sends.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct KafkaRequest {
    /// Length of what follows it, bytes.
    #[header(rest_len, max = 100 * MIB)]
    pub length: u32,
    /// Which request this is.
    #[header(operation)]
    pub request_api_key: i16,
    /// The version of that request.
    pub request_api_version: i16,
    /// Matches a response to its request.
    #[header(request_id)]
    pub correlation_id: i32,
    /// Who asks.
    #[header(len = i16, null = -1, max = 0x7FFF, metadata = "client_id")]
    pub client_id: Option<String>,
}

/// What a broker sends: only the client knows to which request, and so how to read on.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct KafkaResponse {
    /// Length of what follows it, bytes.
    #[header(rest_len, max = 100 * MIB)]
    pub length: u32,
    /// That of the request.
    #[header(request_id)]
    pub correlation_id: i32,
}
