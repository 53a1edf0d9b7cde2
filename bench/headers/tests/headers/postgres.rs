use gauntlet_rivals::{binrw, deku};
use serde_json::{Value, json};

use crate::golden::{Case, cases};

#[test]
fn messages_in_deku() {
    for case in with_fact("type") {
        let message: deku::postgres::PostgresMessage = case.deku();
        case.check(&[
            ("type", json!(char::from(message.message_type))),
            ("length", json!(message.length)),
        ]);
    }
}

#[test]
fn messages_in_binrw() {
    for case in with_fact("type") {
        let message: binrw::postgres::PostgresMessage = case.binrw();
        case.check(&[
            ("type", json!(char::from(message.message_type))),
            ("length", json!(4 + message.body.len())),
        ]);
    }
}

#[test]
fn startup_in_deku() {
    for case in with_fact("protocol_version") {
        let message: deku::postgres::StartupMessage = case.deku();
        case.check(&[("length", json!(message.length))]);
        for parameter in &message.parameters {
            if known(&case, &parameter.name) {
                case.check(&[(parameter.name.as_str(), json!(parameter.value))]);
            }
        }
        assert!(message.parameters.iter().any(|one| known(&case, &one.name)));
    }
}

#[test]
fn startup_in_binrw() {
    for case in with_fact("protocol_version") {
        let message: binrw::postgres::StartupMessage = case.binrw();
        for parameter in &message.parameters {
            if known(&case, &parameter.name) {
                case.check(&[(parameter.name.as_str(), json!(parameter.value))]);
            }
        }
        assert!(message.parameters.iter().any(|one| known(&case, &one.name)));
    }
}

fn known(case: &Case, name: &str) -> bool {
    *case.fact(name) != Value::Null
}

fn with_fact(name: &str) -> Vec<Case> {
    let mut cases = cases("postgres");
    cases.retain(|case| known(case, name));
    assert!(!cases.is_empty());
    cases
}
