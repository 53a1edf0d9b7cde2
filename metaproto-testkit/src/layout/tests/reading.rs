//! Every new shape read and written, against bytes written by hand.

use metaproto_codec::{Direction, Schema};

use super::super::*;
use super::shapes::{CUSTOM, NESTED, OPTIONAL, TEXTS, TRAILERS, VARINTS};

const TO_SERVER: Direction = Direction::ClientToServer;

/// The one message that `bytes` are, which are written as they were.
#[track_caller]
fn message(schema: &Schema, bytes: &[u8]) -> Message {
    match read(schema, TO_SERVER, bytes).outcome {
        Outcome::Message(message, facts) => {
            assert_eq!(facts.length, bytes.len());
            assert_eq!(write(&message, &[]), bytes);
            *message
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(schema: &Schema, bytes: &[u8], path: &str, offset: usize, fault: FaultClass) {
    let expected = Outcome::Malformed {
        path: path.to_owned(),
        offset,
        fault,
    };
    assert_eq!(read(schema, TO_SERVER, bytes).outcome, expected);
}

#[track_caller]
fn limited(schema: &Schema, bytes: &[u8], path: &str, offset: usize, found: u128, max: usize) {
    let expected = Outcome::Limit {
        path: path.to_owned(),
        offset,
        found,
        max,
    };
    assert_eq!(read(schema, TO_SERVER, bytes).outcome, expected);
}

#[track_caller]
fn waits(schema: &Schema, bytes: &[u8], at_least: usize) {
    let expected = Outcome::Truncated { at_least };
    assert_eq!(read(schema, TO_SERVER, bytes).outcome, expected);
}

#[test]
fn conditions_decide_what_is_there() {
    // version 2, flags 9: an id and a zone; then a note, a weight, and what is left; a body of one byte.
    let whole = b"\x29\x13\x01\0\0\0\x07\x02ab\x01n\0\x05rest!B";
    let tree = message(&OPTIONAL, &{
        let mut whole = whole.to_vec();
        whole[1] = whole.len() as u8;
        whole
    });
    assert_eq!(tree.get("id"), Some(&Value::Number(7)));
    assert_eq!(tree.get("old"), Some(&Value::Absent));
    assert_eq!(tree.get("more").unwrap().bytes(), b"rest!");
    // Of version 0 there is another field; the note is absent by its length, and nothing is left.
    let tree = message(&OPTIONAL, b"\x00\x07\x01\xAA\xBB\xFFB");
    assert_eq!(tree.get("old"), Some(&Value::Number(0xAABB)));
    for absent in ["id", "zone", "note", "weight", "more"] {
        assert_eq!(tree.get(absent), Some(&Value::Absent), "{absent}");
    }
    // What depends on a number follows it.
    let mut tree = tree;
    tree.set("flags", Value::Number(1));
    tree.set("version", Value::Number(1));
    assert_eq!(write(&tree, &[]), b"\x11\x09\x01\0\0\0\0\xFFB");
    // A weight for which there is only half the room.
    refused(
        &OPTIONAL,
        b"\x10\x06\x01\xFF\x00B",
        "weight",
        4,
        FaultClass::PastEnd,
    );
}

#[test]
fn texts_end_where_their_marks_stand() {
    let whole = b"get     \0\x1E\x01hi\r\nab\0c\0\0zone=red;B";
    let tree = message(&TEXTS, whole);
    assert_eq!(tree.get("method").unwrap().bytes(), b"get");
    assert_eq!(tree.get("line").unwrap().bytes(), b"hi");
    assert_eq!(tree.get("words[1]").unwrap().bytes(), b"c");
    assert_eq!(tree.get("headers[0].value").unwrap().bytes(), b"red");
    let spans = read(&TEXTS, TO_SERVER, whole).spans;
    let named: Vec<_> = spans
        .iter()
        .map(|span| (span.path.as_str(), span.bytes().len(), span.kind))
        .filter(|(.., kind)| !matches!(kind, SpanKind::Value | SpanKind::Length))
        .collect();
    assert_eq!(
        named,
        [
            ("method.pad", 5, SpanKind::Padding),
            ("line.end", 2, SpanKind::End),
            ("words[0].end", 1, SpanKind::End),
            ("words[1].end", 1, SpanKind::End),
            ("words.end", 1, SpanKind::End),
            ("headers[0].key.end", 1, SpanKind::End),
            ("headers[0].value.end", 1, SpanKind::End),
            ("body", 1, SpanKind::Body),
        ]
    );
    // Half of a mark has come: what is missing of it, and the end of the words, but the header is longer.
    waits(&TEXTS, b"get     \0\x1E\x01hi\r", 30 + 1 - 14);
    // The header ends before the mark does.
    refused(
        &TEXTS,
        b"get     \0\x0E\x01hi\r\n",
        "line",
        11,
        FaultClass::PastEnd,
    );
    let long = b"get     \0\x40\x010123456789abc\r\n";
    limited(&TEXTS, long, "line", 11, 13, 12);
    let many = b"get     \0\x40\x01\r\na\0b\0c\0d\0\0";
    limited(&TEXTS, many, "words", 19, 4, 3);
    refused(
        &TEXTS,
        b"g\xFF      \0\x40\x01",
        "method",
        0,
        FaultClass::Utf8,
    );
}

#[test]
fn rest_needs_an_end() {
    use metaproto_codec::schema::{Field, Length, Shape};
    static OPEN: Schema = Schema {
        name: "Open",
        fields: &[Field::new(
            "all",
            Shape::Octets {
                text: false,
                length: Length::Rest,
            },
        )],
    };
    refused(&OPEN, b"", "all", 0, FaultClass::NoEnd);
}

#[test]
fn varints_are_kept_in_the_bytes_that_they_have() {
    // magic 300, 28 more bytes, id 128, delta -2, quarter 1000, two quads, a name, scaled 8 - 4, options, numbers.
    let whole = b"\xAC\x02\x1E\x81\x00\x03\0\x04\x02\x03abc\x02four01234567\x02\x81\x00\x05Body";
    let mut whole = whole.to_vec();
    whole[2] = whole.len() as u8 - 3 - 1;
    let tree = message(&VARINTS, &whole);
    assert_eq!(tree.get("id"), Some(&Value::Number(128)));
    assert_eq!(tree.get("scaled").unwrap().bytes(), b"four");
    assert_eq!(tree.get("options").unwrap().bytes(), b"01234567");
    let wide = Value::Varint { raw: 1, bytes: 2 };
    assert_eq!(tree.get("numbers[0]"), Some(&wide));
    let Outcome::Message(_, facts) = read(&VARINTS, TO_SERVER, &whole).outcome else {
        panic!("it was one")
    };
    assert_eq!(facts.get("delta"), Some("-2"));
    assert_eq!(facts.get("quarter"), Some("1000"));
    assert_eq!(tree.body, b"Body");
    // Its own length takes two bytes as soon as it must.
    let mut tree = tree;
    tree.body = vec![b'x'; 200];
    let written = write(&tree, &[]);
    assert_eq!(written[..4], [0xAC, 0x02, 0xE2, 0x01]);
    assert_eq!(written.len(), 4 + 0xE2 + 1);
    message(&VARINTS, &written);
    refused(
        &VARINTS,
        &[0xAC, 0x82, 0x80],
        "magic",
        0,
        FaultClass::Varint,
    );
    let too_large = [0xAC, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x10];
    refused(&VARINTS, &too_large, "rest", 2, FaultClass::Varint);
    refused(&VARINTS, &[0xAD, 0x02], "magic", 0, FaultClass::Constant);
    // Of the rest, the maximum bounds what the number and its offset say.
    limited(&VARINTS, &[0xAC, 0x02, 0xD8, 0x04], "rest", 2, 600, 600);
    let below = b"\xAC\x02\x1E\0\0\0\0\0\0\x00";
    refused(&VARINTS, below, "scaled.len", 9, FaultClass::BelowMinimum);
}

#[test]
fn blocks_are_filled_and_alternatives_follow_their_tags() {
    let whole = b"\x01\0\x01\x08\0\0\0\0\x05\x03\x01ab\x05\x00\0\0\0\x02\x09\x02hi\x02\x01\x02\x04\x00\0\0B";
    let mut whole = whole.to_vec();
    // The point's block: x, an empty label, and what aligns it.
    whole[8] = 4;
    whole.remove(17);
    let tree = message(&NESTED, &whole);
    assert_eq!(tree.get("raw.bytes").unwrap().bytes(), b"ab");
    assert_eq!(tree.get("point.x"), Some(&Value::Number(5)));
    assert_eq!(tree.get("content.tag"), Some(&Value::Number(2)));
    assert_eq!(tree.get("content.value.label").unwrap().bytes(), b"hi");
    assert_eq!(tree.get("items[0].value"), Some(&Value::Part(Vec::new())));
    let spoilt = |at: usize, byte: u8| {
        let mut whole = whole.clone();
        whole[at] = byte;
        whole
    };
    let pad = |bytes: &[u8], path: &str, at| refused(&NESTED, bytes, path, at, FaultClass::Padding);
    pad(&spoilt(6, 1), "form", 6);
    refused(
        &NESTED,
        &spoilt(17, 3),
        "content.value",
        18,
        FaultClass::Code,
    );
    let mut long = spoilt(8, 5);
    long.insert(17, 9);
    refused(&NESTED, &long, "point", 17, FaultClass::Excess);
    // Another tag in the tree asks for another alternative, which is there with as little in it as can be.
    let mut tree = tree;
    tree.set("form", Value::Number(9));
    let summed = message(&NESTED, &write(&tree, &[]));
    assert_eq!(summed.get("content.sum"), Some(&Value::Number(0)));
    tree.set("form", Value::Number(77));
    let other = message(&NESTED, &write(&tree, &[]));
    assert_eq!(other.get("content.x"), Some(&Value::Number(0)));
}

#[test]
fn trailers_stand_behind_the_body_and_are_summed_up() {
    let mut whole = b"\x02\0\x0F\x11body".to_vec();
    whole[2] = 4 + 4 + 3 + 4 + 1;
    whole[3] = 2 + 16;
    whole.extend(b"mac");
    let mut zeros = whole.clone();
    zeros.extend([0, 0, 0, 0, 0x7E]);
    whole.extend(crc32fast::hash(&zeros).to_be_bytes());
    whole.push(0x7E);
    let tree = message(&TRAILERS, &whole);
    assert_eq!((tree.body.as_slice(), tree.fields.len()), (&b"body"[..], 6));
    assert_eq!(tree.get("mac").unwrap().bytes(), b"mac");
    let spoilt = |at: usize| {
        let mut whole = whole.clone();
        whole[at] ^= 1;
        whole
    };
    refused(&TRAILERS, &spoilt(5), "crc", 11, FaultClass::Checksum);
    refused(&TRAILERS, &spoilt(3), "check", 3, FaultClass::Checksum);
    refused(&TRAILERS, &spoilt(15), "end", 15, FaultClass::Constant);
    // Always there are five bytes behind the body; with the flag, which comes before the length, three more.
    refused(
        &TRAILERS,
        b"\0\0\x08\0",
        "total",
        1,
        FaultClass::BelowMinimum,
    );
    refused(
        &TRAILERS,
        b"\x02\0\x0B\x0C",
        "total",
        1,
        FaultClass::BelowMinimum,
    );
    waits(&TRAILERS, b"\0", 8);
    waits(&TRAILERS, b"\0\0\x09", 6);
    let force = Override {
        path: "crc".to_owned(),
        bits: 0,
    };
    let wrong = write(&tree, std::slice::from_ref(&force));
    refused(&TRAILERS, &wrong, "crc", 11, FaultClass::Checksum);
}

#[test]
fn what_only_a_function_knows_is_kept() {
    let tree = message(&CUSTOM, b"\x05\x02\x01\x03\x01B");
    assert_eq!(tree.get("nibbles").unwrap().bytes(), b"\x02\x01\x03");
    waits(&CUSTOM, b"\x05\x02\x01", 2);
    limited(&CUSTOM, b"\x09\x11", "nibbles", 1, 17, 16);
    refused(&CUSTOM, b"\x03\x05", "nibbles", 1, FaultClass::PastEnd);
    let own = FaultClass::Custom("protocol");
    refused(&CUSTOM, b"\x05\x02\x01\xEE\x00", "nibbles", 1, own);
}
