//! MQTT 3.1.1 CONNECT in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: a packet bounded by its length in place (it is copied, then read as a message of its own)
//! Not said: length of the packet before it is written (it is written to be measured)
//! Not said: flags set by the parts that are there (asserted when written)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (client id, user name)
//! Not said: a field changed in the bytes, without the whole being read and written again

use deku::ctx::Endian;
use deku::prelude::*;

use super::text::read_text;
use super::varint::Varint;

/// The fixed header, then the packet.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(magic = b"\x10")]
pub struct ConnectPacket {
    /// Length of what follows it.
    #[deku(update = "Varint(u32::try_from(self.connect.to_bytes()?.len())?)")]
    pub remaining_length: Varint<4>,
    /// Variable header and payload.
    #[deku(
        count = "remaining_length.0",
        map = "|bytes: Vec<u8>| Connect::try_from(bytes.as_slice())",
        writer = "connect.to_bytes()?.to_writer(deku::writer, ())"
    )]
    pub connect: Connect,
}

/// CONNECT.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big", magic = b"\x00\x04MQTT\x04")]
pub struct Connect {
    /// A user name follows.
    #[deku(bits = 1)]
    pub user_name_flag: bool,
    /// A password follows.
    #[deku(bits = 1)]
    pub password_flag: bool,
    /// The will is to be retained.
    #[deku(bits = 1)]
    pub will_retain: bool,
    /// Quality of service of the will.
    #[deku(bits = 2, assert = "*will_qos <= 2")]
    pub will_qos: u8,
    /// Topic and message of the will follow.
    #[deku(bits = 1)]
    pub will_flag: bool,
    /// The session starts anew.
    #[deku(bits = 1)]
    pub clean_session: bool,
    /// Not used.
    #[deku(bits = 1, assert_eq = "false")]
    pub reserved: bool,
    /// Seconds.
    pub keep_alive: u16,
    /// Who connects.
    pub client_id: Text,
    /// Where the will is published.
    #[deku(cond = "*will_flag", assert = "will_topic.is_some() == *will_flag")]
    pub will_topic: Option<Text>,
    /// What the will says.
    #[deku(cond = "*will_flag", assert = "will_message.is_some() == *will_flag")]
    pub will_message: Option<Binary>,
    /// The user.
    #[deku(
        cond = "*user_name_flag",
        assert = "user_name.is_some() == *user_name_flag"
    )]
    pub user_name: Option<Text>,
    /// Any bytes.
    #[deku(
        cond = "*password_flag",
        assert = "password.is_some() == *password_flag"
    )]
    pub password: Option<Binary>,
}

/// A text with its length.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(endian = "endian", ctx = "endian: Endian")]
pub struct Text {
    #[deku(temp, temp_value = "u16::try_from(text.len())?")]
    len: u16,
    /// The text.
    #[deku(
        count = "len",
        map = "read_text",
        writer = "text.as_bytes().to_writer(deku::writer, ())"
    )]
    pub text: String,
}

/// Bytes with their length.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(endian = "endian", ctx = "endian: Endian")]
pub struct Binary {
    #[deku(temp, temp_value = "u16::try_from(bytes.len())?")]
    len: u16,
    /// The bytes.
    #[deku(count = "len")]
    pub bytes: Vec<u8>,
}
