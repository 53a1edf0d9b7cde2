use gauntlet_rivals::{binrw, deku};
use serde_json::json;

use crate::golden::{Case, cases, hex};

#[test]
fn connect_in_deku() {
    for case in connect() {
        let packet: deku::mqtt::ConnectPacket = case.deku();
        let connect = packet.connect;
        case.check(&[
            ("remaining_length", json!(packet.remaining_length.0)),
            ("user_name_flag", json!(connect.user_name_flag)),
            ("password_flag", json!(connect.password_flag)),
            ("will_retain", json!(connect.will_retain)),
            ("will_qos", json!(connect.will_qos)),
            ("will_flag", json!(connect.will_flag)),
            ("clean_session", json!(connect.clean_session)),
            ("keep_alive", json!(connect.keep_alive)),
            ("client_id", json!(connect.client_id.text)),
            (
                "will_topic",
                json!(connect.will_topic.map(|topic| topic.text)),
            ),
            (
                "will_message",
                json!(connect.will_message.map(|will| hex(&will.bytes))),
            ),
            ("user_name", json!(connect.user_name.map(|name| name.text))),
            (
                "password",
                json!(connect.password.map(|password| hex(&password.bytes))),
            ),
        ]);
    }
}

#[test]
fn connect_in_binrw() {
    for case in connect() {
        let packet: binrw::mqtt::ConnectPacket = case.binrw();
        let connect = packet.connect;
        case.check(&[
            ("user_name_flag", json!(connect.flags.user_name())),
            ("password_flag", json!(connect.flags.password())),
            ("will_retain", json!(connect.flags.will_retain())),
            ("will_qos", json!(connect.flags.will_qos())),
            ("will_flag", json!(connect.flags.will())),
            ("clean_session", json!(connect.flags.clean_session())),
            ("keep_alive", json!(connect.keep_alive)),
            ("client_id", json!(connect.client_id.text)),
            (
                "will_topic",
                json!(connect.will_topic.map(|topic| topic.text)),
            ),
            (
                "will_message",
                json!(connect.will_message.map(|will| hex(&will.bytes))),
            ),
            ("user_name", json!(connect.user_name.map(|name| name.text))),
            (
                "password",
                json!(connect.password.map(|password| hex(&password.bytes))),
            ),
        ]);
    }
}

fn connect() -> Vec<Case> {
    let mut cases = cases("mqtt");
    cases.retain(|case| *case.fact("packet_type") == 1);
    assert!(!cases.is_empty());
    cases
}
