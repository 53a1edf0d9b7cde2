//! Reading, changing and writing, against bytes written by hand.

use metaproto_codec::schema::Role;
use metaproto_codec::{Direction, Header, OwnedHeader, Part, ResponseStatus};

use super::super::*;
use super::samples::{BigBits, Bolt, Lists, LittleBits};

/// The one message that `bytes` are.
fn message<H: OwnedHeader>(direction: Direction, bytes: &[u8]) -> Message {
    match read(&H::SCHEMA, direction, bytes).outcome {
        Outcome::Message(message, _) => *message,
        other => panic!("{other:?}"),
    }
}

fn bolt() -> Vec<u8> {
    let mut bytes =
        b"\x01\x01\0\x01\x01\x02\x03\x04\0\x03\0\x0D\0\0\0\x02cls\0\0\0\x04zone\0\0\0\x01b!?"
            .to_vec();
    bytes.extend(b"next");
    bytes
}

#[test]
fn every_bit_has_a_name() {
    let spans = read(&Bolt::SCHEMA, Direction::ClientToServer, &bolt()).spans;
    let names: Vec<_> = spans
        .iter()
        .map(|span| (span.path.as_str(), span.bytes(), span.kind))
        .collect();
    assert_eq!(
        names[4..],
        [
            ("class_len", 8..10, SpanKind::Length),
            ("header_len", 10..12, SpanKind::Length),
            ("content_len", 12..16, SpanKind::Length),
            ("class", 16..19, SpanKind::Value),
            ("headers[0].key.len", 19..23, SpanKind::Length),
            ("headers[0].key", 23..27, SpanKind::Value),
            ("headers[0].value.len", 27..31, SpanKind::Length),
            ("headers[0].value", 31..32, SpanKind::Value),
            ("body", 32..34, SpanKind::Body),
        ]
    );
    let bits = |spans: Vec<Span>| {
        let bits = spans.into_iter().map(|it| (it.path, it.start_bit, it.bits));
        bits.collect::<Vec<_>>()
    };
    let big = read(
        &BigBits::SCHEMA,
        Direction::ClientToServer,
        &[0x90, 0x03, 0x01, 0x20, 0, 0, 0],
    );
    assert_eq!(
        bits(big.spans)[..4],
        [
            ("version".into(), 0, 4),
            ("across".into(), 4, 10),
            ("request".into(), 14, 1),
            ("two_way".into(), 15, 1),
        ]
    );
    let little = read(
        &LittleBits::SCHEMA,
        Direction::ClientToServer,
        &[0xE5, 0xFF, 1, 0],
    );
    assert_eq!(
        bits(little.spans)[..3],
        [
            ("low".into(), 0, 4),
            ("high".into(), 4, 12),
            ("size".into(), 16, 8)
        ]
    );
}

#[test]
fn a_tree_is_changed_by_path_and_its_lengths_follow() {
    let direction = Direction::ClientToServer;
    let mut tree = message::<Bolt>(direction, &bolt());
    let old = tree.set("headers[0].value", Value::Bytes(b"blue".to_vec()));
    assert_eq!(old, Some(Value::Bytes(b"b".to_vec())));
    assert_eq!(tree.set("headers[1].value", Value::Number(1)), None);
    assert_eq!(tree.get("headers[0].key").unwrap().bytes(), b"zone");
    let id = tree.find_mut(|role| *role == Role::RequestId).unwrap();
    id.value = Value::Number(7);
    tree.body.clear();
    let expected = b"\x01\x01\0\x01\0\0\0\x07\0\x03\0\x10\0\0\0\0cls\0\0\0\x04zone\0\0\0\x04blue";
    assert_eq!(write(&tree, &[]), expected);
}

#[test]
fn an_override_makes_one_length_wrong_and_leaves_the_rest() {
    let direction = Direction::ClientToServer;
    let tree = message::<Bolt>(direction, &bolt());
    let right = write(&tree, &[]);
    let force = |path: &str, bits: u128| {
        let path = path.to_owned();
        write(&tree, &[Override { path, bits }])
    };
    let bytes = force("headers[0].key.len", 0x1_0000_0005);
    assert_eq!(bytes[19..23], [0, 0, 0, 5], "cut to its width");
    assert_eq!((&bytes[..19], &bytes[23..]), (&right[..19], &right[23..]));
    let outcome = read(&Bolt::SCHEMA, direction, &force("headers[0].value.len", 2)).outcome;
    let expected = Outcome::Malformed {
        path: "headers[0].value.len".into(),
        offset: 27,
        fault: FaultClass::PastEnd,
    };
    assert_eq!(outcome, expected);
    let outcome = read(&Bolt::SCHEMA, direction, &force("content_len", 0xFFFF_FFFF)).outcome;
    let expected = Outcome::Limit {
        path: "content_len".into(),
        offset: 12,
        found: 0xFFFF_FFFF,
        max: 16 << 20,
    };
    assert_eq!(outcome, expected);
    assert_eq!(force("no.such[3].field", 9), right);
}

#[test]
fn a_tree_of_other_shapes_than_its_fields_is_written_as_zeros() {
    let mut tree = models::rich(&Lists::SCHEMA, Direction::ClientToServer);
    for node in &mut tree.fields {
        node.value = match node.value {
            Value::Number(_) => Value::List(vec![Value::Number(1)]),
            _ => Value::Number(5),
        };
    }
    tree.body.clear();
    // Without `place`, which has no zero of its own.
    let lean = models::lean(&Lists::SCHEMA, Direction::ClientToServer);
    let place = match lean.get("place") {
        Some(Value::Part(nodes)) => Message {
            fields: nodes.clone(),
            extension: Vec::new(),
            body: Vec::new(),
        },
        other => panic!("{other:?}"),
    };
    let place = write(&place, &[]).len();
    assert_eq!(write(&tree, &[]).len() + place, write(&lean, &[]).len());
}

/// By the documentation of `RequestId`, of a status and of a property, whatever the width of the Rust type is.
#[test]
fn signed_numbers_of_odd_width_are_wire_bits_and_spell_negative_numbers() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Odd {
        #[header(bytes = 3, request_id, metadata = "id")]
        id: i32,
        #[header(bits = 4, status(ok = -1, other = 2))]
        status: i8,
        #[header(bits = 4)]
        rest: u8,
        #[header(body_len, max = 9)]
        size: u8,
    }
    let reading = read(
        &Odd::SCHEMA,
        Direction::ServerToClient,
        &[0xFF, 0xFF, 0xFE, 0xF0, 0],
    );
    let Outcome::Message(_, facts) = reading.outcome else {
        panic!("{reading:?}")
    };
    assert_eq!(facts.request_id, Some(0xFF_FFFE.into()));
    assert_eq!(facts.get("id"), Some("-2"));
    assert_eq!(facts.status, Some(ResponseStatus::Ok));
}
