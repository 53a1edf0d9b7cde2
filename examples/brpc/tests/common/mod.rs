//! What the tests share.
#![allow(dead_code, reason = "each test uses a part")]

mod proto;

use std::path::{Path, PathBuf};

use brpc::{BrpcHeader, BrpcRpc};
use metaproto_codec::{Codec, Header, MessageType, Metadata};
pub(crate) use proto::{RpcMeta, StreamFrameMeta};
use recorded::{Expected, Message, Protocol};

/// A directory beside the tests.
pub(crate) fn directory(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("tests").join(name)
}

/// The meta of a message, as prost reads it.
pub(crate) fn meta<M: prost::Message + Default>(message: &[u8]) -> M {
    let header = BrpcHeader::read_frame(message).unwrap();
    M::decode(&message[12..12 + header.meta_size as usize]).unwrap()
}

/// brpc as the checks of recordings see it.
pub(crate) struct Brpc;

impl Protocol for Brpc {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(BrpcRpc)
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        let request = &message.facts["meta"]["request"];
        let operation = |interface| format!("{interface}/{}", message.text("method").unwrap());
        let expected = match message.r#type() {
            "stream_feedback" => Expected::of_kind(message, MessageType::StreamData),
            "stream_rst" => Expected::of_kind(message, MessageType::StreamClose),
            _ => Expected::common(message),
        };
        let expected = expected
            .property("interface", message.text("service"))
            .property("method", message.text("method"))
            .property("request_id", request["request_id"].as_str());
        let user_fields = message.facts["meta"]["user_fields"].as_object();
        let expected = user_fields
            .into_iter()
            .flatten()
            .fold(expected, |all, (key, value)| {
                all.property(key, value.as_str())
            });
        match message.text("service").map(operation) {
            Some(operation) => expected.operation(operation),
            None => expected,
        }
    }

    /// The fixed header and, read by prost, what the meta says beside that.
    fn disagreements(&self, message: &Message<'_>, found: &Metadata) -> Vec<String> {
        let header = BrpcHeader::read_frame(found.frame()).unwrap();
        let mut facts = vec![
            ("body_size", i64::from(header.body_size)),
            ("meta_size", i64::from(header.meta_size)),
        ];
        if header.magic == *b"STRM" {
            let meta: StreamFrameMeta = meta(found.frame());
            facts.push(("stream_id", meta.stream_id));
        } else {
            let meta: RpcMeta = meta(found.frame());
            facts.push(("request_id", meta.correlation_id()));
            facts.push(("attachment_size", meta.attachment_size().into()));
            if let Some(response) = meta.response {
                facts.push(("error_code", response.error_code().into()));
            }
        }
        let differs =
            |&(name, value): &(&str, i64)| message.number(name).is_none_or(|fact| fact != value);
        let others = facts.into_iter().filter(differs);
        others
            .map(|(name, value)| format!("{name} is {value}"))
            .collect()
    }

    fn can_set(&self, message: &Metadata, key: &str) -> bool {
        self.can_remove(message, key)
    }

    fn can_remove(&self, message: &Metadata, key: &str) -> bool {
        match message.kind() {
            MessageType::Request => !["interface", "method"].contains(&key),
            MessageType::Response | MessageType::Error => !self.own_keys().contains(&key),
            _ => false,
        }
    }

    fn own_keys(&self) -> &'static [&'static str] {
        &["interface", "method", "request_id"]
    }
}
