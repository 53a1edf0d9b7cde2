use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::cases;

#[test]
fn messages_in_deku() {
    for case in cases("awesomerpc") {
        let read: deku::awesomerpc::AwesomeMessage = case.deku();
        case.check(&[
            ("version", json!(read.version)),
            ("pack_flow", json!(read.pack_flow)),
            ("pack_len", json!(13 + read.payload.len())),
            ("req_cmd", json!(read.req_cmd)),
            ("rsp_code", json!(read.rsp_code)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in cases("awesomerpc") {
        let read: binrw::awesomerpc::AwesomeMessage = case.binrw();
        case.check(&[
            ("version", json!(read.version)),
            ("pack_flow", json!(read.pack_flow)),
            ("pack_len", json!(13 + read.payload.len())),
            ("req_cmd", json!(read.req_cmd)),
            ("rsp_code", json!(read.rsp_code)),
        ]);
    }
}
