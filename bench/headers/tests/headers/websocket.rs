use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{cases, hex};

#[test]
fn frames_in_deku() {
    for case in cases("websocket") {
        let read: deku::websocket::WebsocketFrame = case.deku();
        case.check(&[
            ("fin", json!(read.fin)),
            ("rsv1", json!(read.rsv & 4 != 0)),
            ("rsv2", json!(read.rsv & 2 != 0)),
            ("rsv3", json!(read.rsv & 1 != 0)),
            ("opcode", json!(read.opcode)),
            ("mask", json!(read.masking_key.is_some())),
            ("payload_length", json!(read.payload.len())),
            ("masking_key", json!(read.masking_key.map(|key| hex(&key)))),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in cases("websocket") {
        let read: binrw::websocket::WebsocketFrame = case.binrw();
        case.check(&[
            ("fin", json!(read.head.fin())),
            ("rsv1", json!(read.head.rsv() & 4 != 0)),
            ("rsv2", json!(read.head.rsv() & 2 != 0)),
            ("rsv3", json!(read.head.rsv() & 1 != 0)),
            ("opcode", json!(read.head.opcode())),
            ("mask", json!(read.masking_key.is_some())),
            ("payload_length", json!(read.payload.len())),
            ("masking_key", json!(read.masking_key.map(|key| hex(&key)))),
        ]);
    }
}
