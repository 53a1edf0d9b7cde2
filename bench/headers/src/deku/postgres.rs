//! PostgreSQL's typed message and its startup message, in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: parameters bounded by the message's length (one that leaves it is read on)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (operation by type, parameters)
//! Not said: a field changed in the bytes, without the whole being read and written again

use std::ffi::CString;

use deku::ctx::Endian;
use deku::no_std_io::{Seek, Write};
use deku::prelude::*;

/// A message with a type.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct PostgresMessage {
    /// An ASCII letter.
    pub message_type: u8,
    /// Length of the message, without its type.
    #[deku(
        update = "4 + self.body.len()",
        assert = "(4..=0x3FFF_FFFF).contains(length)"
    )]
    pub length: u32,
    /// What the type says.
    #[deku(count = "length - 4")]
    pub body: Vec<u8>,
}

/// The first message of a client.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "big")]
pub struct StartupMessage {
    /// Length of the message, without its type.
    #[deku(
        update = "9 + self.parameters.iter().map(Parameter::len).sum::<usize>()",
        assert = "(9..=10_000).contains(length)"
    )]
    pub length: u32,
    /// 3.
    #[deku(assert_eq = "3")]
    pub protocol_major: u16,
    /// 0.
    pub protocol_minor: u16,
    /// In their order.
    #[deku(bytes_read = "length - 9")]
    pub parameters: Vec<Parameter>,
    /// Ends the parameters.
    #[deku(assert_eq = "0")]
    pub terminator: u8,
}

/// A parameter of the session.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(ctx = "_endian: Endian")]
pub struct Parameter {
    /// `user`, `database`, ...
    #[deku(map = "read_text", writer = "write_text(deku::writer, name)")]
    pub name: String,
    /// Its value.
    #[deku(map = "read_text", writer = "write_text(deku::writer, value)")]
    pub value: String,
}

impl Parameter {
    fn len(&self) -> usize {
        2 + self.name.len() + self.value.len()
    }
}

fn read_text(text: CString) -> Result<String, DekuError> {
    text.into_string()
        .map_err(|error| DekuError::Parse(error.to_string().into()))
}

fn write_text<W: Write + Seek>(writer: &mut Writer<W>, text: &str) -> Result<(), DekuError> {
    CString::new(text)
        .map_err(|error| DekuError::InvalidParam(error.to_string().into()))?
        .to_writer(writer, ())
}
