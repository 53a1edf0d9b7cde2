//! SOFA Bolt.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::bolt::BoltHeader;
use metaproto_codec::{CodecError, Fault, Header, Output, Part};

/// All commands; `type` is a word of Rust.
fn commands() -> Vec<Golden> {
    let mut commands = golden("bolt", |_| true);
    for command in &mut commands {
        let kind = command.fields.remove("type").unwrap();
        command.fields.insert("kind".into(), kind);
    }
    commands
}

fn request() -> Vec<u8> {
    golden("bolt", |case| case == "request").remove(0).bytes
}

#[test]
fn golden_commands_are_read_and_written() {
    // The content is the body.
    check::<BoltHeader>(&commands(), &["content"]);
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut command = request();
        command[at] = byte;
        BoltHeader::read_frame(&command).unwrap_err()
    };
    let error = spoiled(0, 2);
    assert_eq!(
        *error.fault(),
        Fault::Constant {
            expected: 1,
            found: 2
        }
    );
    let error = spoiled(1, 3);
    assert_eq!(*error.fault(), Fault::Code { found: 3 });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (1, "kind".into())
    );
    assert_eq!(spoiled(18, 5).fault().rule(), "above_maximum");
    // The last length in the map is one too large for the map.
    let value = 96 - b"shop.Orders:1.0".len();
    let error = spoiled(value - 1, 16);
    assert_eq!(
        *error.fault(),
        Fault::PastEnd {
            needed: 16,
            left: 15
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (66, "header".into())
    );
}

#[test]
fn lengths_follow_the_map() {
    let command = Bytes::from(request());
    let mut output = Output::new();
    let change = |header: &mut BoltHeader| header.set("zone", "blue").unwrap();
    BoltHeader::splice(&command, change, &mut output).unwrap();
    let pair = b"\0\0\0\x04zone\0\0\0\x04blue";
    let mut expected = [&command[..96], pair, &command[96..]].concat();
    expected[17] += 16;
    assert_eq!(output.take_contiguous(), expected);
}

#[test]
fn a_value_that_is_no_text_is_kept() {
    let mut command = request();
    command[95] = 0xFF;
    let mut output = Output::new();
    let change = |header: &mut BoltHeader| header.set("zone", "blue").unwrap();
    BoltHeader::splice(&command.clone().into(), change, &mut output).unwrap();
    assert_eq!(output.take_contiguous()[66..96], command[66..96]);
}

#[test]
fn what_a_response_lacks_is_not_written() {
    let template = BoltHeader::template();
    assert_eq!((template.timeout, template.respstatus), (None, Some(0)));
    let wrong = BoltHeader {
        kind: 1,
        ..template
    };
    let error = wrong.to_frame(b"").unwrap_err();
    assert_eq!(*error.fault(), Fault::Presence { wanted: true });
    assert_eq!(error.field().to_string(), "timeout");
}
