use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn messages_in_deku() {
    for case in cases("dubbo") {
        let read: deku::dubbo::DubboMessage = case.deku();
        let status = (!read.request).then_some(read.status);
        case.check(&[
            ("request", json!(read.request)),
            ("two_way", json!(read.two_way)),
            ("event", json!(read.event)),
            ("serialization_id", json!(read.serialization_id)),
            ("status", json!(status)),
            ("request_id", json!(read.request_id)),
            ("body_length", json!(read.body.len())),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in cases("dubbo") {
        let read: binrw::dubbo::DubboMessage = case.binrw();
        let status = (!read.flags.request()).then_some(read.status);
        case.check(&[
            ("request", json!(read.flags.request())),
            ("two_way", json!(read.flags.two_way())),
            ("event", json!(read.flags.event())),
            ("serialization_id", json!(read.flags.serialization_id())),
            ("status", json!(status)),
            ("request_id", json!(read.request_id)),
            ("body_length", json!(read.body.len())),
        ]);
    }
}
