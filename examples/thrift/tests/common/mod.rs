//! Thrift, as the checks of recordings and hostile inputs see it.

#![allow(dead_code, reason = "each test uses some of it")]

use std::path::PathBuf;

use metaproto_codec::{Codec, MessageType, Metadata};
use recorded::{Expected, Message, Protocol};
use thrift::{Thrift, Transport};

/// Thrift with detection, or over one transport.
pub(crate) struct Subject(pub(crate) Option<Transport>);

impl Protocol for Subject {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(self.0.map_or(Thrift::new(), Thrift::over))
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        let kind = match message.text("reply_kind") {
            // The method has said that it failed, in its own words.
            Some(kind) if kind.starts_with("declared_exception") => MessageType::Error,
            _ => Expected::common(message).kind,
        };
        let method = message.facts["method"].as_str();
        let expected = Expected::of_kind(message, kind).operation(method.unwrap_or_default());
        let expected = expected.property("method", method);
        let pairs = message.facts["theader"]["info_headers"].as_object();
        let pairs = pairs.into_iter().flatten();
        pairs.fold(expected, |expected, (key, value)| {
            expected.property(key, value.as_str())
        })
    }

    /// The empty frame with which peers written in C++ take their leave.
    fn is_skipped(&self, message: &Message<'_>) -> bool {
        message.r#type() == "empty_frame"
    }

    fn can_renumber(&self, message: &Metadata) -> bool {
        !is_deflated(message)
    }

    fn can_remove(&self, message: &Metadata, key: &str) -> bool {
        message.frame().get(4) == Some(&0x0F) && !key.eq_ignore_ascii_case("method")
    }
}

/// Whether the message is in a THeader frame with a transform.
fn is_deflated(message: &Metadata) -> bool {
    matches!(
        message.frame()[..],
        [_, _, _, _, 0x0F, 0xFF, _, _, _, _, _, _, _, _, _, 1, ..]
    )
}

/// A directory beside the tests.
pub(crate) fn directory(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}
