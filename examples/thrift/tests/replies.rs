//! Local replies are, byte for byte, what real servers answer to a method that they do not know.

mod common;

use common::directory;
use metaproto_codec::{
    Codec, Direction, Error, ErrorType, MessageType, Metadata, Output, ResponseStatus,
};
use recorded::{cases, drive};
use thrift::Thrift;

fn reply(request: &Metadata, message: &str) -> Vec<u8> {
    let r#type = ErrorType::RouteNotFound;
    let mut output = Output::new();
    let error = Error { r#type, message };
    Thrift::new()
        .on_error(request, &error, &mut output)
        .unwrap();
    output.take_contiguous().into()
}

#[test]
fn a_local_reply_is_that_of_a_server() {
    // One server leaves out the type, others answer a compact call in binary.
    let odd = [
        "framed-compact-appexc-cpp-node",
        "header-compact-appexc-py-cpp",
    ];
    let mut compared = 0;
    for case in cases(&directory("recorded")) {
        if !case.name.contains("appexc") || odd.contains(&&*case.name) {
            continue;
        }
        let [c2s, s2c] = [Direction::ClientToServer, Direction::ServerToClient].map(|direction| {
            let bytes = case.bytes(direction);
            drive(Box::new(Thrift::new()), direction, [bytes])
                .messages
                .remove(0)
                .metadata
        });
        let answer = s2c.body();
        let is_text = |byte: &&u8| byte.is_ascii_graphic() || **byte == b' ';
        let start = answer
            .windows(3)
            .position(|text| text.iter().all(|byte| is_text(&byte)));
        let text = answer[start.unwrap()..].iter().take_while(is_text);
        let text: String = text.map(|byte| char::from(*byte)).collect();
        assert_eq!(
            reply(&c2s, &text),
            s2c.frame()[..],
            "{}: {text:?}",
            case.name
        );
        compared += 1;
    }
    assert!(compared >= 6, "only {compared}");
}

#[test]
fn a_compact_call_that_is_deflated_is_answered_in_a_plain_compact_frame() {
    let cases = cases(&directory("recorded"));
    let case = cases
        .iter()
        .find(|case| case.name == "header-compact-zlib-py-py")
        .unwrap();
    let direction = Direction::ClientToServer;
    let bytes = case.bytes(direction);
    let call = &drive(Box::new(Thrift::new()), direction, [bytes]).messages[0].metadata;
    assert_eq!(
        reply(call, "no such method"),
        b"\0\0\0\x29\x0F\xFF\0\0\0\0\0\0\0\x01\x02\0\0\0\x82\x61\0\x04echo\x18\x0Eno such method\x15\x02\0"
    );
}

#[test]
fn a_reply_is_an_error_with_the_name_and_the_id_of_its_call() {
    let call = b"\0\0\0\x0E\0\0\0\x04ping\x01\xFF\xFF\xFF\xFE\0";
    let mut messages = drive(
        Box::new(Thrift::new()),
        Direction::ClientToServer,
        [&call[..]],
    )
    .messages;
    let request = messages.remove(0).metadata;
    let bytes = reply(&request, &"ß".repeat(1000));
    let direction = Direction::ServerToClient;
    let found = drive(Box::new(Thrift::new()), direction, [&bytes[..]]);
    let answer = &found.messages[0].metadata;
    assert_eq!((found.messages.len(), found.end.clone()), (1, Ok(())));
    assert_eq!(
        (answer.kind(), answer.status()),
        (MessageType::Error, Some(ResponseStatus::Error))
    );
    assert_eq!(
        (answer.request_id(), answer.operation()),
        (request.request_id(), request.operation())
    );
    assert_eq!(
        answer.frame()[4..8],
        [0, 0, 0, 4],
        "it is in the form of the call"
    );
}
