//! The golden vectors: made by an independent implementation, decoded at several chunk sizes, encoded back unchanged.

mod common;

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use bytes::Buf;
use common::{files, session};
use metaproto_codec::{
    Codec, Direction, Header, MessageType, Metadata, Mutation, Next, Output, RequestId,
    ResponseStatus,
};
use serde_json::Value;

#[test]
fn every_message_is_as_its_description_says() {
    let mut messages = 0;
    // Beside them lie the vectors that were made of them.
    let recordings = files("vectors", None)
        .into_iter()
        .filter(|path| path.is_dir());
    for directory in recordings {
        let text = std::fs::read_to_string(directory.join("meta.json")).unwrap();
        let description: Value = serde_json::from_str(&text).unwrap();
        for direction in [Direction::ClientToServer, Direction::ServerToClient] {
            let bytes = std::fs::read(directory.join(format!("{direction}.bin"))).unwrap();
            let expected: Vec<&Value> = description["messages"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|message| message["direction"] == direction.as_str())
                .collect();
            messages += expected.len();
            for chunk in [1, 2, 3, 7, 64, bytes.len().max(1)] {
                check(&bytes, direction, chunk, &expected);
            }
        }
    }
    assert!(messages >= 20, "only {messages} messages were found");
}

fn check(bytes: &[u8], direction: Direction, chunk: usize, expected: &[&Value]) {
    let codec = AwesomeRpc::default();
    let mut session = session(direction);
    let mut metadata = Metadata::default();
    let mut output = Output::new();
    let mut seen = 0;
    for piece in bytes.chunks(chunk) {
        session.receive(piece);
        while let Next::Message { offset } = session.next_message(&mut metadata).unwrap() {
            check_message(&metadata, offset, expected[seen]);
            codec
                .encode(&metadata, &Mutation::new(), &mut output)
                .unwrap();
            seen += 1;
        }
    }
    session.finish().unwrap();
    assert_eq!(seen, expected.len());
    assert_eq!(output.remaining(), bytes.len());
    assert_eq!(
        output.take_contiguous(),
        bytes,
        "an empty mutation changes nothing"
    );
}

fn check_message(metadata: &Metadata, offset: u64, expected: &Value) {
    let text = |key: &str| metadata.get(key).map(|value| value.to_string());
    assert_eq!(offset, expected["offset"].as_u64().unwrap());
    assert_eq!(
        metadata.frame().len() as u64,
        expected["length"].as_u64().unwrap()
    );
    assert_eq!(metadata.header_size(), 13);
    assert_eq!(
        metadata.request_id(),
        expected["request_id"].as_u64().map(RequestId::Number)
    );
    assert_eq!(text("cmd").as_deref(), expected["metadata"]["cmd"].as_str());
    let (kind, status) = match expected["type"].as_str().unwrap() {
        "call" => (MessageType::Request, None),
        "reply" => (MessageType::Response, Some(ResponseStatus::Ok)),
        "error_reply" => (MessageType::Error, Some(ResponseStatus::Error)),
        other => panic!("unknown type {other}"),
    };
    assert_eq!((metadata.kind(), metadata.status()), (kind, status));
    let header = AwesomeHeader::read_frame(metadata.frame()).unwrap();
    assert_eq!(
        i64::from(header.version),
        expected["version"].as_i64().unwrap()
    );
    assert_eq!(i64::from(header.req_cmd), expected["cmd"].as_i64().unwrap());
    assert_eq!(
        i64::from(header.rsp_code),
        expected["rsp_code"].as_i64().unwrap()
    );
}
