//! Against the examples of RFC 7541 and another implementation.

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::fields::{Fields, MAX_SIZE};
use super::{Decoder, HpackError, encode};

type List = Vec<(Vec<u8>, Vec<u8>)>;

/// Decodes blocks of one connection, and what the last one holds.
fn decode(blocks: &[&[u8]]) -> Result<List, HpackError> {
    let mut decoder = Decoder::new();
    let mut fields = Fields::default();
    for block in blocks {
        decoder.decode(block, &mut fields)?;
    }
    Ok(list(&fields))
}

fn list(fields: &Fields) -> List {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn list_of(fields: &[(&str, &str)]) -> List {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect()
}

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| str::from_utf8(pair).expect("digits are ASCII"));
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits"))
        .collect()
}

/// RFC 7541 appendix C.4: a dynamic table and Huffman code.
#[test]
fn requests_of_the_rfc() {
    let first = hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff");
    let second = hex("8286 84be 5886 a8eb 1064 9cbf");
    let third = hex("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
    let expected = list_of(&[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/index.html"),
        (":authority", "www.example.com"),
        ("custom-key", "custom-value"),
    ]);
    assert_eq!(decode(&[&first, &second, &third]), Ok(expected));
}

/// RFC 7541 appendix C.6: entries leave a table of 256 bytes.
#[test]
fn responses_of_the_rfc() {
    let first = hex(
        "3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
         2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    );
    let second = hex("4883 640e ffc1 c0bf");
    let third = hex(
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
         821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
         4ee5 b106 3d50 07",
    );
    let expected = list_of(&[
        (":status", "200"),
        ("cache-control", "private"),
        ("date", "Mon, 21 Oct 2013 20:13:22 GMT"),
        ("location", "https://www.example.com"),
        ("content-encoding", "gzip"),
        (
            "set-cookie",
            "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ),
    ]);
    assert_eq!(decode(&[&first, &second, &third]), Ok(expected));
}

#[test]
fn known_fields_take_one_byte() {
    let mut out = BytesMut::new();
    let known: [(&[u8], &[u8]); 4] = [
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":status", b"200"),
        (b":status", b"500"),
    ];
    for (name, value) in known {
        encode(&mut out, name, value);
    }
    assert_eq!(out[..], [0x83, 0x86, 0x88, 0x8e]);
    out.clear();
    encode(&mut out, b":path", b"/echo");
    assert_eq!(out[..], *b"\x04\x05/echo");
    out.clear();
    encode(&mut out, b"user-agent", b"x");
    assert_eq!(out[..], *b"\x0f\x2b\x01x");
}

#[test]
fn the_table_may_have_its_first_size() {
    let block = [0x20, 0x3f, 0xe1, 0x1f, 0x82];
    assert_eq!(decode(&[&block]), Ok(list_of(&[(":method", "GET")])));
}

#[test]
fn what_is_no_hpack_is_refused() {
    let cases: [(&[u8], HpackError); 9] = [
        (&[0x00, 0x03, b'a'], HpackError::Truncated),
        (&[0x00, 0x01, b'a'], HpackError::Truncated),
        (&[0xff], HpackError::Truncated),
        (
            &[0xff, 0x80, 0x80, 0x80, 0x80, 0x01],
            HpackError::IntegerTooLarge,
        ),
        (&[0x80], HpackError::NoSuchIndex { index: 0 }),
        (&[0xbe], HpackError::NoSuchIndex { index: 62 }),
        (
            &[0x3f, 0xe2, 0x1f],
            HpackError::TableTooLarge { size: 4097 },
        ),
        (&[0x82, 0x20], HpackError::SizeUpdateTooLate),
        (
            &[0x04, 0x84, 0xff, 0xff, 0xff, 0xff],
            HpackError::EndOfString,
        ),
    ];
    for (block, error) in cases {
        assert_eq!(decode(&[block]), Err(error), "{block:02x?}");
    }
}

/// A list that is too large loses its end, and the dynamic table goes on as if it had not.
#[test]
fn large_lists_are_cut() {
    let mut decoder = Decoder::new();
    let mut fields = Fields::default();
    let mut block = Vec::new();
    for _ in 0..MAX_SIZE / 1000 {
        block.extend([0x00, 0x01, b'a', 0x7f, 0xc1, 0x07]);
        block.extend([b'.'; 1088]);
    }
    block.extend(b"\x40\x01k\x01v");
    decoder
        .decode(&block, &mut fields)
        .expect("the block is HPACK");
    assert!(fields.is_over());
    assert!(
        fields
            .iter()
            .map(|(name, value)| name.len() + value.len() + 32)
            .sum::<usize>()
            <= MAX_SIZE
    );
    decoder
        .decode(&[0xbe], &mut fields)
        .expect("the last field is in the table");
    assert!(!fields.is_over());
    assert_eq!(list(&fields), list_of(&[("k", "v")]));
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => vec(any::<u8>(), 0..20),
        4 => "[ -~]{0,30}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 100..400),
    ]
}

fn field() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let known = prop::sample::select(&super::table::STATIC[..]);
    prop_oneof![
        (text(), text()),
        known
            .clone()
            .prop_map(|(name, value)| (name.into(), value.into())),
        (known, text()).prop_map(|((name, _), value)| (name.into(), value)),
        ("k[0-3]", "v[0-3]").prop_map(|(name, value)| (name.into_bytes(), value.into_bytes())),
    ]
}

proptest! {
    #[test]
    fn others_read_what_we_write(lists in vec(vec(field(), 0..12), 1..4)) {
        let mut theirs = fluke_hpack::Decoder::new();
        let mut ours = Decoder::new();
        let mut fields = Fields::default();
        for expected in lists {
            let mut block = BytesMut::new();
            for (name, value) in &expected {
                encode(&mut block, name, value);
            }
            prop_assert_eq!(theirs.decode(&block), Ok(expected.clone()));
            ours.decode(&block, &mut fields)?;
            prop_assert_eq!(list(&fields), expected);
        }
    }

    #[test]
    fn we_read_what_others_write(lists in vec(vec(field(), 0..12), 1..8)) {
        let mut theirs = fluke_hpack::Encoder::new();
        let mut ours = Decoder::new();
        let mut fields = Fields::default();
        for expected in lists {
            let borrowed = expected.iter().map(|(name, value)| (&name[..], &value[..]));
            let block = theirs.encode(borrowed);
            ours.decode(&block, &mut fields)?;
            prop_assert_eq!(list(&fields), expected);
        }
    }

    #[test]
    fn any_bytes_are_taken_or_refused(blocks in vec(vec(any::<u8>(), 0..200), 1..4)) {
        let mut decoder = Decoder::new();
        let mut fields = Fields::default();
        for block in blocks {
            if decoder.decode(&block, &mut fields).is_err() {
                break;
            }
            prop_assert!(fields.iter().count() <= block.len());
        }
    }
}
