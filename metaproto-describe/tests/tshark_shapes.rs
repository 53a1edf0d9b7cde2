//! The dissectors in the real tshark: headers of every shape, against messages and values by hand.

mod common;

use common::capture::{Capture, SERVER};
use common::declared::Declared;
use common::shapes::{CONDITIONS, OPAQUE, PARTS, SEALED, TEXTS, VARINTS, crc32};
use common::tshark::{self, Message, Passes, dissect, dissect_in};
use metaproto_codec::Direction::ClientToServer;
use metaproto_codec::Schema;
use metaproto_describe::wireshark::{Options, wireshark};

/// The messages that tshark finds, each in a connection of its own: in one segment, and byte by byte.
fn shown(schema: Schema, messages: &[&[u8]]) -> Vec<Message> {
    let codec = Declared {
        schema,
        max_frame: 1000,
    };
    let script = wireshark(&codec, &Options::new("shape").port(SERVER)).unwrap();
    let mut capture = Capture::default();
    let mut port = 40000;
    for message in messages {
        let mut connection = capture.connect(port);
        capture.send(&mut connection, ClientToServer, message);
        port += 1;
    }
    let whole = dissect(&script, "shape", &capture);

    let mut capture = Capture::default();
    for message in messages {
        let mut connection = capture.connect(port);
        for byte in message.chunks(1) {
            capture.send(&mut connection, ClientToServer, byte);
        }
        port += 1;
    }
    // What is refused is refused at its first wrong byte: only whole messages are the same however they come.
    let split = dissect_in(Passes::One, &script, "shape", &capture);
    for whole in whole.iter().filter(|message| message.remarks.is_empty()) {
        assert!(
            split
                .iter()
                .any(|split| split.fields == whole.fields && split.body == whole.body),
            "{whole:?} is not among {split:?}"
        );
    }
    whole
}

#[track_caller]
fn check(message: &Message, fields: &[(&str, &str)], body: &str) {
    self::fields(message, fields);
    assert_eq!(message.body, body, "{message:?}");
    assert!(message.remarks.is_empty(), "{message:?}");
}

#[track_caller]
fn fields(message: &Message, fields: &[(&str, &str)]) {
    let shown: Vec<(&str, &str)> = message
        .fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(shown, fields, "{message:?}");
}

#[track_caller]
fn refused(message: &Message, remark: &str) {
    assert_eq!(message.remarks, [remark], "{message:?}");
}

#[test]
fn numbers_of_variable_length() {
    if !tshark::is_there() {
        return;
    }
    let shown = shown(
        VARINTS,
        &[
            // The first length has more bytes than it needs.
            b"\x01\x9A\x00\x81\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x04topics\x02\x01\x02body",
            b"\x02\x0D\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\x00\x01\x00",
            b"\x03\x00",
            b"\x01\xFF\xFF\xFF\xFF\x01",
            b"\x01\xE9\x07",
            b"\x01\x06\x00\x00\x00\x00\x00\x00",
            b"\x01\x04\x00\x00\x01\x0B",
        ],
    );
    check(
        &shown[0],
        &[
            ("kind", "1"),
            ("remaining", "26"),
            ("id", "128"),
            ("delta", "-9223372036854775808"),
            ("length", "4"),
            ("topic", "topics"),
            ("length", "2"),
            ("item", "-1"),
            ("item", "1"),
        ],
        "626f6479",
    );
    assert_eq!(shown[0].info, "request id=128 topic=topics");
    let remark = "This kind of message cannot come from this side";
    assert_eq!(shown[1].remarks, [remark]);
    assert_eq!(shown[1].kind, "response");
    fields(
        &shown[1],
        &[
            ("kind", "2"),
            ("remaining", "13"),
            ("id", "18446744073709551615"),
            ("delta", "0"),
            ("length", "1"),
            ("topic", ""),
            ("length", "0"),
        ],
    );
    refused(&shown[2], "byte 0, field kind: unknown code 0x3");
    refused(
        &shown[3],
        "byte 1, field remaining: variable-length integer is longer than 4 bytes or too large",
    );
    refused(
        &shown[4],
        "byte 1, field remaining: 1001 is above the limit of 1000",
    );
    refused(
        &shown[5],
        "byte 4, field topic: length 0 is below the minimum of 1",
    );
    refused(
        &shown[6],
        "byte 5, field numbers: needs 11 bytes, but only 0 are left in what contains it",
    );
}

#[test]
fn fields_that_need_not_be_there() {
    if !tshark::is_there() {
        return;
    }
    let shown = shown(
        CONDITIONS,
        &[
            b"\0\x12\0\0\0\0\0\0\0\0\0\x03\0\x01n\0\x01c",
            b"\0\x26\x01\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x05\x12\x34\xFF\xFF\0\x04namx\x02abc\0\0\0\x09bo",
            b"\0\x12\0\0\0\0\0\0\0\x40\0\0\xFF\xFF\x02abc",
            b"\0\x12\0\0\0\0\0\0\0\0\0\x03\0\x01n\x01\x01c",
            b"\0\x12\0\0\0\0\0\0\0\0\0\x03\0\x01n\0\x00c",
            b"\0\x14\0\0\0\0\0\0\0\0\0\x03\0\x01n\0\x01cde",
        ],
    );
    check(
        &shown[0],
        &[
            ("length", "18"),
            ("flags", "0"),
            ("ttl", "3000"),
            ("length", "1"),
            ("name", "n"),
            ("code_len", "1"),
            ("code", "63"),
        ],
        "",
    );
    check(
        &shown[1],
        &[
            ("length", "38"),
            ("flags", "9223372036854775809"),
            ("trace", "5"),
            ("level", "4660"),
            ("ttl", "65535000"),
            ("length", "4"),
            ("name", "namx"),
            ("code_len", "2"),
            ("code", "616263"),
            ("extra", "9"),
        ],
        "626f",
    );
    check(
        &shown[2],
        &[
            ("length", "18"),
            ("flags", "4611686018427387904"),
            ("ttl", "0"),
            ("length", "65535"),
            ("code_len", "2"),
            ("code", "616263"),
        ],
        "",
    );
    refused(
        &shown[3],
        "byte 15, field name: padding must be zero, found 0x01",
    );
    refused(
        &shown[4],
        "byte 16, field code_len: length 0 is below the minimum of 1",
    );
    refused(
        &shown[5],
        "byte 18, field extra: needs 4 bytes, but only 2 are left in what contains it",
    );
}

#[test]
fn parts_blocks_and_choices() {
    if !tshark::is_there() {
        return;
    }
    let shown = shown(
        PARTS,
        &[
            b"\0\0\0\x17\x02\x01\0\x03\x07xy\x12\x34\x03\x01\0\x05\x02\x01\0\x06\0\x07",
            b"\0\0\0\x0E\0\0\0\x01\x07\0\x01\0\x02\0",
            b"\0\0\0\x0D\x02\x01\0\x01\x07\0\x01\x01\x03",
            b"\0\0\0\x0D\0\0\0\x00\x07\0\x01\0\x02",
        ],
    );
    check(
        &shown[0],
        &[
            ("length", "23"),
            ("kind", "258"),
            ("length", "3"),
            ("a", "7"),
            ("rest", "7879"),
            ("value", "4660"),
            ("length", "3"),
            ("tag", "1"),
            ("value", "5"),
            ("tag", "2"),
            ("tag", "1"),
            ("value", "6"),
            ("value", "7"),
        ],
        "",
    );
    check(
        &shown[1],
        &[
            ("length", "14"),
            ("kind", "0"),
            ("length", "1"),
            ("a", "7"),
            ("rest", ""),
            ("value", "1"),
            ("value", "2"),
            ("length", "0"),
        ],
        "",
    );
    refused(&shown[2], "byte 13, field shapes.value: unknown code 0x3");
    refused(
        &shown[3],
        "byte 8, field block.a: needs 1 bytes, but only 0 are left in what contains it",
    );
}

#[test]
fn texts_and_lists_that_end_in_various_ways() {
    if !tshark::is_there() {
        return;
    }
    let shown = shown(
        TEXTS,
        &[
            b"T\xFF\x21\x02one\rtwo\r\nab c  x\0yy\0\0\x09\x01k\xFE\xFF\x02zz\x01\x00+ex",
            b"T\xFF\x0B\x00\r\n      \0\x00",
            b"T\xFF\x20\x00elevenbytes\r\n      \0\x00",
            b"T\xFE",
            b"T\xFF\x20\x00\r\n      a\0b\0c\0d\0\0\x00",
            b"T\xFF\x20\x00\xFF\xFE\r\n      \0\x00",
        ],
    );
    let mut expected = vec![
        ("magic", "54ff"),
        ("header_len", "33"),
        ("body_len", "2"),
        ("line", "one\rtwo"),
        ("fixed", "ab c"),
        ("item", "x"),
        ("item", "yy"),
        ("length", "9"),
    ];
    expected.extend([("length", "1"), ("key", "k"), ("value", "-2")]);
    expected.extend([("length", "2"), ("key", "zz"), ("value", "1")]);
    expected.push(("header_extension", "2b"));
    check(&shown[0], &expected, "6578");
    check(
        &shown[1],
        &[
            ("magic", "54ff"),
            ("header_len", "11"),
            ("body_len", "0"),
            ("line", ""),
            ("fixed", ""),
            ("length", "0"),
        ],
        "",
    );
    refused(&shown[2], "byte 4, field line: 11 is above the limit of 10");
    refused(
        &shown[3],
        "byte 1, field magic: expected the constant byte 0xff, found 0xfe",
    );
    refused(&shown[4], "byte 12, field names: 4 is above the limit of 3");
    refused(&shown[5], "byte 4, field line: not valid UTF-8");
}

#[test]
fn wide_bits_trailers_and_checksums() {
    if !tshark::is_there() {
        return;
    }
    let seal = |header: &[u8], rest: &[u8]| {
        let mut message = [header, rest, &[0; 4]].concat();
        let length = u16::try_from(message.len()).unwrap();
        message[1..3].copy_from_slice(&length.to_be_bytes());
        // `big` starts a group of 8 bytes: the sum goes over 11.
        message[0] = message[..11]
            .iter()
            .fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
        let crc = u32::try_from(crc32(&[&message])).unwrap();
        let at = message.len() - 4;
        message[at..].copy_from_slice(&crc.to_le_bytes());
        message
    };
    // big = 2^49 + 1, small = -2, signed, spare.
    let group = ((1_u64 << 49 | 1) << 14 | 0xFFE << 2 | 0b11).to_be_bytes();
    let header = [&[0, 0, 0][..], &group, &[7]].concat();
    let whole = seal(&header, b"body\x11\x22\x33\x44");
    let unsigned = [&[0, 0, 0][..], &[0; 8], &[0]].concat();
    let bare = seal(&unsigned, b"");
    let mut bad_crc = whole.clone();
    bad_crc[13] ^= 1;
    let mut short = bare.clone();
    short[2] = 15;
    let mut without_room = whole.clone();
    without_room[2] = 19;
    let shown = shown(SEALED, &[&whole, &bare, &bad_crc, &short, &without_room]);
    let crc = |message: &[u8]| {
        u32::from_le_bytes(message[message.len() - 4..].try_into().unwrap()).to_string()
    };
    check(
        &shown[0],
        &[
            ("sum", &whole[0].to_string()),
            ("status", "1"),
            ("length", "24"),
            ("big", "562949953421313"),
            ("small", "-2"),
            ("signed", "1"),
            ("spare", "1"),
            ("status", "7"),
            ("signature", "287454020"),
            ("status", "2"),
            ("crc", &crc(&whole)),
            ("status", "1"),
        ],
        "626f6479",
    );
    check(
        &shown[1],
        &[
            ("sum", &bare[0].to_string()),
            ("status", "1"),
            ("length", "16"),
            ("big", "0"),
            ("small", "0"),
            ("signed", "0"),
            ("spare", "0"),
            ("status", "0"),
            ("crc", &crc(&bare)),
            ("status", "1"),
        ],
        "",
    );
    let computed = crc32(&[&bad_crc[..20], &[0; 4]]);
    refused(
        &shown[2],
        &format!(
            "byte 20, field crc: checksum is {:#x}, but the bytes give {computed:#x}",
            u32::from_le_bytes(bad_crc[20..].try_into().unwrap())
        ),
    );
    assert_eq!(shown[2].fields.last().unwrap().1, "0");
    refused(
        &shown[3],
        "byte 1, field length: length 15 is below the minimum of 16",
    );
    refused(
        &shown[4],
        "byte 11, field signature: needs 4 bytes, but only 3 are left in what contains it",
    );
}

#[test]
fn what_only_the_codec_can_read_is_shown_as_bytes() {
    if !tshark::is_there() {
        return;
    }
    let shown = shown(OPAQUE, &[b"\0\x06abcd"]);
    check(&shown[0], &[("length", "6"), ("opaque", "61626364")], "");
}
