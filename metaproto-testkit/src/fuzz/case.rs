//! An input as a case of the conformance suite.

use std::sync::Arc;

use bytes::Bytes;
use metaproto_codec::{Direction, MessageType, Mutation};

use super::input::{Input, Key};
use crate::conformance::case::{Case, Frame, Truth};
use crate::conformance::rule::Scope;
use crate::conformance::subject::{Answer, Subject};
use crate::layout::{self, Outcome};

/// Messages after which the rest of a stream is taken as one frame.
const MOST_FRAMES: usize = 32;

/// The shapes in which rules take an input.
pub(super) struct Cases {
    stream: Case,
    /// The first frame alone.
    alone: Option<Case>,
    is_request: bool,
}

impl Cases {
    pub(super) fn new(subject: &Subject, input: &Input) -> Self {
        let stream = case(subject, input);
        let alone = stream.frames.first().map(|frame| Case {
            frames: vec![frame.clone()],
            before: Vec::new(),
            ..stream.clone()
        });
        let kind = alone.as_ref().and_then(|case| {
            let decoded = subject.decode(case.direction, &case.frame().bytes)?;
            Some(decoded.facts.kind)
        });
        let is_request =
            kind == Some(MessageType::Request) && stream.direction == Direction::ClientToServer;
        Self {
            stream,
            alone,
            is_request,
        }
    }

    /// Whether the input starts with a message, as far as an independent reader says.
    pub(super) fn starts_with_message(&self) -> bool {
        self.stream.frame().is_valid()
    }

    /// The case on which a rule of this scope can be tried; `None` where its property is not about this input.
    pub(super) fn of(&self, scope: Scope) -> Option<Case> {
        let alone = || self.alone.clone();
        match scope {
            Scope::Own => None,
            Scope::Stream => Some(self.stream.clone()),
            Scope::Frame => alone(),
            Scope::Message => alone().filter(|case| case.frame().is_valid()),
            Scope::Answer => alone().map(with_ordinary_text),
            Scope::Request => alone().filter(|_| self.is_request).map(with_ordinary_text),
            Scope::Text => alone().filter(|_| self.is_request),
        }
    }
}

fn with_ordinary_text(mut case: Case) -> Case {
    if let Some((_, text)) = &mut case.reply {
        "text".clone_into(text);
    }
    case
}

fn case(subject: &Subject, input: &Input) -> Case {
    let direction = input.direction;
    let mut stream = Bytes::copy_from_slice(&input.stream);
    let mut before = Vec::new();
    if input.before > 0 {
        let rest = stream.split_off(usize::from(input.before).min(stream.len()));
        before = frames(subject, direction, &stream, "before");
        let accepted = |frame: &Frame| subject.decode(direction, &frame.bytes).is_some();
        if before.iter().all(accepted) {
            stream = rest;
        } else {
            stream = Bytes::copy_from_slice(&input.stream);
            before.clear();
        }
    }
    let mutation = mutation(subject, input, &stream);
    let mut case = Case::new(direction, frames(subject, direction, &stream, "input"));
    case.chunks = chunks(&input.chunks, stream.len());
    case.before = before;
    case.mutation = mutation;
    case.reply.clone_from(&input.reply);
    case
}

/// Sizes of at least one byte, in sum at most `length`.
fn chunks(sizes: &[u16], length: usize) -> Vec<usize> {
    let mut left = length;
    let mut chunks = Vec::new();
    for size in sizes {
        let size = usize::from(*size).clamp(1, left.max(1));
        if size >= left {
            break;
        }
        chunks.push(size);
        left -= size;
    }
    chunks
}

/// The messages of a stream, by the schema where there is one, else by the codec; what follows them is one more frame.
fn frames(subject: &Subject, direction: Direction, stream: &Bytes, origin: &str) -> Vec<Frame> {
    let origin: Arc<str> = origin.into();
    let mut frames = Vec::new();
    let mut rest = stream.clone();
    while !rest.is_empty() && frames.len() < MOST_FRAMES {
        let Some((length, truth)) = first(subject, direction, &rest) else {
            break;
        };
        frames.push(Frame::new(
            rest.split_to(length),
            truth,
            Arc::clone(&origin),
        ));
    }
    if !rest.is_empty() {
        frames.push(Frame::new(rest, Truth::Unknown, origin));
    }
    frames
}

/// Whether a stream starts with a message, by the schema or the codec.
pub(super) fn starts_with_message(subject: &Subject, direction: Direction, stream: &[u8]) -> bool {
    first(subject, direction, stream).is_some()
}

/// The length of the message at the start of some bytes, and what is known of it.
fn first(subject: &Subject, direction: Direction, bytes: &[u8]) -> Option<(usize, Truth)> {
    if let Some(schema) = subject.schema(direction)
        && let Outcome::Message(_, facts) = layout::read(schema, direction, bytes).outcome
        && facts.length <= subject.max_frame()
        && facts.kind.may_travel(direction)
    {
        return Some((facts.length, Truth::Valid(Some(Arc::new(facts)))));
    }
    match subject.ask_fresh(direction, bytes) {
        Answer::Done { consumed, .. } if (1..=bytes.len()).contains(&consumed) => {
            Some((consumed, Truth::Unknown))
        }
        _ => None,
    }
}

fn mutation(subject: &Subject, input: &Input, stream: &[u8]) -> Mutation {
    let mut mutation = Mutation::new();
    if !input.changes.is_empty() {
        let known = known_names(subject, input.direction, stream);
        for (key, value) in &input.changes {
            let key = match key {
                Key::Named(name) => name.as_str(),
                Key::Known(number) => known
                    .get(usize::from(*number) % known.len().max(1))
                    .map_or("zone", String::as_str),
            };
            mutation = match value {
                Some(value) => mutation.set(key, value),
                None => mutation.remove(key),
            };
        }
    }
    if let Some(id) = &input.id {
        mutation.set_request_id(id.clone());
    }
    mutation
}

/// What can be set, and what is there.
fn known_names(subject: &Subject, direction: Direction, stream: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = subject
        .capabilities
        .settable
        .iter()
        .map(ToString::to_string)
        .collect();
    if let Answer::Done { facts, .. } = subject.ask_fresh(direction, stream) {
        for (name, _) in facts.properties {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
