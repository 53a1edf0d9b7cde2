use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn frames_in_deku() {
    for case in cases("amqp") {
        let frame: deku::amqp::AmqpFrame = case.deku();
        case.check(&[
            ("frame_type", json!(frame.frame_type)),
            ("channel", json!(frame.channel)),
            ("size", json!(frame.payload.len())),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in cases("amqp") {
        let frame: binrw::amqp::AmqpFrame = case.binrw();
        case.check(&[
            ("frame_type", json!(frame.frame_type)),
            ("channel", json!(frame.channel)),
            ("size", json!(frame.payload.len())),
        ]);
    }
}
