//! PostgreSQL's typed message and its startup message, in binrw.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: no NUL within a text that is written
//! Not said: roles of the fields (operation by type, parameters)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::helpers::until_eof;
use binrw::io::TakeSeekExt;
use binrw::{NullString, binrw};

/// A message with a type.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct PostgresMessage {
    /// An ASCII letter.
    pub message_type: u8,
    #[br(temp, assert((4..=0x3FFF_FFFF).contains(&length)))]
    #[bw(try_calc = u32::try_from(4 + body.len()))]
    length: u32,
    /// What the type says.
    #[br(count = length - 4)]
    pub body: Vec<u8>,
}

/// The first message of a client.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct StartupMessage {
    #[br(temp, assert((9..=10_000).contains(&length)))]
    #[bw(try_calc = u32::try_from(9 + parameters.iter().map(Parameter::len).sum::<usize>()))]
    length: u32,
    /// 0, of version 3.
    #[brw(magic = 3u16)]
    pub protocol_minor: u16,
    /// In their order.
    #[br(map_stream = |reader| reader.take_seek((length - 9).into()), parse_with = until_eof)]
    pub parameters: Vec<Parameter>,
    /// Ends the parameters.
    #[brw(magic = 0u8)]
    pub terminator: (),
}

/// A parameter of the session.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(big)]
pub struct Parameter {
    /// `user`, `database`, ...
    #[br(try_map = |text: NullString| text.try_into())]
    #[bw(map = |text| NullString::from(text.as_str()))]
    pub name: String,
    /// Its value.
    #[br(try_map = |text: NullString| text.try_into())]
    #[bw(map = |text| NullString::from(text.as_str()))]
    pub value: String,
}

impl Parameter {
    fn len(&self) -> usize {
        2 + self.name.len() + self.value.len()
    }
}
