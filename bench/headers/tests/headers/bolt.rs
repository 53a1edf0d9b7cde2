use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, made};

#[test]
fn frames_in_deku() {
    for case in messages() {
        let read: deku::bolt::BoltFrame = case.deku();
        let header = read.headers.iter();
        let header = header.map(|pair| (pair.key.clone(), pair.value.clone()));
        let header = header.collect::<std::collections::BTreeMap<_, _>>();
        case.check(&[
            ("type", json!(read.kind)),
            ("command_code", json!(read.command_code)),
            ("request_id", json!(read.request_id)),
            ("codec", json!(read.serializer)),
            ("timeout", json!(read.timeout)),
            ("status", json!(read.status)),
            ("class_name", json!(read.class_name)),
            ("content_length", json!(read.content.len())),
            ("header", json!(header)),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in messages() {
        let read: binrw::bolt::BoltFrame = case.binrw();
        let header = read.headers.iter();
        let header = header.map(|pair| (pair.key.clone(), pair.value.clone()));
        let header = header.collect::<std::collections::BTreeMap<_, _>>();
        case.check(&[
            ("type", json!(read.kind)),
            ("command_code", json!(read.command_code)),
            ("request_id", json!(read.request_id)),
            ("codec", json!(read.serializer)),
            ("timeout", json!(read.timeout)),
            ("status", json!(read.status)),
            ("class_name", json!(read.class_name)),
            ("content_length", json!(read.content.len())),
            ("header", json!(header)),
        ]);
    }
}

fn messages() -> Vec<Case> {
    vec![
        made(
            b"\x01\x01\0\x01\x02\0\0\0\x07\x01\0\0\x0B\xB8\0\x01\0\x0A\0\0\0\x03\
              C\0\0\0\x01k\0\0\0\x01vabc",
            json!({
                "type": 1, "command_code": 1, "request_id": 7, "codec": 1, "timeout": 3000,
                "class_name": "C", "content_length": 3, "header": {"k": "v"},
            }),
        ),
        made(
            b"\x01\0\0\x02\x02\0\0\0\x07\x01\0\0\0\0\0\0\0\0\0\0",
            json!({
                "type": 0, "command_code": 2, "request_id": 7, "codec": 1, "status": 0,
                "class_name": "", "content_length": 0, "header": {},
            }),
        ),
    ]
}
