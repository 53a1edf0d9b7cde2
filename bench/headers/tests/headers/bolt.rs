use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{cases, hex};

#[test]
fn frames_in_deku() {
    for case in cases("bolt") {
        let read: deku::bolt::BoltFrame = case.deku();
        let header = read.headers.iter();
        let header = header.map(|pair| (pair.key.clone(), pair.value.clone()));
        let header = header.collect::<std::collections::BTreeMap<_, _>>();
        case.check(&[
            ("type", json!(read.kind)),
            ("cmdcode", json!(read.command_code)),
            ("request_id", json!(read.request_id)),
            ("codec", json!(read.serializer)),
            ("timeout", json!(read.timeout)),
            ("respstatus", json!(read.status)),
            ("ver2", json!(read.version)),
            ("class_name", json!(read.class_name)),
            ("content", json!(hex(&read.content))),
            ("header", json!(header)),
        ]);
    }
}

#[test]
fn frames_in_binrw() {
    for case in cases("bolt") {
        let read: binrw::bolt::BoltFrame = case.binrw();
        let header = read.headers.iter();
        let header = header.map(|pair| (pair.key.clone(), pair.value.clone()));
        let header = header.collect::<std::collections::BTreeMap<_, _>>();
        case.check(&[
            ("type", json!(read.kind)),
            ("cmdcode", json!(read.command_code)),
            ("request_id", json!(read.request_id)),
            ("codec", json!(read.serializer)),
            ("timeout", json!(read.timeout)),
            ("respstatus", json!(read.status)),
            ("ver2", json!(read.version)),
            ("class_name", json!(read.class_name)),
            ("content", json!(hex(&read.content))),
            ("header", json!(header)),
        ]);
    }
}
