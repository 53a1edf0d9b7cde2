use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

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

fn messages() -> Vec<Case> {
    vec![
        made(
            b"\0\0\0\x0E\0\x03\0\x01\0\0\0\x07\0\x02meXY",
            json!({
                "request_api_key": 3, "request_api_version": 1, "correlation_id": 7,
                "client_id": "me",
            }),
        ),
        made(
            b"\0\0\0\x0A\0\x12\0\0\0\0\0\x07\xFF\xFF",
            json!({
                "request_api_key": 18, "request_api_version": 0, "correlation_id": 7,
                "client_id": null,
            }),
        ),
    ]
}
