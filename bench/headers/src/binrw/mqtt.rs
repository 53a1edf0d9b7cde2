//! MQTT 3.1.1 CONNECT in binrw, with modular-bitfield for the flags.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: length of the packet before it is written (it is written to be measured)
//! Not said: flags set by the parts that are there (asserted when written)
//! Not said: roles of the fields (client id, user name)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::helpers::until_eof;
use binrw::io::TakeSeekExt;
use binrw::{BinRead, BinWrite, binrw};
use modular_bitfield::prelude::*;

use super::size::written_len;
use super::varint::Varint;

/// The fixed header, then the packet.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = 0x10u8)]
pub struct ConnectPacket {
    #[br(temp)]
    #[bw(try_calc = u32::try_from(written_len(connect)?).map(Varint))]
    remaining_length: Varint<4>,
    /// Variable header and payload.
    #[br(map_stream = |reader| reader.take_seek(remaining_length.0.into()))]
    pub connect: Connect,
}

/// CONNECT.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big, magic = b"\x00\x04MQTT\x04")]
pub struct Connect {
    /// What follows.
    #[br(assert(!flags.reserved() && flags.will_qos() <= 2))]
    pub flags: ConnectFlags,
    /// Seconds.
    pub keep_alive: u16,
    /// Who connects.
    pub client_id: Text,
    /// Where the will is published.
    #[br(if(flags.will()))]
    #[bw(assert(will_topic.is_some() == flags.will()))]
    pub will_topic: Option<Text>,
    /// What the will says.
    #[br(if(flags.will()))]
    #[bw(assert(will_message.is_some() == flags.will()))]
    pub will_message: Option<Binary>,
    /// The user.
    #[br(if(flags.user_name()))]
    #[bw(assert(user_name.is_some() == flags.user_name()))]
    pub user_name: Option<Text>,
    /// Any bytes.
    #[br(if(flags.password()))]
    #[bw(assert(password.is_some() == flags.password()))]
    pub password: Option<Binary>,
    #[br(temp, parse_with = until_eof, assert(rest.is_empty()))]
    #[bw(calc = Vec::new())]
    rest: Vec<u8>,
}

/// From the lowest bit.
#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&flags| Self::into_bytes(flags))]
pub struct ConnectFlags {
    /// Not used.
    pub reserved: bool,
    /// The session starts anew.
    pub clean_session: bool,
    /// Topic and message of the will follow.
    pub will: bool,
    /// Quality of service of the will.
    pub will_qos: B2,
    /// The will is to be retained.
    pub will_retain: bool,
    /// A password follows.
    pub password: bool,
    /// A user name follows.
    pub user_name: bool,
}

/// A text with its length.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct Text {
    #[br(temp)]
    #[bw(try_calc = u16::try_from(text.len()))]
    len: u16,
    /// The text.
    #[br(count = len, try_map = String::from_utf8)]
    #[bw(map = String::as_bytes)]
    pub text: String,
}

/// Bytes with their length.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct Binary {
    #[br(temp)]
    #[bw(try_calc = u16::try_from(bytes.len()))]
    len: u16,
    /// The bytes.
    #[br(count = len)]
    pub bytes: Vec<u8>,
}
