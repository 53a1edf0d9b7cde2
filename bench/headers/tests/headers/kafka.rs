use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, cases};

#[test]
fn requests_in_deku() {
    for case in messages() {
        let read: deku::kafka::KafkaRequest = case.deku();
        case.check(&[
            ("request_api_key", json!(read.request_api_key)),
            ("request_api_version", json!(read.request_api_version)),
            ("correlation_id", json!(read.correlation_id)),
            ("client_id", json!(read.client_id)),
        ]);
    }
}

#[test]
fn requests_in_binrw() {
    for case in messages() {
        let read: binrw::kafka::KafkaRequest = case.binrw();
        case.check(&[
            ("request_api_key", json!(read.request_api_key)),
            ("request_api_version", json!(read.request_api_version)),
            ("correlation_id", json!(read.correlation_id)),
            ("client_id", json!(read.client_id)),
        ]);
    }
}

/// Requests; responses have another header.
fn messages() -> Vec<Case> {
    let mut cases = cases("kafka");
    cases.retain(|case| case.fact("request_api_key").is_number());
    assert!(!cases.is_empty());
    cases
}
