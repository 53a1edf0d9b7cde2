//! Text for deku, whose own strings are NUL-terminated: shared by the headers that have a length before a string.

use deku::prelude::*;

/// Bytes as text; an error where they are not UTF-8.
pub fn read_text(bytes: Vec<u8>) -> Result<String, DekuError> {
    String::from_utf8(bytes).map_err(|error| DekuError::Parse(error.to_string().into()))
}
