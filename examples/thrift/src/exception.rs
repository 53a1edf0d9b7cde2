//! The answer to a call that could not be made: a `TApplicationException`.
//!
//! Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Response struct".

use metaproto_codec::{CodecError, ErrorType};

use crate::begin::{Kind, MessageBegin, Protocol, append};

/// The longest text of an exception, bytes; what is longer is cut.
const MAX_TEXT: usize = 1024;

/// `UNKNOWN_METHOD` and `INTERNAL_ERROR`.
fn exception_type(error: ErrorType) -> u8 {
    match error {
        ErrorType::RouteNotFound => 1,
        _ => 6,
    }
}

/// Appends the message that answers the call `name` of this sequence id.
pub(crate) fn append_exception(
    bytes: &mut Vec<u8>,
    protocol: Protocol,
    (name, sequence_id): (&str, u32),
    error: ErrorType,
    text: &str,
) -> Result<(), CodecError> {
    let begin = MessageBegin::new(protocol, Kind::Exception, name, sequence_id);
    append(&begin, bytes)?;
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let length = text.len() as u32;
    let code = exception_type(error);
    // Field 1, a string; field 2, an i32; stop.
    match protocol {
        Protocol::Binary | Protocol::OldBinary => {
            bytes.extend([11, 0, 1]);
            bytes.extend(length.to_be_bytes());
            bytes.extend(text.as_bytes());
            bytes.extend([8, 0, 2, 0, 0, 0, code, 0]);
        }
        Protocol::Compact => {
            bytes.push(1 << 4 | 8);
            // Two groups of seven bits hold any length up to the limit.
            bytes.extend([(length & 0x7F | 0x80) as u8, (length >> 7) as u8]);
            bytes.extend(text.as_bytes());
            bytes.extend([1 << 4 | 5, code << 1, 0]);
        }
    }
    Ok(())
}
