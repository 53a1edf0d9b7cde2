//! The lines of `--json`: a stable format, documented in `docs/dump.md`.

use std::fmt::Write as _;

use metaproto_codec::{FieldValue, IdSpace, RequestId};
use serde_json::{Map, Value, json};

use super::{End, Event, Gap, Item, Message, Peers, Place};

impl Event<'_> {
    /// The line of `--json`, if there is one.
    #[must_use]
    pub fn to_json(&self) -> Option<Value> {
        Some(match self {
            Self::Problem { first, count } => {
                json!({ "problem": first.to_string(), "packets": count })
            }
            Self::Stream { .. } => return None,
            Self::Connection(peers) => peers.to_json(),
            Self::Item(place, item) => place.mark(item.to_json()),
        })
    }
}

impl Peers {
    fn to_json(self) -> Value {
        json!({
            "connection": self.number,
            "client": self.client.to_string(),
            "server": self.server.to_string(),
            "protocol": self.protocol,
            "opened": self.is_opened,
            "captured": self.captured,
        })
    }
}

impl Place {
    /// Puts connection and direction before the keys of a line, in captures.
    fn mark(self, line: Value) -> Value {
        let (Some(connection), Value::Object(keys)) = (self.connection, &line) else {
            return line;
        };
        let mut marked = Map::new();
        marked.insert("connection".to_owned(), json!(connection));
        marked.insert("direction".to_owned(), json!(self.direction.as_str()));
        marked.extend(keys.clone());
        Value::Object(marked)
    }
}

impl Item<'_> {
    /// The line of `--json`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Message(message) => message.to_json(),
            Self::Gap(Gap {
                offset,
                missing,
                before,
                behind,
            }) => json!({
                "gap": missing, "offset": offset, "lost_before": before, "lost_behind": behind,
            }),
            Self::Conflict { offset, packet } => json!({ "conflict": packet, "offset": offset }),
            Self::End(End::Clean) => json!({ "end": "clean" }),
            Self::End(End::Wait { buffered, at_least }) => {
                json!({ "end": "wait", "buffered": buffered, "at_least": at_least })
            }
            Self::End(End::Error { offset, error }) => json!({
                "end": if error.is_limit() { "limit" } else { "error" },
                "offset": offset,
                "field": error.field().to_string(),
                "rule": error.fault().rule(),
                "message": error.fault().to_string(),
            }),
        }
    }
}

impl Message<'_> {
    fn to_json(&self) -> Value {
        let metadata = self.metadata;
        let mut line = Map::new();
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("offset", json!(self.offset));
        put("length", json!(metadata.frame().len()));
        put("kind", json!(metadata.kind().as_str()));
        if let Some(id) = metadata.request_id() {
            put("request_id", id_to_json(&id, self.id_space));
        }
        if let Some(stream) = metadata.stream_id() {
            put("stream_id", json!(stream));
        }
        if let Some(operation) = metadata.operation() {
            put("operation", json!(operation.to_string()));
        }
        if let Some(status) = metadata.status() {
            put("status", json!(status.as_str()));
        }
        put("header_size", json!(metadata.header_size()));
        put("body_size", json!(metadata.body_size()));
        let mut properties = Map::new();
        for (key, value) in metadata.properties() {
            // The codec's own come first and win, as they do for a route.
            properties
                .entry(key)
                .or_insert_with(|| json!(value.to_string()));
        }
        put("metadata", Value::Object(properties));
        put("fields", fields_to_json(&self.fields));
        Value::Object(line)
    }
}

/// An id, rendered with the sign that the protocol gives it; bytes in hex.
pub(super) fn id_to_json(id: &RequestId, space: IdSpace) -> Value {
    match (id, space) {
        (
            RequestId::Number(bits),
            IdSpace::Number {
                bits: width @ 1..=64,
                signed: true,
            },
        ) => {
            let unused = 64 - width;
            json!((bits << unused).cast_signed() >> unused)
        }
        (RequestId::Number(number), _) => json!(number),
        (RequestId::Bytes(bytes), _) => json!(to_hex(bytes)),
    }
}

fn fields_to_json(fields: &[(&'static str, FieldValue)]) -> Value {
    Value::Object(
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), field_to_json(value)))
            .collect(),
    )
}

/// Numbers that JSON readers commonly cannot hold are text, and so are bytes (in hex).
pub(super) fn field_to_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Bool(flag) => json!(flag),
        FieldValue::Unsigned(number) => {
            u64::try_from(*number).map_or_else(|_| json!(number.to_string()), Value::from)
        }
        FieldValue::Signed(number) => {
            i64::try_from(*number).map_or_else(|_| json!(number.to_string()), Value::from)
        }
        FieldValue::Float(number) if number.is_finite() => json!(number),
        FieldValue::Float(number) => json!(number.to_string()),
        FieldValue::Text(text) => json!(text),
        FieldValue::Bytes(bytes) => json!(to_hex(bytes)),
        FieldValue::List(values) => Value::Array(values.iter().map(field_to_json).collect()),
        FieldValue::Map(pairs) => Value::Array(
            pairs
                .iter()
                .map(|(key, value)| json!([field_to_json(key), field_to_json(value)]))
                .collect(),
        ),
        FieldValue::Header(fields) => fields_to_json(fields),
        other => json!(other.to_string()),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_sign_of_their_protocol() {
        let id = RequestId::Number(0xffff_ffff);
        assert_eq!(
            id_to_json(
                &id,
                IdSpace::Number {
                    bits: 32,
                    signed: true
                }
            ),
            json!(-1)
        );
        assert_eq!(
            id_to_json(
                &id,
                IdSpace::Number {
                    bits: 32,
                    signed: false
                }
            ),
            json!(4_294_967_295_u32)
        );
    }
}
