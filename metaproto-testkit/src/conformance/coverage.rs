//! Which kinds of message and which branches of the schema the vectors and the generated messages show.

use metaproto_codec::schema::{Presence, Role, Shape};
use metaproto_codec::{Direction, MessageType};

use super::bench::{Bench, DIRECTIONS};
use super::case::Frame;
use crate::layout::{self, Value};
use crate::report::{Branch, Coverage, KindCoverage, VectorCount};
use crate::vector::Expect;

/// How many vectors there are.
pub(crate) fn vectors(bench: &Bench) -> VectorCount {
    let blocks = || {
        let vectors = bench.vectors.iter().flat_map(|(_, file)| &file.vectors);
        vectors.flat_map(|vector| &vector.blocks)
    };
    VectorCount {
        files: bench.vectors.len(),
        messages: blocks()
            .filter(|block| matches!(block.expect, Expect::Facts(_) | Expect::Message))
            .count(),
        rejects: blocks()
            .filter(|block| matches!(block.expect, Expect::Reject(_)))
            .count(),
    }
}

/// What of the protocol was exercised.
pub(crate) fn coverage(bench: &Bench) -> Coverage {
    let mut coverage = Coverage::default();
    for direction in DIRECTIONS {
        let recorded = bench.recorded(direction);
        let made = &bench.valid(direction)[recorded.len()..];
        for kind in MessageType::ALL
            .into_iter()
            .filter(|kind| kind.may_travel(direction))
        {
            let count = |frames: &[Frame]| {
                frames
                    .iter()
                    .filter(|frame| frame.facts().is_some_and(|facts| facts.kind == kind))
                    .count()
            };
            let row = KindCoverage {
                direction: direction.to_string(),
                kind: kind.to_string(),
                declared: bench.subject.capabilities.kinds.contains(kind),
                vectors: count(recorded),
                generated: count(made),
            };
            if row.declared || row.vectors + row.generated > 0 {
                coverage.kinds.push(row);
            }
        }
        coverage
            .branches
            .extend(branches(bench, direction, recorded, made));
    }
    coverage
}

/// What can be one way or another in a message, and how to tell which.
struct Fork {
    path: String,
    takes: Box<dyn Fn(&layout::Message) -> bool>,
}

fn branches(
    bench: &Bench,
    direction: Direction,
    recorded: &[Frame],
    made: &[Frame],
) -> Vec<Branch> {
    let Some(schema) = bench.subject.schema(direction) else {
        return Vec::new();
    };
    let mut forks: Vec<Fork> = Vec::new();
    for field in schema.fields {
        let name = field.name;
        for role in field.roles {
            let named = codes(role, direction).into_iter();
            forks.extend(named.map(|(what, code)| Fork {
                path: format!("{name} = {what} ({code})"),
                takes: Box::new(move |message| {
                    message
                        .get(name)
                        .is_some_and(|value| value.number() == code)
                }),
            }));
            if matches!(role, Role::HeaderLen { .. }) {
                forks.push(Fork {
                    path: "header with an extension".to_owned(),
                    takes: Box::new(|message| !message.extension.is_empty()),
                });
            }
        }
        if !matches!(field.presence, Presence::Always) {
            for there in [true, false] {
                forks.push(Fork {
                    path: format!("{name} {}", if there { "there" } else { "absent" }),
                    takes: Box::new(move |message| {
                        message
                            .get(name)
                            .is_some_and(|value| (*value != Value::Absent) == there)
                    }),
                });
            }
        }
        if let Shape::Choice {
            tag,
            alternatives,
            other,
        } = field.shape
        {
            let tag_of = move |message: &layout::Message| message.get(tag).map(Value::number);
            forks.extend(alternatives.iter().map(|alternative| Fork {
                path: format!("{name} is {} ({})", alternative.name, alternative.tag),
                takes: Box::new(move |message| tag_of(message) == Some(alternative.tag)),
            }));
            let listed = move |tag: u128| alternatives.iter().any(|it| it.tag == tag);
            forks.extend(other.map(|_| Fork {
                path: format!("{name} is another"),
                takes: Box::new(move |message| tag_of(message).is_some_and(|tag| !listed(tag))),
            }));
        }
        if matches!(
            field.shape,
            Shape::List { .. } | Shape::Map { .. } | Shape::Octets { .. }
        ) {
            for empty in [true, false] {
                forks.push(Fork {
                    path: format!("{name} {}", if empty { "empty" } else { "not empty" }),
                    takes: Box::new(move |message| {
                        message
                            .get(name)
                            .filter(|value| **value != Value::Absent)
                            .is_some_and(|value| is_empty(value) == empty)
                    }),
                });
            }
        }
    }
    for (path, empty) in [("body empty", true), ("body not empty", false)] {
        forks.push(Fork {
            path: path.to_owned(),
            takes: Box::new(move |message| message.body.is_empty() == empty),
        });
    }
    let read = |frames: &[Frame]| {
        let outcomes = frames
            .iter()
            .map(|frame| layout::read(schema, direction, &frame.bytes).outcome);
        let messages = outcomes.filter_map(|outcome| match outcome {
            layout::Outcome::Message(message, _) => Some(*message),
            _ => None,
        });
        messages.collect::<Vec<_>>()
    };
    let (recorded, made) = (read(recorded), read(made));
    let count = |messages: &[layout::Message], fork: &Fork| {
        messages.iter().filter(|it| (fork.takes)(it)).count()
    };
    let branch = |fork: Fork| Branch {
        direction: direction.to_string(),
        vectors: count(&recorded, &fork),
        generated: count(&made, &fork),
        path: fork.path,
    };
    forks.into_iter().map(branch).collect()
}

/// The codes that a role lists for a direction, by name.
fn codes(role: &Role, direction: Direction) -> Vec<(&'static str, u128)> {
    match role {
        Role::MessageType(codes) => codes
            .iter()
            .filter(|(_, kind)| kind.may_travel(direction))
            .map(|(code, kind)| (kind.as_str(), *code))
            .collect(),
        Role::OneWay(code) => vec![("oneway", *code)],
        Role::Heartbeat(code) => vec![("heartbeat", *code)],
        Role::Status { ok, other, errors } if direction == Direction::ServerToClient => {
            let errors = errors.iter().map(|(code, error)| (error.as_str(), *code));
            [("ok", *ok), ("other", *other)]
                .into_iter()
                .chain(errors)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(pairs) => pairs.is_empty(),
        _ => false,
    }
}
