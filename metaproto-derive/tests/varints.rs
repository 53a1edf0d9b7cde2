//! Numbers in as many bytes as they need: fields, lengths, items and tags.

use metaproto_codec::{Fault, Header};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Varints {
    #[header(varint, bytes = 4, rest_len, max = 300)]
    length: u32,
    #[header(varint, zigzag)]
    signed: i32,
    #[header(vlq)]
    unsigned: u16,
    #[header(count = varint, max = 3, item(varint))]
    numbers: Vec<u32>,
    #[header(nested)]
    choice: Tagged,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = varint)]
enum Tagged {
    #[header(tag = 0)]
    Nothing,
    #[header(tag = 300)]
    Number(Number),
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
struct Number {
    value: u8,
}

const BYTES: &[u8] = b"\x0D\x03\x82\x2C\x02\xAC\x02\x07\xAC\x02\x09end";

fn expected() -> Varints {
    Varints {
        length: 13,
        signed: -2,
        unsigned: 300,
        numbers: vec![300, 7],
        choice: Tagged::Number(Number { value: 9 }),
    }
}

#[test]
fn they_read_as_they_are_written() {
    let bytes = BYTES.to_vec();
    assert_eq!(Varints::read_frame(&bytes).unwrap(), expected());
    assert_eq!(expected().to_frame(b"end").unwrap(), bytes);
    for cut in 0..bytes.len() {
        let error = Varints::read_frame(&bytes[..cut]).unwrap_err();
        assert_eq!(error.fault().rule(), "truncated", "{cut}: {error}");
    }
}

#[test]
fn a_length_grows_with_what_it_measures() {
    for (body, prefix) in [(117, &b"\x7F"[..]), (118, b"\x80\x01"), (290, b"\xAC\x02")] {
        let bytes = expected().to_frame(&vec![1; body]).unwrap();
        assert!(bytes.starts_with(prefix), "{body}: {bytes:x?}");
        assert_eq!(bytes.len(), prefix.len() + 10 + body);
        Varints::read_frame(&bytes).unwrap();
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let refused = |bytes: &[u8]| Varints::read_frame(bytes).unwrap_err();
    let long = refused(b"\x8D\x80\x80\x80\x00");
    assert_eq!(*long.fault(), Fault::Varint { max: 4 });
    assert!(refused(b"\xAD\x02").is_limit());
    let wide = refused(b"\x0D\x03\x84\x80\x00");
    assert_eq!(*wide.fault(), Fault::Varint { max: 3 });
}
