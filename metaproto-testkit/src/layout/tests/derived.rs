//! Headers of the shapes beyond plain numbers and prefixed lists, for the comparison with the derived codec.

#![allow(
    clippy::nonminimal_bool,
    reason = "conditions stand here in every form"
)]

use metaproto_codec::Header;

/// Fields that are there or not: by a flag, a comparison, their length, what is left.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Optional {
    #[header(bits = 4)]
    version: u8,
    #[header(bits = 4)]
    flags: u8,
    #[header(header_len, max = 200)]
    head: u8,
    #[header(body_len, max = 64)]
    size: u8,
    #[header(when = flags & 1 != 0, request_id)]
    id: Option<u32>,
    #[header(when = flags >> 3 != 0 && version >= 2, len = u8, max = 9, metadata = "zone")]
    zone: Option<String>,
    #[header(when = !(version != 0))]
    old: Option<u16>,
    #[header(len = i8, null = -1, max = 20)]
    note: Option<Vec<u8>>,
    #[header(optional)]
    weight: Option<u16>,
    #[header(optional, rest, max = 30)]
    more: Option<Vec<u8>>,
}

/// Texts, lists and maps with every kind of end.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Ends {
    #[header(pad = b' ', bytes = 8, operation)]
    method: String,
    #[header(header_len, max = 120)]
    head: u16,
    #[header(body_len, max = 40)]
    size: u8,
    #[header(until = b"\r\n", max = 12)]
    line: String,
    #[header(until = 0, max = 3, item(until = 0, max = 6))]
    words: Vec<String>,
    #[header(
        rest,
        max = 60,
        key(until = b'=', max = 8),
        value(until = b';', max = 8),
        metadata
    )]
    headers: Vec<(String, String)>,
}

/// Numbers of varying length, and lengths that are no plain numbers of bytes.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Sevens {
    #[header(constant = *b"7")]
    magic: [u8; 1],
    #[header(varint, rest_len, offset = 1, max = 600)]
    rest: u32,
    #[header(vlq, request_id)]
    id: u64,
    #[header(varint, zigzag, metadata = "delta")]
    delta: i32,
    #[header(scale = 250, metadata = "quarter")]
    #[header(bytes = 2)]
    quarter: u32,
    quads: u8,
    #[header(len = varint, max = 200)]
    name: String,
    #[header(len = u8, scale = 4, offset = -4, max = 40)]
    scaled: Vec<u8>,
    #[header(len = quads, scale = 4, max = 40)]
    options: Vec<u8>,
    #[header(count = vlq, max = 5, item(varint))]
    numbers: Vec<u16>,
    #[header(count = varint, max = 3, key(len = varint, max = 7), value(until = b"::", max = 7))]
    pairs: Vec<(String, Vec<u8>)>,
}

/// The message ends where a varying number says, of itself.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub(super) struct Whole {
    #[header(varint, frame_len, max = 300)]
    total: u16,
    #[header(varint, header_len, max = 200)]
    head: u64,
    #[header(len = u8, max = 150)]
    text: Vec<u8>,
}

#[derive(Header, Clone, Debug, Default, PartialEq, Eq)]
#[header(big_endian, part)]
pub(super) struct Point {
    x: u8,
    #[header(len = u8, max = 5, align = 4)]
    label: String,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian, part)]
pub(super) struct Raw {
    flag: u8,
    #[header(rest, max = 30)]
    bytes: Vec<u8>,
}

#[derive(Header, Clone, Debug, Default, PartialEq, Eq)]
#[header(big_endian, part)]
pub(super) struct Summed {
    value: u16,
    #[header(checksum = crc16_modbus, over = ..sum)]
    sum: u16,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = u8)]
pub(super) enum Tagged {
    #[header(tag = 1)]
    Nothing,
    #[header(tag = 2)]
    Point(Point),
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub(super) enum Content {
    #[header(tag = 7)]
    Empty,
    #[header(tag = 9)]
    Summed(Summed),
    #[header(other)]
    Other(u8, Point),
}

/// Structs within structs: blocks, alternatives, alignment.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Within {
    #[header(message_type(request = 1, response = 2, ping = 3))]
    kind: u8,
    #[header(body_len, max = 300)]
    size: u16,
    #[header(align = 8)]
    form: u8,
    point_len: u8,
    #[header(nested, len = u8, max = 20)]
    raw: Raw,
    #[header(nested, len = point_len, max = 30)]
    point: Point,
    #[header(tag = form)]
    content: Content,
    #[header(nested)]
    tagged: Tagged,
    #[header(nested, count = u8, max = 3)]
    items: Vec<Tagged>,
    #[header(nested, count = u8, max = 3)]
    sums: Vec<Summed>,
    #[header(when = form > 8, nested, len = u16, max = 9)]
    late: Option<Summed>,
}

/// Checksums before and behind the body, and a trailer that a flag asks for.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Trailed {
    flags: u8,
    #[header(frame_len, max = 400)]
    total: u16,
    #[header(checksum = crc16_xmodem, over = ..body)]
    check: u16,
    #[header(trailer, when = flags & 2 != 0)]
    mac: Option<[u8; 3]>,
    #[header(trailer, checksum = crc32c)]
    crc: u32,
    #[header(trailer, constant = 0x7E)]
    end: u8,
}

/// As [`Trailed`], with all lengths.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
pub(super) struct Framed {
    #[header(frame_len, max = 400)]
    total: u16,
    #[header(header_len, max = 100)]
    head: u8,
    #[header(body_len, max = 200)]
    size: u8,
    flags: u8,
    #[header(optional)]
    extra: Option<u16>,
    #[header(trailer, when = flags != 0)]
    mac: Option<u16>,
    #[header(trailer, checksum = adler32, over = head..)]
    sum: u32,
}

/// What only functions know.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct Own {
    #[header(header_len, max = 30)]
    head: u8,
    #[header(with = nibbles)]
    nibbles: Vec<u8>,
    #[header(body_len, max = 9)]
    size: u8,
}

mod nibbles {
    use metaproto_codec::wire::{Cursor, Stop, Writer};
    use metaproto_codec::{CodecError, Fault};

    pub(super) const MIN_LEN: usize = 1;
    pub(super) const MAX_LEN: usize = 17;

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, Stop> {
        let [count] = cursor.take_array()?;
        if count > 16 {
            let (found, max) = (count.into(), 16);
            return Err(cursor.fault(Fault::AboveMaximum { found, max }));
        }
        cursor.take(count.into()).map(<[u8]>::to_vec)
    }

    #[allow(clippy::ptr_arg, reason = "a reference to the field's type")]
    pub(super) fn write(value: &Vec<u8>, writer: &mut Writer<'_>) -> Result<(), CodecError> {
        writer.bytes(&[u8::try_from(value.len()).unwrap_or(16)]);
        writer.bytes(value);
        Ok(())
    }
}
