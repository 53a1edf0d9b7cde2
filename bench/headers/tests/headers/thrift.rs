use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn messages_in_deku() {
    for case in cases("thrift") {
        let read: deku::thrift::ThriftMessage = case.deku();
        case.check(&[
            (
                "frame_length",
                json!(12 + read.name.len() + read.arguments.len()),
            ),
            ("message_type", json!(read.message_type)),
            ("name", json!(read.name)),
            ("sequence_id", json!(read.seqid)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in cases("thrift") {
        let read: binrw::thrift::ThriftMessage = case.binrw();
        case.check(&[
            (
                "frame_length",
                json!(12 + read.name.len() + read.arguments.len()),
            ),
            ("message_type", json!(read.message_type)),
            ("name", json!(read.name)),
            ("sequence_id", json!(read.seqid)),
        ]);
    }
}
