//! AMQP 0-9-1.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::amqp::AmqpFrame;
use metaproto_codec::{Fault, Header, Output};

/// What stands in the payload.
const PAYLOAD: [&str; 5] = ["body_size", "class_id", "method", "method_id", "weight"];

#[test]
fn golden_frames_are_read_and_written() {
    check::<AmqpFrame>(&golden("amqp", |_| true), &PAYLOAD);
}

#[test]
fn spoiled_frames_are_refused() {
    let heartbeat = golden("amqp", |case| case == "heartbeat").remove(0).bytes;
    let mut unended = heartbeat.clone();
    unended[7] = 0xCD;
    assert_eq!(
        AmqpFrame::read_frame(&unended).unwrap_err().to_string(),
        "byte 7, field frame_end: expected the constant byte 0xce, found 0xcd"
    );
    let mut large = heartbeat;
    large[3..7].copy_from_slice(&(128 * 1024 + 1_u32).to_be_bytes());
    let error = AmqpFrame::read_frame(&large).unwrap_err();
    assert!(error.is_limit(), "{error}");
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (3, "size".into())
    );
}

#[test]
fn a_spliced_channel_leaves_all_else() {
    let publish = golden("amqp", |case| case == "basic_publish").remove(0);
    let mut output = Output::new();
    let frame = Bytes::from(publish.bytes.clone());
    AmqpFrame::splice(&frame, |frame| frame.channel = 0x1234, &mut output).unwrap();
    let mut expected = publish.bytes;
    expected[1..3].copy_from_slice(&[0x12, 0x34]);
    assert_eq!(output.take_contiguous(), expected);
}

#[test]
fn a_frame_may_have_the_largest_payload() {
    let frame = AmqpFrame {
        frame_type: 3,
        channel: 1,
        size: 0,
        frame_end: 0,
    };
    let bytes = frame.to_frame(&vec![7; 128 * 1024]).unwrap();
    assert_eq!((bytes.len(), bytes.last()), (128 * 1024 + 8, Some(&0xCE)));
    let error = frame.to_frame(&vec![7; 128 * 1024 + 1]).unwrap_err();
    let too_large = Fault::TooLarge {
        found: 131_073,
        max: 131_072,
    };
    assert_eq!(*error.fault(), too_large);
}
