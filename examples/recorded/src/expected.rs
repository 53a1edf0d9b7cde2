//! What metadata must say of one message.

use std::collections::BTreeMap;

use metaproto_codec::{Codec, IdSpace, MessageType, Metadata, RequestId, ResponseStatus};

use crate::Message;

/// What [`Metadata`] must say of one recorded message, beside its offset and length.
///
/// [`common`](Self::common) knows the words that all recordings share; a protocol adds its properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What the message is.
    pub kind: MessageType,
    /// What a response says of its request.
    pub status: Option<ResponseStatus>,
    /// The request id; a signed one keeps its sign.
    pub request_id: Option<i128>,
    /// The stream to which the message belongs.
    pub stream_id: Option<u64>,
    /// The operation that is called; `None` where it is not checked.
    pub operation: Option<String>,
    /// All properties, and no others.
    pub properties: BTreeMap<String, String>,
}

impl Expected {
    /// What `type`, `request_id` and `stream_id` of a recorded message say; no operation and no properties.
    ///
    /// # Panics
    ///
    /// Where the type is none of `call`, `oneway`, `reply`, `error_reply`, `exception`, `heartbeat_request`,
    /// `heartbeat_response`, `stream_init`, `stream_data`, `stream_close`.
    #[must_use]
    pub fn common(message: &Message<'_>) -> Self {
        let kind = match message.r#type() {
            "call" => MessageType::Request,
            "oneway" => MessageType::OneWay,
            "reply" => MessageType::Response,
            "error_reply" | "exception" => MessageType::Error,
            "heartbeat_request" => MessageType::Ping,
            "heartbeat_response" => MessageType::Pong,
            "stream_init" => MessageType::StreamInit,
            "stream_data" => MessageType::StreamData,
            "stream_close" => MessageType::StreamClose,
            other => panic!("{other} is a type for the protocol to explain: use Expected::of_kind"),
        };
        Self::of_kind(message, kind)
    }

    /// As [`common`](Self::common), for a message whose type has a meaning in its protocol only.
    #[must_use]
    pub fn of_kind(message: &Message<'_>, kind: MessageType) -> Self {
        let id = &message.facts["request_id"];
        Self {
            kind,
            status: match kind {
                MessageType::Response => Some(ResponseStatus::Ok),
                MessageType::Error => Some(ResponseStatus::Error),
                _ => None,
            },
            request_id: id.as_i64().map(i128::from).or(id.as_u64().map(i128::from)),
            stream_id: message.facts["stream_id"].as_u64(),
            operation: None,
            properties: BTreeMap::new(),
        }
    }

    /// Adds the property `key`, where there is a value.
    #[must_use]
    pub fn property(mut self, key: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.properties.insert(key.to_owned(), value.to_owned());
        }
        self
    }

    /// Adds every text in the object `name` of the recorded message; values that are not texts are passed over.
    #[must_use]
    pub fn properties_in(mut self, message: &Message<'_>, name: &str) -> Self {
        let pairs = message.facts[name].as_object().into_iter().flatten();
        for (key, value) in pairs {
            self = self.property(key, value.as_str());
        }
        self
    }

    /// States the operation.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// One sentence for each thing that `found` says otherwise.
    pub(crate) fn differences(&self, codec: &dyn Codec, found: &Metadata) -> Vec<String> {
        let mut all = Vec::new();
        let mut compare = |what: &str, expected: String, found: String| {
            if expected != found {
                all.push(format!("{what} is {found}, expected {expected}"));
            }
        };
        let show = |value: &dyn std::fmt::Debug| format!("{value:?}");
        compare("kind", self.kind.to_string(), found.kind().to_string());
        compare("status", show(&self.status), show(&found.status()));
        let space = codec.capabilities().request_id;
        let id = self.request_id.map(|id| bits(id, space));
        compare("request id", show(&id), show(&found.request_id()));
        compare("stream id", show(&self.stream_id), show(&found.stream_id()));
        if self.operation.is_some() {
            let operation = found.operation().map(|value| value.to_string());
            compare("operation", show(&self.operation), show(&operation));
        }
        let there = properties(found);
        for (key, value) in &self.properties {
            match there.get(key) {
                Some(found) if found == value => {}
                Some(found) => all.push(format!("{key} is {found:?}, expected {value:?}")),
                None => all.push(format!("{key} is missing, expected {value:?}")),
            }
        }
        for (key, value) in &there {
            if !self.properties.contains_key(key) {
                all.push(format!("{key} is {value:?}, which was not expected"));
            }
        }
        all
    }
}

/// The properties as a route sees them: what [`Metadata::get`] says of each name, spelt as where it comes first.
pub(crate) fn properties(metadata: &Metadata) -> BTreeMap<String, String> {
    let mut all = BTreeMap::<String, String>::new();
    for (key, _) in metadata.properties() {
        if let Some(value) = metadata.get(key)
            && !all.keys().any(|known| known.eq_ignore_ascii_case(key))
        {
            all.insert(key.to_owned(), value.to_string());
        }
    }
    all
}

/// The bits of the wire field, as metadata has them.
fn bits(id: i128, space: IdSpace) -> RequestId {
    let width = match space {
        IdSpace::Number { bits, .. } => bits,
        _ => 64,
    };
    let mask = u128::MAX >> (128 - width.clamp(1, 64));
    // Masked to 64 bits at most.
    RequestId::Number((id.cast_unsigned() & mask) as u64)
}
