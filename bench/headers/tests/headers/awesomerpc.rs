use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn messages_in_deku() {
    for case in messages() {
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
    for case in messages() {
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

fn messages() -> Vec<Case> {
    vec![made(
        b"\x01\0\0\0\x07\0\0\0\x12\0\x64\0\0hello",
        json!({"version": 1, "pack_flow": 7, "pack_len": 18, "req_cmd": 100, "rsp_code": 0}),
    )]
}
