//! A length that leaves what contains it is malformed, one that is only above its maximum meets a limit, wherever it
//! stands.

use metaproto_codec::wire::{Cursor, Order, Prefix, Stop};
use metaproto_codec::{CodecError, Fault, Header, MIB, OwnedHeader, Parsed};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian, part)]
struct Point {
    x: u8,
    y: u8,
}

/// Every place of a length in a header of known length.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Framed {
    #[header(frame_len, max = 200)]
    frame: u16,
    #[header(header_len, max = 150)]
    head: u16,
    #[header(body_len, max = 50)]
    body: u16,
    text_len: u16,
    point_count: u16,
    pair_count: u16,
    #[header(len = text_len, max = 4)]
    text: String,
    #[header(count = point_count, max = 4, nested)]
    points: Vec<Point>,
    #[header(count = pair_count, max = 4, key(len = u8, max = 4), value(len = u8, max = 4))]
    pairs: Vec<(String, String)>,
    #[header(len = u16, max = 4)]
    name: Vec<u8>,
    #[header(len = u16, max = 4)]
    block: Vec<u16>,
    #[header(count = u16, max = 4)]
    numbers: Vec<u32>,
    #[header(count = u16, max = 4, key(len = u8, max = 4), value(len = u16, max = 4))]
    map: Vec<(String, String)>,
}

/// Offsets of the lengths, and bytes of each thing that they count.
const INNER: [(usize, usize, &str); 7] = [
    (6, 1, "text_len"),
    (8, 2, "point_count"),
    (10, 2, "pair_count"),
    (12, 1, "name"),
    (14, 1, "block"),
    (16, 4, "numbers"),
    (18, 3, "map"),
];

/// A message of 100 bytes, 80 of them header, with all else empty.
fn framed() -> Vec<u8> {
    let mut frame = vec![0, 100, 0, 80, 0, 20];
    frame.resize(100, 0);
    frame
}

fn refused<H: OwnedHeader>(frame: &[u8], at: usize, value: usize) -> CodecError {
    let mut changed = frame.to_vec();
    changed[at..at + 2].copy_from_slice(&u16::try_from(value).unwrap().to_be_bytes());
    H::read_frame(&changed)
        .err()
        .unwrap_or_else(|| panic!("{value} at {at} is accepted"))
}

#[test]
fn inner_lengths() {
    Framed::read_frame(&framed()).unwrap();
    // All fields together have at least 20 bytes, so 60 of the header are free.
    for (at, each, name) in INNER {
        let fits = 60 / each;
        for (value, rule) in [
            (5, "above_maximum"),
            (fits, "above_maximum"),
            (fits + 1, "past_end"),
            (0xFFFF, "past_end"),
        ] {
            let error = refused::<Framed>(&framed(), at, value);
            assert_eq!(
                (error.field().to_string().as_str(), error.fault().rule()),
                (name, rule),
                "{value}: {error}"
            );
            assert_eq!(error.is_limit(), rule == "above_maximum");
        }
    }
}

#[test]
fn lengths_of_header_and_body_within_a_message() {
    let mut long = framed();
    long[1] = 200;
    for (at, value, rule) in [
        (2, 19, "below_minimum"),
        (2, 151, "above_maximum"),
        (2, 200, "above_maximum"),
        (2, 201, "past_end"),
        (2, 0xFFFF, "past_end"),
        (4, 51, "above_maximum"),
        (4, 120, "above_maximum"),
        (4, 121, "past_end"),
        (4, 0xFFFF, "past_end"),
    ] {
        let error = refused::<Framed>(&long, at, value);
        assert_eq!(error.fault().rule(), rule, "{value} at {at}: {error}");
    }
}

#[test]
fn where_nothing_contains_it_there_is_only_the_maximum() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Open {
        #[header(len = u64, max = 4)]
        text: String,
        numbers_len: u64,
        #[header(count = numbers_len, max = 4)]
        numbers: Vec<u64>,
        #[header(body_len, max = MIB)]
        body: u64,
    }
    for at in [0, 8, 16] {
        for found in [1 << 32, u64::MAX] {
            let mut frame = vec![0; 24];
            frame[at..at + 8].copy_from_slice(&found.to_be_bytes());
            let error = Open::read_frame(&frame).unwrap_err();
            assert!(error.is_limit(), "{error}");
            assert_eq!(error.offset(), at as u64);
        }
    }
}

#[test]
fn an_item_beyond_its_block_is_malformed_whatever_its_maximum() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Block {
        #[header(len = u8, max = 40, item(len = u8, max = 4))]
        words: Vec<String>,
        #[header(body_len, max = 99)]
        body: u8,
    }
    let read = |length: u8| {
        let mut frame = vec![21, 0, length];
        frame.resize(23, 0);
        Block::read_frame(&frame).unwrap_err()
    };
    // Two lengths take two of the 21 bytes.
    assert!(read(5).is_limit());
    assert!(read(19).is_limit());
    let past_end = Fault::PastEnd {
        needed: 20,
        left: 19,
    };
    assert_eq!(*read(20).fault(), past_end);
    assert_eq!(read(255).fault().rule(), "past_end");
}

#[test]
fn what_was_read_without_being_announced_counts_too() {
    let bytes = [0x80, 0x80, 0x80, 0x01, 2];
    let mut cursor = Cursor::new(&bytes, 1);
    cursor.varint().unwrap();
    let Err(Stop::Fault(error)) = cursor.frame_len(2, 0, 9) else {
        panic!("the message is shorter than what was read of it")
    };
    assert_eq!(*error.fault(), Fault::BelowMinimum { found: 2, min: 4 });
    let prefix = Prefix::new(1, Order::Big, 9);
    assert_eq!(cursor.prefixed(prefix), Err(Stop::Wait));
    assert_eq!(cursor.at_least(), 2);
}

/// As large as a length can be said to be, with a maximum that allows it.
#[test]
fn the_largest_length_of_all_is_waited_for_and_not_added_up() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Boundless {
        #[header(body_len, max = usize::MAX)]
        body: u64,
    }
    let bytes = [0xFF; 8];
    let Ok(Parsed::Wait { at_least }) = Boundless::parse(&bytes) else {
        panic!("the body is not there")
    };
    assert_eq!(at_least, usize::MAX - bytes.len());
}
