use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn messages_in_deku() {
    for case in cases("mongodb") {
        let message: deku::mongodb::OpMsg = case.deku();
        let flag_bits = u32::from(message.checksum_present)
            | u32::from(message.more_to_come) << 1
            | u32::from(message.exhaust_allowed) << 16;
        case.check(&[
            ("message_length", json!(message.message_length)),
            ("request_id", json!(message.request_id)),
            ("response_to", json!(message.response_to)),
            ("flag_bits", json!(flag_bits)),
            ("checksum", json!(message.checksum)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in cases("mongodb") {
        let message: binrw::mongodb::OpMsg = case.binrw();
        case.check(&[
            ("request_id", json!(message.request_id)),
            ("response_to", json!(message.response_to)),
            (
                "flag_bits",
                json!(u32::from_le_bytes(message.flag_bits.into_bytes())),
            ),
        ]);
    }
}
