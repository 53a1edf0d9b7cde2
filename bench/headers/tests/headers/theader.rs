use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, cases, made};

#[test]
fn messages_in_deku() {
    for case in messages() {
        let read: deku::theader::THeaderMessage = case.deku();
        let transforms = read.header.transforms.iter().map(|one| one.0);
        let transforms = transforms.collect::<Vec<_>>();
        let mut info = serde_json::Map::new();
        for block in &read.header.blocks {
            if let deku::theader::InfoBlock::KeyValues { pairs } = block {
                for pair in pairs {
                    info.insert(pair.key.text.clone(), json!(pair.value.text));
                }
            }
        }
        case.check(&[
            ("flags", json!(read.flags)),
            ("sequence_number", json!(read.seqid)),
            ("protocol_id", json!(read.header.protocol_id.0)),
            ("transforms", json!(transforms)),
            ("info", json!(info)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in messages() {
        let read: binrw::theader::THeaderMessage = case.binrw();
        let transforms = read.header.transforms.iter().map(|one| one.0);
        let transforms = transforms.collect::<Vec<_>>();
        let mut info = serde_json::Map::new();
        for block in &read.header.blocks {
            if let binrw::theader::InfoBlock::KeyValues { pairs } = block {
                for pair in pairs {
                    info.insert(pair.key.text.clone(), json!(pair.value.text));
                }
            }
        }
        case.check(&[
            ("flags", json!(read.flags)),
            ("sequence_number", json!(read.seqid)),
            ("protocol_id", json!(read.header.protocol_id.0)),
            ("transforms", json!(transforms)),
            ("info", json!(info)),
        ]);
    }
}

/// The golden ones, and one whose header is all there is.
fn messages() -> Vec<Case> {
    let mut cases = cases("theader");
    cases.push(made(
        b"\0\0\0\x12\x0F\xFF\0\0\0\0\0\x2A\0\x02\0\0\x01\x01\x01k\x01v",
        json!({
            "flags": 0, "sequence_number": 42, "protocol_id": 0, "transforms": [],
            "info": {"k": "v"},
        }),
    ));
    cases
}
