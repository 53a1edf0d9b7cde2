//! Writing fields, RFC 7541 section 6.

use bytes::{BufMut, BytesMut};

use super::table::{STATIC, static_place};

/// "The dynamic table has no bytes from now on", RFC 7541 section 6.3; begins a header block.
pub(crate) const NO_TABLE: u8 = 0x20;

/// Appends one field: an index where the static table has it, else a literal without indexing.
pub(crate) fn encode(out: &mut BytesMut, name: &[u8], value: &[u8]) {
    let Some(place) = static_place(name) else {
        out.put_u8(0);
        string(out, name);
        string(out, value);
        return;
    };
    if let Some(whole) = static_field(place, value) {
        integer(out, 0x80, 7, whole + 1);
    } else {
        integer(out, 0, 4, place + 1);
        string(out, value);
    }
}

/// Where the static table has that value for the name whose first place is known.
fn static_field(first: usize, value: &[u8]) -> Option<usize> {
    let fields = STATIC.get(first..)?;
    let (name, _) = fields.first()?;
    let mut same = fields.iter().take_while(|(this, _)| this == name);
    let offset = same.position(|(_, this)| this.as_bytes() == value)?;
    Some(first + offset)
}

/// RFC 7541 section 5.2, without Huffman code.
fn string(out: &mut BytesMut, text: &[u8]) {
    integer(out, 0, 7, text.len());
    out.extend_from_slice(text);
}

/// RFC 7541 section 5.1: the low `prefix` bits of the first byte, whose other bits are given, and more bytes if need be.
fn integer(out: &mut BytesMut, first: u8, prefix: u32, value: usize) {
    let full = (1_u8 << prefix) - 1;
    match u8::try_from(value) {
        Ok(value) if value < full => out.put_u8(first | value),
        _ => {
            out.put_u8(first | full);
            let mut rest = value - usize::from(full);
            while rest >= 0x80 {
                out.put_u8(0x80 | (rest & 0x7f) as u8);
                rest >>= 7;
            }
            out.put_u8(rest as u8);
        }
    }
}
