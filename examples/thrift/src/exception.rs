//! The answer to a call that could not be made: a `TApplicationException`.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Response struct".

use metaproto_codec::{Error, ErrorType, Header, Part, Result};

/// The longest text of an exception, bytes; what is longer is cut.
const MAX_TEXT: usize = 1024;

/// The struct of an exception in the binary protocol.
#[derive(Header, Debug)]
#[header(part, big_endian)]
struct BinaryException<'a> {
    /// Field 1, a string.
    #[header(bytes = 3, constant = 0x0B_0001)]
    field_1: u32,
    #[header(len = u32, max = MAX_TEXT)]
    text: &'a str,
    /// Field 2, an i32.
    #[header(bytes = 3, constant = 0x08_0002)]
    field_2: u32,
    code: i32,
    #[header(constant = 0)]
    stop: u8,
}

/// The struct of an exception in the compact protocol.
#[derive(Header, Debug)]
#[header(part)]
struct CompactException<'a> {
    #[header(constant = 0x18)]
    field_1: u8,
    #[header(len = varint, max = MAX_TEXT)]
    text: &'a str,
    #[header(constant = 0x15)]
    field_2: u8,
    #[header(varint, zigzag)]
    code: i32,
    #[header(constant = 0)]
    stop: u8,
}

/// The struct of the exception that tells of `error`.
pub(crate) fn exception(is_compact: bool, error: &Error<'_>) -> Result<Vec<u8>> {
    let text = &error.message[..error.message.floor_char_boundary(MAX_TEXT)];
    let code = match error.r#type {
        ErrorType::RouteNotFound => 1, // UNKNOWN_METHOD
        _ => 6,                        // INTERNAL_ERROR
    };
    if is_compact {
        let mut exception = CompactException::template();
        (exception.text, exception.code) = (text, code);
        exception.to_bytes()
    } else {
        let mut exception = BinaryException::template();
        (exception.text, exception.code) = (text, code);
        exception.to_bytes()
    }
}
