//! Text for deku, whose own strings are NUL-terminated: shared by the headers that have a length before a string.

use deku::no_std_io::{Seek, Write};
use deku::prelude::*;

/// Bytes as text; an error where they are not UTF-8.
pub fn read_text(bytes: Vec<u8>) -> Result<String, DekuError> {
    String::from_utf8(bytes).map_err(|error| DekuError::Parse(error.to_string().into()))
}

/// The bytes of a text, without a length.
pub fn write_text<W: Write + Seek>(writer: &mut Writer<W>, text: &str) -> Result<(), DekuError> {
    writer.write_bytes(text.as_bytes())
}
