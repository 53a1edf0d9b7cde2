use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn messages_in_deku() {
    for case in messages() {
        let read: deku::thrift::ThriftMessage = case.deku();
        case.check(&[
            (
                "frame_size",
                json!(12 + read.name.len() + read.arguments.len()),
            ),
            ("message_type", json!(read.message_type)),
            ("name", json!(read.name)),
            ("seqid", json!(read.seqid)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in messages() {
        let read: binrw::thrift::ThriftMessage = case.binrw();
        case.check(&[
            (
                "frame_size",
                json!(12 + read.name.len() + read.arguments.len()),
            ),
            ("message_type", json!(read.message_type)),
            ("name", json!(read.name)),
            ("seqid", json!(read.seqid)),
        ]);
    }
}

fn messages() -> Vec<Case> {
    vec![made(
        b"\0\0\0\x11\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x2A\0",
        json!({"frame_size": 17, "message_type": 1, "name": "ping", "seqid": 42}),
    )]
}
