//! What a decoder said of one message, detached from the message's bytes so that it can be kept and compared.

use metaproto_codec::{Direction, MessageType, Metadata, RequestId, ResponseStatus};

/// An owned copy of everything that [`Metadata`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Where the message travels.
    pub direction: Direction,
    /// What it is.
    pub kind: MessageType,
    /// What ties request and response together.
    pub request_id: Option<RequestId>,
    /// The stream to which it belongs.
    pub stream_id: Option<u64>,
    /// What a response says of its request.
    pub status: Option<ResponseStatus>,
    /// What is called, as text.
    pub operation: Option<String>,
    /// Bytes before the body.
    pub header_size: usize,
    /// Bytes of the whole message.
    pub length: usize,
    /// All properties as text: the codec's own first, then the peer's, each in wire order.
    pub properties: Vec<(String, String)>,
}

impl Facts {
    /// The facts in metadata to which the frame has been attached.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let properties = metadata.properties();
        Self {
            direction: metadata.direction(),
            kind: metadata.kind(),
            request_id: metadata.request_id(),
            stream_id: metadata.stream_id(),
            status: metadata.status(),
            operation: metadata.operation().map(|value| value.to_string()),
            header_size: metadata.header_size(),
            length: metadata.frame().len(),
            properties: properties
                .map(|(key, value)| (key.to_owned(), value.to_string()))
                .collect(),
        }
    }

    /// The value of the property `key`, matched without regard to ASCII case.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut found = self
            .properties
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key));
        found.next().map(|(_, value)| value.as_str())
    }

    /// The facts as names and values, for people: those that there are, in a fixed order.
    #[must_use]
    pub fn rows(&self) -> Vec<(String, String)> {
        let mut rows = vec![
            ("direction".into(), self.direction.to_string()),
            ("kind".into(), self.kind.to_string()),
        ];
        let mut push = |name: &str, value: Option<String>| {
            rows.extend(value.map(|value| (name.to_owned(), value)));
        };
        push("request_id", self.request_id.as_ref().map(show_id));
        push("stream_id", self.stream_id.map(|id| id.to_string()));
        push(
            "status",
            self.status.map(|status| status.as_str().to_owned()),
        );
        push(
            "operation",
            self.operation.as_ref().map(|name| format!("{name:?}")),
        );
        push("header_size", Some(self.header_size.to_string()));
        push("length", Some(self.length.to_string()));
        rows.extend(
            self.properties
                .iter()
                .map(|(key, value)| (format!("[{key}]"), format!("{value:?}"))),
        );
        rows
    }
}

/// A request id for people: decimal, or hex after `0x`.
#[must_use]
pub fn show_id(id: &RequestId) -> String {
    match id {
        RequestId::Number(number) => number.to_string(),
        RequestId::Bytes(bytes) => bytes
            .iter()
            .fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}")),
    }
}
