//! MySQL, the header of every packet: 4 bytes, little-endian, then the payload.
//!
//! Source: "MySQL Packets" in the MySQL source code documentation (Client/Server Protocol, Basic Packets).

use metaproto_codec::Header;

/// Header of every packet.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub struct MysqlPacket {
    /// Bytes after the header; with the largest length, the next packet goes on.
    #[header(bytes = 3, body_len, max = 0xFF_FFFF)]
    pub payload_length: u32,
    /// Counts the packets of a command.
    #[header(metadata = "sequence_id")]
    pub sequence_id: u8,
}
