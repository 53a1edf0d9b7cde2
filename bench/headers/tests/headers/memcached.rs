use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{cases, hex};

#[test]
fn packets_in_deku() {
    for case in cases("memcached") {
        let packet: deku::memcached::MemcachedPacket = case.deku();
        let third = if packet.magic == 0x80 {
            "vbucket_id"
        } else {
            "status"
        };
        case.check(&[
            ("magic", json!(packet.magic)),
            ("opcode", json!(packet.opcode)),
            (third, json!(packet.vbucket_or_status)),
            ("opaque", json!(packet.opaque)),
            ("cas", json!(packet.cas)),
            ("extras", json!(hex(&packet.extras))),
            ("key", json!(String::from_utf8_lossy(&packet.key))),
            ("value", json!(hex(&packet.value))),
        ]);
    }
}

#[test]
fn packets_in_binrw() {
    for case in cases("memcached") {
        let packet: binrw::memcached::MemcachedPacket = case.binrw();
        let third = if packet.magic == 0x80 {
            "vbucket_id"
        } else {
            "status"
        };
        case.check(&[
            ("magic", json!(packet.magic)),
            ("opcode", json!(packet.opcode)),
            (third, json!(packet.vbucket_or_status)),
            ("opaque", json!(packet.opaque)),
            ("cas", json!(packet.cas)),
            ("extras", json!(hex(&packet.extras))),
            ("key", json!(String::from_utf8_lossy(&packet.key))),
            ("value", json!(hex(&packet.value))),
        ]);
    }
}
