//! Thrift, framed and strict binary.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::thrift::{Thrift, ThriftMessage};
use metaproto_codec::{Fault, Header, Limits, Metadata, Output, ResponseStatus, Session};

fn call() -> Vec<u8> {
    golden("thrift", |case| case == "call").remove(0).bytes
}

#[test]
fn golden_messages_are_read_and_written() {
    // The length of the name is part of the name's field.
    check::<ThriftMessage>(&golden("thrift", |_| true), &["name_length"]);
}

#[test]
fn spoiled_messages_are_refused() {
    let refused = |at: usize, bytes: &[u8]| {
        let mut message = call();
        message[at..at + bytes.len()].copy_from_slice(bytes);
        ThriftMessage::read_frame(&message).unwrap_err().to_string()
    };
    assert_eq!(
        refused(4, &[0]),
        "byte 4, field version: expected the constant byte 0x80, found 0x00"
    );
    assert_eq!(
        refused(7, &[5]),
        "byte 7, field message_type: unknown code 0x5"
    );
    assert_eq!(
        refused(0, &16_384_001_u32.to_be_bytes()),
        "byte 0, field frame_length: 16384001 is above the limit of 16384000"
    );
    // Of the 29 bytes, 12 are the header's beside the name.
    assert_eq!(
        refused(8, &[0, 0, 0, 18]),
        "byte 8, field name: needs 18 bytes, but only 17 are left in what contains it"
    );
    assert_eq!(refused(12, &[0xFF]), "byte 8, field name: not valid UTF-8");
}

#[test]
fn a_spliced_name_changes_both_lengths() {
    let message = Bytes::from(call());
    let mut output = Output::new();
    let change = |message: &mut ThriftMessage| message.name = "ping_all".into();
    ThriftMessage::splice(&message, change, &mut output).unwrap();
    let spliced = output.take_contiguous();
    let mut expected = message.to_vec();
    expected[3] += 4;
    expected[11] = 8;
    expected.splice(16..16, *b"_all");
    assert_eq!(spliced, expected);
    let long = |message: &mut ThriftMessage| message.name = "x".repeat(64 * 1024 + 1);
    let error = ThriftMessage::splice(&message, long, &mut output).unwrap_err();
    let too_large = Fault::TooLarge {
        found: 65_537,
        max: 65_536,
    };
    assert_eq!(*error.fault(), too_large);
    assert!(output.take_contiguous().is_empty());
}

#[test]
fn the_kind_of_a_message_tells_its_status() {
    for (case, status) in [
        ("call", None),
        ("reply", Some(ResponseStatus::Ok)),
        ("exception", Some(ResponseStatus::Error)),
    ] {
        let message = golden("thrift", |name| name == case).remove(0);
        let mut metadata = Metadata::default();
        let mut session = Session::new(Thrift::new(), message.direction, Limits::default());
        session.receive(&message.bytes);
        session.next_message(&mut metadata).unwrap();
        assert_eq!(metadata.status(), status, "{case}");
    }
}
