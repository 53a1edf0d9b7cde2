//! PostgreSQL 3.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::postgres::{PostgresMessage, StartupMessage};
use metaproto_codec::{Fault, Header, Output};
use serde_json::json;

/// What stands in the payload.
const PAYLOAD: [&str; 14] = [
    "command_tag",
    "field_count",
    "mechanism",
    "message",
    "name",
    "process_id",
    "query",
    "secret_key",
    "severity",
    "sqlstate",
    "statement",
    "status",
    "type",
    "value",
];

/// Messages without a type.
const UNTYPED: [&str; 3] = ["cancel_request", "ssl_request", "startup"];

/// The first message, whose facts are about each parameter and the whole version.
fn startup() -> Golden {
    let mut startup = golden("postgres", |case| case == "startup").remove(0);
    startup.header_size = startup.bytes.len();
    let version = startup.fields.remove("protocol_version").unwrap();
    let version = version.as_u64().unwrap();
    startup
        .fields
        .insert("version_major".into(), json!(version >> 16));
    startup
        .fields
        .insert("version_minor".into(), json!(version & 0xFFFF));
    let names = ["user", "database", "application_name"];
    let parameters = names.map(|name| (name.to_owned(), startup.fields.remove(name).unwrap()));
    let written = StartupMessage::read_frame(&startup.bytes)
        .unwrap()
        .parameters;
    for (name, value) in parameters {
        assert!(written.contains(&(name, value.as_str().unwrap().to_owned())));
    }
    startup
}

#[test]
fn golden_messages_with_a_type_are_read_and_written() {
    let mut messages = golden("postgres", |case| !UNTYPED.contains(&case));
    for message in &mut messages {
        let letter = message.fields["type"].as_str().unwrap().as_bytes()[0];
        message.fields.insert("message_type".into(), json!(letter));
    }
    check::<PostgresMessage>(&messages, &PAYLOAD);
}

#[test]
fn the_golden_first_message_is_read_and_written() {
    check::<StartupMessage>(&[startup()], &[]);
}

#[test]
fn other_first_messages_are_no_startup_message() {
    for case in golden("postgres", |case| {
        UNTYPED.contains(&case) && case != "startup"
    }) {
        let read = StartupMessage::read_frame(&case.bytes);
        assert!(read.is_err(), "{}", case.case);
    }
}

#[test]
fn spoiled_lengths_are_refused() {
    let read = |bytes: &[u8]| PostgresMessage::read_frame(bytes).unwrap_err();
    assert_eq!(
        *read(b"Q\0\0\0\x03").fault(),
        Fault::BelowMinimum { found: 3, min: 4 }
    );
    assert!(read(b"Q\x40\0\0\0").is_limit());
    let mut long = startup().bytes;
    long[3] += 1;
    long.push(0);
    let error = StartupMessage::read_frame(&long).unwrap_err();
    assert_eq!(*error.fault(), Fault::Excess { left: 1 });
    long[..4].copy_from_slice(&10_001_u32.to_be_bytes());
    assert!(StartupMessage::read_frame(&long).unwrap_err().is_limit());
    let mut cut = startup().bytes;
    cut[3] -= 1;
    cut.pop();
    let error = StartupMessage::read_frame(&cut).unwrap_err();
    assert_eq!(error.fault().rule(), "past_end", "{error}");
}

#[test]
fn a_spliced_parameter_changes_the_length() {
    let message = Bytes::from(startup().bytes);
    let mut output = Output::new();
    let change = |message: &mut StartupMessage| {
        message
            .parameters
            .push(("options".into(), "-c geqo=off".into()));
    };
    StartupMessage::splice(&message, change, &mut output).unwrap();
    let mut expected = message.to_vec();
    expected[3] += 20;
    let end = expected.len() - 1;
    expected.splice(end..end, *b"options\0-c geqo=off\0");
    assert_eq!(output.take_contiguous(), expected);
    let nul = |message: &mut StartupMessage| message.parameters[0].1 = "a\0b".into();
    let error = StartupMessage::splice(&message, nul, &mut output).unwrap_err();
    assert_eq!(error.fault().rule(), "holds");
}
