//! brpc.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::brpc::BrpcHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

/// Requests and responses; stream frames have a magic of their own. Here the meta is part of the header.
fn messages() -> Vec<Golden> {
    let mut messages = golden("brpc", |case| !case.starts_with("stream"));
    for message in &mut messages {
        message.header_size += message.fields["meta_size"].as_u64().unwrap() as usize;
    }
    messages
}

#[test]
fn golden_messages_are_read_and_written() {
    let meta = [
        "attachment_size",
        "correlation_id",
        "error_code",
        "method_name",
        "payload_size",
        "service_name",
    ];
    check::<BrpcHeader>(&messages(), &meta);
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut message = messages().remove(0).bytes;
        message[at] = byte;
        BrpcHeader::read_frame(&message).unwrap_err()
    };
    let error = spoiled(3, b'D');
    assert_eq!(
        *error.fault(),
        Fault::Constant {
            expected: b'C',
            found: b'D'
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (3, "magic".into())
    );
    // The meta reaches beyond the message.
    let error = spoiled(11, 57);
    assert_eq!(
        *error.fault(),
        Fault::PastEnd {
            needed: 57,
            left: 56
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (8, "meta_size".into())
    );
    assert_eq!(spoiled(4, 5).fault().rule(), "above_maximum");
}

#[test]
fn lengths_follow_another_meta() {
    let message = Bytes::from(messages().remove(0).bytes);
    let meta = BrpcHeader::read_frame(&message).unwrap().meta;
    let mut output = Output::new();
    let change = |header: &mut BrpcHeader| header.meta = [&meta[..], b"\x58\x01"].concat().into();
    BrpcHeader::splice(&message, change, &mut output).unwrap();
    let end = 12 + meta.len();
    let expected = [
        b"PRPC\0\0\0\x3A\0\0\0\x2D",
        &message[12..end],
        b"\x58\x01",
        &message[end..],
    ]
    .concat();
    assert_eq!(output.take_contiguous(), expected);
}
