//! tRPC.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::trpc::TrpcHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

/// Frames of every kind; here the protobuf header is part of the header.
fn frames() -> Vec<Golden> {
    let mut frames = golden("trpc", |_| true);
    for frame in &mut frames {
        frame.header_size += frame.fields["header_size"].as_u64().unwrap() as usize;
    }
    frames
}

fn request() -> Vec<u8> {
    let mut frames = frames();
    frames.retain(|frame| frame.case == "trpc/request");
    frames.remove(0).bytes
}

#[test]
fn golden_frames_are_read_and_written() {
    // Of the request id, the frame of version 1 has a copy: the stream id.
    check::<TrpcHeader>(
        &frames(),
        &["attachment_size", "func", "func_ret", "request_id"],
    );
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut frame = request();
        frame[at] = byte;
        TrpcHeader::read_frame(&frame).unwrap_err()
    };
    let error = spoiled(0, 8);
    assert_eq!(
        *error.fault(),
        Fault::Constant {
            expected: 9,
            found: 8
        }
    );
    let error = spoiled(4, 1);
    let (found, max) = (0x0100_008B, 10 << 20);
    assert_eq!(*error.fault(), Fault::AboveMaximum { found, max });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (4, "total_size".into())
    );
    let error = spoiled(8, 1);
    assert_eq!(
        *error.fault(),
        Fault::PastEnd {
            needed: 0x173,
            left: 139 - 16
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (8, "header_size".into())
    );
}

#[test]
fn lengths_follow_another_header() {
    let frame = Bytes::from(request());
    let mut output = Output::new();
    TrpcHeader::splice(&frame, |header| header.header.truncate(100), &mut output).unwrap();
    let mut expected = [&frame[..116], &frame[16 + 115..]].concat();
    (expected[7], expected[9]) = (139 - 15, 100);
    assert_eq!(output.take_contiguous(), expected);
}
