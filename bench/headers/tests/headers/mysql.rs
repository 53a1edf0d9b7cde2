use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn packets_in_deku() {
    for case in cases("mysql") {
        let packet: deku::mysql::MysqlPacket = case.deku();
        case.check(&[
            ("payload_length", json!(packet.payload.len())),
            ("sequence_id", json!(packet.sequence_id)),
        ]);
    }
}

#[test]
fn packets_in_binrw() {
    for case in cases("mysql") {
        let packet: binrw::mysql::MysqlPacket = case.binrw();
        case.check(&[
            ("payload_length", json!(packet.payload.len())),
            ("sequence_id", json!(packet.sequence_id)),
        ]);
    }
}
