//! PostgreSQL 3: messages with a type, and the first message of a client, which has none.
//!
//! Source: PostgreSQL documentation, "Frontend/Backend Protocol", "Message Formats".

use metaproto_codec::{Header, MIB};

/// Header of every message but the first of a client.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct PostgresMessage {
    /// An ASCII letter; which one depends on the direction, too.
    #[header(operation)]
    pub message_type: u8,
    /// Bytes of the message without its type.
    #[header(frame_len, offset = 1, max = 1024 * MIB)]
    pub length: u32,
}

/// The first message of a client.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct StartupMessage {
    /// Bytes of the message.
    #[header(frame_len, no_body, max = 10_000)]
    pub length: u32,
    /// Of the protocol.
    #[header(constant = 3)]
    pub version_major: u16,
    /// Of the protocol.
    pub version_minor: u16,
    /// `user`, `database` and others, until an empty name.
    #[header(
        until = 0,
        max = 128,
        key(until = 0, max = 64),
        value(until = 0, max = 9_984),
        metadata
    )]
    pub parameters: Vec<(String, String)>,
}
