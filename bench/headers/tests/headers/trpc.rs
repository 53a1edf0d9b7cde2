use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn frames_in_deku() {
    for case in messages() {
        let read: deku::trpc::TrpcFrame = case.deku();
        case.check(&[
            ("frame_type", json!(read.frame_type)),
            ("stream_frame_type", json!(read.stream_frame_type)),
            (
                "total_size",
                json!(16 + read.header.len() + read.body.len()),
            ),
            ("header_size", json!(read.header.len())),
            ("stream_id", json!(read.stream_id)),
            ("reserved", json!(read.reserved)),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in messages() {
        let read: binrw::trpc::TrpcFrame = case.binrw();
        case.check(&[
            ("frame_type", json!(read.frame_type)),
            ("stream_frame_type", json!(read.stream_frame_type)),
            (
                "total_size",
                json!(16 + read.header.len() + read.body.len()),
            ),
            ("header_size", json!(read.header.len())),
            ("stream_id", json!(read.stream_id)),
            ("reserved", json!(read.reserved)),
        ]);
    }
}

fn messages() -> Vec<Case> {
    vec![made(
        b"\x09\x30\0\0\0\0\0\x15\0\x02\0\0\0\x07\0\0\x18\x07abc",
        json!({
            "frame_type": 0, "stream_frame_type": 0, "total_size": 21,
            "header_size": 2, "stream_id": 7, "reserved": 0,
        }),
    )]
}
