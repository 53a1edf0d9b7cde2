use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn frames_in_deku() {
    for case in messages() {
        let read: deku::brpc::BrpcFrame = case.deku();
        case.check(&[
            ("body_size", json!(read.meta.len() + read.payload.len())),
            ("meta_size", json!(read.meta.len())),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in messages() {
        let read: binrw::brpc::BrpcFrame = case.binrw();
        case.check(&[
            ("body_size", json!(read.meta.len() + read.payload.len())),
            ("meta_size", json!(read.meta.len())),
        ]);
    }
}

fn messages() -> Vec<Case> {
    vec![made(
        b"PRPC\0\0\0\x05\0\0\0\x02\x20\x07abc",
        json!({"body_size": 5, "meta_size": 2}),
    )]
}
