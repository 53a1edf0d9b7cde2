//! MQTT 3.1.1: the fixed header of every control packet, and CONNECT as a whole.
//!
//! Source: OASIS MQTT Version 3.1.1, sections 2.2 and 3.1.

use metaproto_codec::Header;

/// Fixed header of every control packet.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct MqttPacket {
    /// 1 CONNECT to 14 DISCONNECT.
    #[header(bits = 4, operation)]
    pub packet_type: u8,
    /// PUBLISH: it was sent before.
    #[header(bits = 1)]
    pub dup: bool,
    /// PUBLISH: how surely it is delivered, 0 to 2.
    #[header(bits = 2)]
    pub qos: u8,
    /// PUBLISH: the server keeps it.
    #[header(bits = 1)]
    pub retain: bool,
    /// Bytes after this field.
    #[header(varint, bytes = 4, rest_len, max = 268_435_455)]
    pub remaining_length: u32,
}

/// CONNECT, the first packet of a client.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct ConnectPacket {
    /// CONNECT.
    #[header(bits = 4, constant = 1)]
    pub packet_type: u8,
    /// Not used.
    #[header(bits = 4, constant = 0)]
    pub flags: u8,
    /// Bytes after this field.
    #[header(varint, bytes = 4, rest_len, no_body, max = 268_435_455)]
    pub remaining_length: u32,
    /// Of the protocol's name.
    #[header(constant = 4)]
    pub name_length: u16,
    /// The protocol.
    #[header(constant = *b"MQTT")]
    pub protocol_name: [u8; 4],
    /// 3.1.1.
    #[header(constant = 4)]
    pub protocol_level: u8,
    /// A user name follows.
    #[header(bits = 1)]
    pub user_name_flag: bool,
    /// A password follows.
    #[header(bits = 1)]
    pub password_flag: bool,
    /// The server keeps the will.
    #[header(bits = 1)]
    pub will_retain: bool,
    /// How surely the will is delivered, 0 to 2.
    #[header(bits = 2)]
    pub will_qos: u8,
    /// Topic and message of a will follow.
    #[header(bits = 1)]
    pub will_flag: bool,
    /// The session starts anew.
    #[header(bits = 1)]
    pub clean_session: bool,
    /// Not used.
    #[header(bits = 1, constant = 0)]
    pub reserved: u8,
    /// The longest silence of the client, s.
    pub keep_alive: u16,
    /// Who connects.
    #[header(len = u16, max = 0xFFFF, metadata = "client_id")]
    pub client_id: String,
    /// Where the will is published.
    #[header(when = will_flag, len = u16, max = 0xFFFF)]
    pub will_topic: Option<String>,
    /// What is published when the client is lost.
    #[header(when = will_flag, len = u16, max = 0xFFFF)]
    pub will_message: Option<Vec<u8>>,
    /// Who the client acts for.
    #[header(when = user_name_flag, len = u16, max = 0xFFFF, metadata = "user_name")]
    pub user_name: Option<String>,
    /// Any bytes.
    #[header(when = password_flag, len = u16, max = 0xFFFF)]
    pub password: Option<Vec<u8>>,
}
