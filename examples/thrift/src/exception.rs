//! The answer to a call that could not be made: a `TApplicationException`.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Response struct".

use metaproto_codec::{Error, ErrorType};

/// The longest text of an exception, bytes; what is longer is cut.
const MAX_TEXT: usize = 1024;

/// Appends the struct of the exception: field 1, the text; field 2, the type, an i32; stop.
pub(crate) fn append_exception(bytes: &mut Vec<u8>, is_compact: bool, error: &Error<'_>) {
    let text = &error.message[..error.message.floor_char_boundary(MAX_TEXT)];
    let length = text.len() as u32;
    let code = match error.r#type {
        ErrorType::RouteNotFound => 1, // UNKNOWN_METHOD
        _ => 6,                        // INTERNAL_ERROR
    };
    if is_compact {
        // Two groups of seven bits hold any length up to the limit; the type is zigzag.
        bytes.extend([0x18, (length & 0x7F | 0x80) as u8, (length >> 7) as u8]);
        bytes.extend(text.as_bytes());
        bytes.extend([0x15, code << 1, 0]);
    } else {
        bytes.extend([11, 0, 1]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend([8, 0, 2, 0, 0, 0, code, 0]);
    }
}
