//! What a tree means to a host.

use bytes::Bytes;
use metaproto_codec::schema::{Field, NumberKind, Role};
use metaproto_codec::{Direction, MessageType, RequestId, ResponseStatus};

use super::read::is_open;
use super::tree::{Message, Node, Value};
use super::{bits, scope};
use crate::facts::Facts;

/// The facts of a whole message, whose codes are listed.
pub(super) fn of(
    message: &Message,
    direction: Direction,
    header_size: usize,
    length: usize,
) -> Facts {
    let mut facts = Facts {
        direction,
        kind: match direction {
            Direction::ClientToServer => MessageType::Request,
            Direction::ServerToClient => MessageType::Response,
        },
        request_id: None,
        stream_id: None,
        status: None,
        operation: None,
        header_size,
        length,
        properties: Vec::new(),
    };
    let mut peers = Vec::new();
    let there = || {
        message
            .fields
            .iter()
            .filter(|node| node.value != Value::Absent)
    };
    for node in there() {
        for role in node.field.roles {
            match role {
                Role::RequestId => facts.request_id = Some(id(&node.value)),
                Role::StreamId => facts.stream_id = Some(low(node.value.number())),
                Role::Operation => facts.operation = text(node),
                Role::Property(key) => facts
                    .properties
                    .extend(text(node).map(|value| ((*key).to_owned(), value))),
                Role::Properties if is_open(node.field) => peers.extend(pairs(&node.value)),
                Role::MessageType(codes) => {
                    let listed = codes.iter().find(|(code, _)| *code == node.value.number());
                    facts.kind = listed.map_or(facts.kind, |(_, kind)| *kind);
                    let tells_errors = codes.iter().any(|(_, kind)| *kind == MessageType::Error);
                    facts.status = match facts.kind {
                        MessageType::Error => Some(ResponseStatus::Error),
                        MessageType::Response if tells_errors => Some(ResponseStatus::Ok),
                        _ => facts.status,
                    };
                }
                _ => {}
            }
        }
    }
    facts.properties.append(&mut peers);
    // The codes below refine the kind, so they come when it is known.
    for node in there() {
        for role in node.field.roles {
            refine(&mut facts, role, node.value.number());
        }
    }
    facts
}

fn refine(facts: &mut Facts, role: &Role, raw: u128) {
    use MessageType::{Error, OneWay, Ping, Pong, Request, Response};
    match (role, facts.kind) {
        (Role::OneWay(code), Request) if *code == raw => facts.kind = OneWay,
        (Role::Heartbeat(code), Request | OneWay) if *code == raw => facts.kind = Ping,
        (Role::Heartbeat(code), Response | Error) if *code == raw => facts.kind = Pong,
        (Role::Status { ok, .. }, Response | Error) => {
            if *ok == raw {
                facts.status = Some(ResponseStatus::Ok);
            } else {
                facts.kind = Error;
                facts.status = Some(ResponseStatus::Error);
            }
        }
        _ => {}
    }
}

fn id(value: &Value) -> RequestId {
    match value {
        Value::Bytes(bytes) => RequestId::Bytes(Bytes::copy_from_slice(bytes)),
        value => RequestId::Number(low(value.number())),
    }
}

/// The pairs of an open map that can be properties: names that are not empty and have no control characters, all UTF-8.
fn pairs(value: &Value) -> Vec<(String, String)> {
    let Value::Map(pairs) = value else {
        return Vec::new();
    };
    let utf8 = |value: &Value| str::from_utf8(value.bytes()).ok().map(str::to_owned);
    let is_name = |key: &str| !key.is_empty() && !key.contains(|c: char| c.is_ascii_control());
    pairs
        .iter()
        .filter_map(|(key, value)| Some((utf8(key).filter(|key| is_name(key))?, utf8(value)?)))
        .collect()
}

/// The value as text; `None` where it is bytes that are not UTF-8.
fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Number(raw) | Value::Varint { raw, .. } => Some(number(node.field, *raw)),
        Value::Absent => None,
        value => str::from_utf8(value.bytes()).ok().map(str::to_owned),
    }
}

fn number(field: &Field, raw: u128) -> String {
    let width = field.shape.bits().unwrap_or(128);
    match field.shape.number_kind() {
        Some(NumberKind::Signed | NumberKind::Unsigned) => scope::value(field, raw).to_string(),
        Some(NumberKind::Bool) => (raw == 1).to_string(),
        Some(NumberKind::Float) if width == 32 => {
            let bits = u32::try_from(raw).unwrap_or_default();
            f64::from(f32::from_bits(bits)).to_string()
        }
        Some(NumberKind::Float) => f64::from_bits(low(raw)).to_string(),
        _ => raw.to_string(),
    }
}

fn low(raw: u128) -> u64 {
    u64::try_from(raw & bits::mask(64)).unwrap_or(u64::MAX)
}
