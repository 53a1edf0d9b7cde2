use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, cases};

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

/// Stream frames have a magic of their own.
fn messages() -> Vec<Case> {
    let mut cases = cases("brpc");
    cases.retain(|case| *case.fact("magic") == "PRPC");
    assert!(!cases.is_empty());
    cases
}
