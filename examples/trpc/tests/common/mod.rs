//! What the tests share.
#![allow(dead_code, reason = "each test uses a part")]

mod proto;

use std::path::{Path, PathBuf};

use metaproto_codec::{Codec, Direction, Header, MessageType, Metadata};
use prost::Message as _;
pub(crate) use proto::{InitMeta, RequestProtocol, ResponseProtocol};
use recorded::{Expected, Message, Protocol};
use trpc::{TrpcHeader, TrpcRpc};

/// A directory beside the tests.
pub(crate) fn directory(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("tests").join(name)
}

/// The protobuf header of a unary frame, as prost reads it.
pub(crate) fn header<M: prost::Message + Default>(frame: &[u8]) -> M {
    let header = TrpcHeader::read_frame(frame).unwrap();
    M::decode(&frame[16..16 + usize::from(header.header_size)]).unwrap()
}

/// The protobuf message of a frame that opens a stream, as prost reads it.
pub(crate) fn init(frame: &[u8]) -> InitMeta {
    InitMeta::decode(&frame[16..]).unwrap()
}

/// tRPC as the checks of recordings see it.
pub(crate) struct Trpc;

impl Protocol for Trpc {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(TrpcRpc)
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        let mut expected = match message.r#type() {
            "stream_feedback" => Expected::of_kind(message, MessageType::StreamData),
            _ => Expected::common(message),
        };
        if message.text("frame_type") == Some("unary") {
            // The field holds the request id once more.
            expected.stream_id = None;
        }
        expected = expected.properties_in(message, "metadata");
        match (message.text("service"), message.text("method")) {
            (Some(service), Some(method)) => expected.operation(format!("{service}/{method}")),
            _ => expected,
        }
    }

    /// The fixed header and, read by prost, what the protobuf header says beside that.
    fn disagreements(&self, message: &Message<'_>, found: &Metadata) -> Vec<String> {
        let fixed = TrpcHeader::read_frame(found.frame()).unwrap();
        let mut facts = vec![
            ("pb_header_length", i64::from(fixed.header_size)),
            ("stream_id", i64::from(fixed.stream_id)),
            ("protocol_version", i64::from(fixed.protocol_version)),
            ("reserved", i64::from(fixed.reserved)),
        ];
        match (fixed.is_stream, found.direction()) {
            (true, _) => {}
            (false, Direction::ClientToServer) => {
                let header: RequestProtocol = header(found.frame());
                facts.push(("request_id", header.request_id.into()));
                facts.push(("attachment_size", header.attachment_size.into()));
                facts.push(("body_length", found.body_size() as i64));
            }
            (false, Direction::ServerToClient) => {
                let header: ResponseProtocol = header(found.frame());
                facts.push(("request_id", header.request_id.into()));
                facts.push(("attachment_size", header.attachment_size.into()));
                facts.push(("ret", header.ret.into()));
                facts.push(("func_ret", header.func_ret.into()));
                facts.push(("body_length", found.body_size() as i64));
            }
        }
        let differs =
            |&(name, value): &(&str, i64)| message.number(name).is_none_or(|fact| fact != value);
        let others = facts.into_iter().filter(differs);
        others
            .map(|(name, value)| format!("{name} is {value}"))
            .collect()
    }

    fn can_remove(&self, message: &Metadata, key: &str) -> bool {
        let has_tags = match message.kind() {
            MessageType::StreamInit => message.direction() == Direction::ClientToServer,
            MessageType::StreamData | MessageType::StreamClose => false,
            _ => true,
        };
        has_tags && !self.own_keys().contains(&key)
    }

    fn own_keys(&self) -> &'static [&'static str] {
        &["caller", "callee", "func", "error_msg"]
    }
}
