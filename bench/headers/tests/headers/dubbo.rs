use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn messages_in_deku() {
    for case in messages() {
        let read: deku::dubbo::DubboMessage = case.deku();
        case.check(&[
            ("request", json!(read.request)),
            ("two_way", json!(read.two_way)),
            ("event", json!(read.event)),
            ("serialization_id", json!(read.serialization_id)),
            ("status", json!(read.status)),
            ("request_id", json!(read.request_id)),
            ("body_length", json!(read.body.len())),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in messages() {
        let read: binrw::dubbo::DubboMessage = case.binrw();
        case.check(&[
            ("request", json!(read.flags.request())),
            ("two_way", json!(read.flags.two_way())),
            ("event", json!(read.flags.event())),
            ("serialization_id", json!(read.flags.serialization_id())),
            ("status", json!(read.status)),
            ("request_id", json!(read.request_id)),
            ("body_length", json!(read.body.len())),
        ]);
    }
}

fn messages() -> Vec<Case> {
    vec![made(
        b"\xDA\xBB\xE2\0\0\0\0\0\0\0\0\x2A\0\0\0\x01N",
        json!({
            "request": true, "two_way": true, "event": true, "serialization_id": 2,
            "status": 0, "request_id": 42, "body_length": 1,
        }),
    )]
}
