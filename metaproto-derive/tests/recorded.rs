//! Derived headers frame traffic that was recorded from real clients and servers, at every chunk size.

mod headers;

use std::fs;
use std::path::{Path, PathBuf};

use headers::{bolt, brpc, dubbo};
use metaproto_codec::{
    Codec, Direction, FieldValue, Header, Limits, MessageType, Metadata, Mutation, Next, Output,
    RequestId, Session,
};
use serde_json::Value;

const CHUNKS: [usize; 6] = [1, 2, 3, 7, 64, usize::MAX];

/// Runs both streams of every case of a protocol, and checks each message against the recorded facts.
fn run<C: Codec + Default>(protocol: &str, check: impl Fn(&Metadata, &Value)) {
    let mut messages = 0;
    for case in cases(protocol) {
        let facts: Value =
            serde_json::from_slice(&fs::read(case.join("meta.json")).unwrap()).unwrap();
        for direction in [Direction::ClientToServer, Direction::ServerToClient] {
            let stream = fs::read(case.join(format!("{direction}.bin"))).unwrap();
            let all = facts["messages"].as_array().unwrap().iter();
            let expected: Vec<_> = all
                .filter(|message| message["direction"] == direction.as_str())
                .collect();
            for chunk in CHUNKS {
                let found = decode(C::default(), direction, &stream, chunk);
                assert_eq!(
                    found.len(),
                    expected.len(),
                    "{}: {direction} in chunks of {chunk}",
                    case.display()
                );
                for ((offset, metadata), fact) in found.iter().zip(&expected) {
                    assert_eq!(*offset, fact["offset"].as_u64().unwrap());
                    assert_eq!(
                        metadata.frame().len() as u64,
                        fact["length"].as_u64().unwrap()
                    );
                    check(metadata, fact);
                    assert_eq!(
                        encode(&C::default(), metadata, &Mutation::new()),
                        metadata.frame()
                    );
                }
                messages += found.len();
            }
        }
    }
    assert!(messages > 0, "there are vectors");
}

fn cases(protocol: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(protocol);
    fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

fn decode<C: Codec>(
    codec: C,
    direction: Direction,
    stream: &[u8],
    chunk: usize,
) -> Vec<(u64, Metadata)> {
    let mut session = Session::new(
        codec,
        direction,
        Limits {
            max_frame: usize::MAX,
        },
    );
    let mut found = Vec::new();
    for piece in stream.chunks(chunk.min(stream.len()).max(1)) {
        session.receive(piece);
        let mut metadata = Metadata::default();
        while let Next::Message { offset } = session.next_message(&mut metadata).unwrap() {
            found.push((offset, metadata.clone()));
        }
    }
    session.finish().unwrap();
    found
}

fn encode(codec: &impl Codec, metadata: &Metadata, mutation: &Mutation) -> bytes::Bytes {
    let mut output = Output::new();
    codec.encode(metadata, mutation, &mut output).unwrap();
    output.take_contiguous()
}

fn id_of(metadata: &Metadata) -> u64 {
    match metadata.request_id() {
        Some(RequestId::Number(id)) => id,
        other => panic!("a number, not {other:?}"),
    }
}

fn kind_of(fact: &Value) -> MessageType {
    match fact["type"].as_str().unwrap() {
        "call" => MessageType::Request,
        "oneway" => MessageType::OneWay,
        "reply" => MessageType::Response,
        "error_reply" => MessageType::Error,
        "heartbeat_request" => MessageType::Ping,
        "heartbeat_response" => MessageType::Pong,
        stream if stream.starts_with("stream_") => MessageType::StreamData,
        other => panic!("unknown type {other}"),
    }
}

#[test]
fn dubbo_streams_are_framed_as_recorded() {
    run::<dubbo::Dubbo>("dubbo", |metadata, fact| {
        let header = dubbo::DubboHeader::read_frame(metadata.frame()).unwrap();
        assert_eq!(
            id_of(metadata).cast_signed(),
            fact["request_id"].as_i64().unwrap()
        );
        assert_eq!(header.request, fact["is_request"].as_bool().unwrap());
        assert_eq!(header.two_way, fact["two_way"].as_bool().unwrap());
        assert_eq!(header.event, fact["event"].as_bool().unwrap());
        assert_eq!(
            u64::from(header.serialization),
            fact["serialization_id"].as_u64().unwrap()
        );
        assert_eq!(
            u64::from(header.body_length),
            fact["body_length"].as_u64().unwrap()
        );
        if let Some(status) = fact["status"].as_u64() {
            assert_eq!(u64::from(header.status), status);
        }
        assert_eq!(metadata.kind(), kind_of(fact));
    });
}

#[test]
fn brpc_streams_are_framed_as_recorded() {
    run::<brpc::Brpc>("brpc", |metadata, fact| {
        let header = brpc::BrpcRequest::read_frame(metadata.frame()).unwrap();
        assert_eq!(
            header.magic.to_be_bytes(),
            fact["magic"].as_str().unwrap().as_bytes()
        );
        assert_eq!(
            u64::from(header.body_size),
            fact["body_size"].as_u64().unwrap()
        );
        assert_eq!(
            u64::from(header.meta_size),
            fact["meta_size"].as_u64().unwrap()
        );
        let kind = match kind_of(fact) {
            // Only the protobuf part says so.
            MessageType::Error => MessageType::Response,
            other => other,
        };
        assert_eq!(metadata.kind(), kind);
    });
}

#[test]
fn bolt_streams_are_framed_as_recorded() {
    run::<bolt::Bolt>("bolt", |metadata, fact| {
        assert_eq!(id_of(metadata), fact["request_id"].as_u64().unwrap());
        assert_eq!(
            metadata.body_size() as u64,
            fact["content_length"].as_u64().unwrap()
        );
        assert_eq!(metadata.kind(), kind_of(fact));
        let fields = match metadata.direction() {
            Direction::ClientToServer => {
                bolt::BoltRequest::read_frame(metadata.frame()).map(|h| named(&h))
            }
            Direction::ServerToClient => {
                bolt::BoltResponse::read_frame(metadata.frame()).map(|h| named(&h))
            }
        };
        let fields = fields.unwrap();
        let field = |name: &str| &fields.iter().find(|(known, _)| *known == name).unwrap().1;
        assert_eq!(
            *field("class"),
            FieldValue::Text(fact["class_name"].as_str().unwrap().to_owned())
        );
        for (name, fact_name) in [
            ("proto", "bolt_protocol"),
            ("cmd_type", "cmd_type"),
            ("cmd_code", "cmd_code"),
        ] {
            assert_eq!(
                *field(name),
                FieldValue::Unsigned(fact[fact_name].as_u64().unwrap().into())
            );
        }
        let expected: Vec<_> = fact["headers"].as_object().unwrap().iter().collect();
        let exposed: Vec<_> = metadata
            .properties()
            .map(|(key, value)| (key, value.to_string()))
            .collect();
        assert_eq!(exposed.len(), expected.len());
        for ((key, value), (expected_key, expected_value)) in exposed.iter().zip(expected) {
            assert_eq!(
                (*key, value.as_str()),
                (expected_key.as_str(), expected_value.as_str().unwrap())
            );
        }
    });
}

fn named(header: &impl Header) -> Vec<(&'static str, FieldValue)> {
    header.fields()
}

#[test]
fn a_mutation_changes_the_map_and_nothing_else() {
    run::<bolt::Bolt>("bolt", |metadata, _| {
        if metadata.direction() == Direction::ServerToClient {
            return;
        }
        let mut mutation = Mutation::new().set("zone", "blue").remove("SERVICE");
        mutation.set_request_id(RequestId::Number(0xFFFF_FFFF));
        let changed = encode(&bolt::Bolt::default(), metadata, &mutation);
        let again = decode(
            bolt::Bolt::default(),
            Direction::ClientToServer,
            &changed,
            usize::MAX,
        );
        let [(0, again)] = &again[..] else {
            panic!("one message")
        };
        let before = bolt::BoltRequest::read_frame(metadata.frame()).unwrap();
        let after = bolt::BoltRequest::read_frame(again.frame()).unwrap();
        assert_eq!(after.headers, [("zone".to_owned(), "blue".to_owned())]);
        assert_eq!(after.request_id, 0xFFFF_FFFF);
        let restored = bolt::BoltRequest {
            headers: before.headers.clone(),
            header_len: before.header_len,
            request_id: before.request_id,
            ..after
        };
        assert_eq!(restored, before);
        assert_eq!(again.body(), metadata.body());
    });
}
