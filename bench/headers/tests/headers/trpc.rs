use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn frames_in_deku() {
    for case in cases("trpc") {
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
            ("protocol_version", json!(read.protocol_version)),
            ("reserved", json!(read.reserved)),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in cases("trpc") {
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
            ("protocol_version", json!(read.protocol_version)),
            ("reserved", json!(read.reserved)),
        ]);
    }
}
