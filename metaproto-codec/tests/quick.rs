//! The quick ways of reading and writing find what the slow ones do, or nothing.

use std::fmt::Debug;

use metaproto_codec::wire::{Body, Cursor, Payload, Stop, Writer};
use metaproto_codec::{Header, KIB, OwnedHeader};
use proptest::collection::vec;
use proptest::prelude::*;

/// What varies lies between fields of fixed width.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Call {
    #[header(header_len, max = KIB)]
    header: u16,
    #[header(body_len, offset = -1, max = KIB)]
    body: u32,
    #[header(len = u8, max = 200)]
    service: String,
    #[header(bits = 4, constant = 5)]
    version: u8,
    #[header(bits = 4)]
    flags: u8,
    #[header(len = u16, max = 40)]
    token: Vec<u8>,
    #[header(count = u16, max = 4, key(len = u16, max = 30), value(len = u8, max = 255))]
    pairs: Vec<(String, String)>,
    #[header(len = u16, max = 60, key(len = u8, max = 20), value(len = u8, max = 20), metadata)]
    properties: Vec<(String, String)>,
}

/// Lengths stand in fields of their own, that of the header behind a text.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
struct Parts {
    #[header(constant = b"PT")]
    magic: [u8; 2],
    #[header(rest_len, offset = 2, max = KIB)]
    rest: u16,
    name_len: u8,
    #[header(bytes = 3)]
    ports_count: u32,
    #[header(len = name_len, max = 100)]
    name: String,
    #[header(header_len, max = 400)]
    header: u16,
    #[header(count = ports_count, max = 5)]
    ports: Vec<u16>,
    #[header(len = u32, max = 300)]
    codes: Vec<i32>,
}

/// All lengths of parts are there, and must agree.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Agreed {
    #[header(frame_len, max = KIB)]
    frame: u16,
    #[header(len = u8, max = 20, operation)]
    method: Vec<u8>,
    #[header(body_len, max = 500)]
    body: u16,
    is_last: bool,
    #[header(count = u8, max = 6, item(len = u8, max = 9))]
    tags: Vec<String>,
}

/// Reads both ways, the whole and what is there of it.
fn reads_as_slowly<H: OwnedHeader>(bytes: &[u8]) -> bool {
    let mut cursor = Cursor::new(bytes, H::MIN_LEN);
    let slow = H::check(&mut cursor).and_then(|view| Ok((view, cursor.finish()?)));
    let Some((view, sizes)) = H::quick(bytes) else {
        // Nothing that is right is left to the slow way.
        assert!(slow.is_err(), "{slow:?} from {bytes:02x?}");
        return false;
    };
    match slow {
        Ok(slow) => assert_eq!(format!("{slow:?}"), format!("{:?}", (view, sizes))),
        Err(Stop::Wait) => assert!(sizes.frame() > bytes.len(), "{sizes:?} of {bytes:02x?}"),
        Err(Stop::Fault(error)) => panic!("{error}, but quickly {view:?} from {bytes:02x?}"),
    }
    true
}

/// Writes both ways.
fn writes_as_slowly<H: OwnedHeader + Debug>(header: &H, body: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload {
        body: Body::Copied(body),
        ..Payload::default()
    };
    let slowly = header.sizes(payload).and_then(|sizes| {
        let mut frame = Vec::new();
        header.write(&mut Writer::new(&mut frame, payload, sizes))?;
        Ok(frame)
    });
    let mut frame = b"before".to_vec();
    let written = header.append_to(body, &mut frame);
    match (&slowly, written) {
        (Ok(slowly), Ok(())) => assert_eq!(frame[6..], *slowly),
        (Err(slowly), Err(written)) => {
            assert_eq!(*slowly, written);
            assert_eq!(frame, b"before");
        }
        (slowly, written) => panic!("slowly {slowly:?}, else {written:?}: {header:?}"),
    }
    slowly.ok()
}

/// A message of `header`, whole, cut, and with a byte changed.
fn agrees<H: OwnedHeader + Debug>(header: &H, body: &[u8], at: usize, byte: u8) {
    let Some(mut frame) = writes_as_slowly(header, body) else {
        return;
    };
    assert!(reads_as_slowly::<H>(&frame), "{header:?}");
    for cut in 0..frame.len() {
        reads_as_slowly::<H>(&frame[..cut]);
    }
    let at = at % frame.len();
    frame[at] = byte;
    reads_as_slowly::<H>(&frame);
    frame.extend([byte; 40]);
    reads_as_slowly::<H>(&frame);
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let letter = prop_oneof![6 => "[a-z0-9-]", 1 => "[é東🦀]"];
    vec(letter, 0..=most).prop_map(|letters| letters.concat())
}

prop_compose! {
    fn call()(
        service in text(210),
        flags in 0_u8..17,
        token in vec(any::<u8>(), 0..44),
        pairs in vec((text(20), text(60)), 0..6),
        properties in vec((text(8), text(8)), 0..5),
    ) -> Call {
        Call { header: 0, body: 0, service, version: 5, flags, token, pairs, properties }
    }
}

prop_compose! {
    fn parts()(name in text(120), ports in vec(any::<u16>(), 0..7), codes in vec(any::<i32>(), 0..90)) -> Parts {
        Parts { magic: *b"PT", rest: 0, name_len: 0, ports_count: 0, name, header: 0, ports, codes }
    }
}

prop_compose! {
    fn agreed()(method in text(21), is_last in any::<bool>(), tags in vec(text(9), 0..8)) -> Agreed {
        Agreed { frame: 0, method: method.into(), body: 0, is_last, tags }
    }
}

proptest! {
    #[test]
    fn calls_agree(header in call(), body in 0..30_usize, at in any::<usize>(), byte in any::<u8>()) {
        agrees(&header, &vec![7; body], at, byte);
    }

    #[test]
    fn parts_agree(header in parts(), body in 0..30_usize, at in any::<usize>(), byte in any::<u8>()) {
        agrees(&header, &vec![7; body], at, byte);
    }

    #[test]
    fn agreed_lengths_agree(header in agreed(), body in 0..30_usize, at in any::<usize>(), byte in any::<u8>()) {
        agrees(&header, &vec![7; body], at, byte);
    }

    #[test]
    fn any_bytes_agree(bytes in vec(prop_oneof![3 => 0_u8..8, 1 => any::<u8>()], 0..80)) {
        reads_as_slowly::<Call>(&bytes);
        reads_as_slowly::<Parts>(&bytes);
        reads_as_slowly::<Agreed>(&bytes);
    }
}
