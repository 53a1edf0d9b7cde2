//! Dubbo.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::dubbo::DubboHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

#[test]
fn golden_messages_are_read_and_written() {
    let body = [
        "dubbo_version",
        "method",
        "parameter_types",
        "path",
        "service_version",
    ];
    let messages = golden("dubbo", |_| true);
    check::<DubboHeader>(&messages, &[&["flag"], &body[..]].concat());
    for message in &messages {
        if let Some(flag) = message.fields.get("flag") {
            assert_eq!(
                message.bytes[2],
                flag.as_u64().unwrap() as u8,
                "{}",
                message.case
            );
        }
    }
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut message = golden("dubbo", |case| case == "request").remove(0).bytes;
        message[at] = byte;
        DubboHeader::read_frame(&message).unwrap_err()
    };
    let error = spoiled(1, 0xBC);
    assert_eq!(
        *error.fault(),
        Fault::Constant {
            expected: 0xBB,
            found: 0xBC
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (1, "magic".into())
    );
    let error = spoiled(12, 1);
    let (found, max) = (0x0100_00C1, 16 << 20);
    assert_eq!(*error.fault(), Fault::AboveMaximum { found, max });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (12, "body_length".into())
    );
}

#[test]
fn a_change_of_a_flag_leaves_the_other_bits() {
    let message = Bytes::from(golden("dubbo", |case| case == "request").remove(0).bytes);
    let mut output = Output::new();
    DubboHeader::splice(&message, |header| header.two_way = false, &mut output).unwrap();
    let expected = [&message[..2], &[message[2] & !0x40], &message[3..]].concat();
    assert_eq!(output.take_contiguous(), expected);
}
