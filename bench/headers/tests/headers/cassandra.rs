use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn frames_in_deku() {
    for case in cases("cassandra") {
        let frame: deku::cassandra::CassandraFrame = case.deku();
        let flags = u8::from(frame.compression)
            | u8::from(frame.tracing) << 1
            | u8::from(frame.custom_payload) << 2
            | u8::from(frame.warning) << 3;
        case.check(&[
            ("protocol_version", json!(frame.version)),
            ("response", json!(frame.response)),
            ("flags", json!(flags)),
            ("stream", json!(frame.stream)),
            ("opcode", json!(frame.opcode)),
            ("length", json!(frame.body.len())),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in cases("cassandra") {
        let frame: binrw::cassandra::CassandraFrame = case.binrw();
        let flags = u8::from(frame.bits.compression())
            | u8::from(frame.bits.tracing()) << 1
            | u8::from(frame.bits.custom_payload()) << 2
            | u8::from(frame.bits.warning()) << 3;
        case.check(&[
            ("protocol_version", json!(frame.bits.version())),
            ("response", json!(frame.bits.response())),
            ("flags", json!(flags)),
            ("stream", json!(frame.stream)),
            ("opcode", json!(frame.opcode)),
            ("length", json!(frame.body.len())),
        ]);
    }
}
