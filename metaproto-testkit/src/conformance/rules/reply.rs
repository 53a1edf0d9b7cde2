//! X: local replies and heartbeats.

use bytes::Bytes;
use metaproto_codec::schema::Role;
use metaproto_codec::{
    Direction, Error, ErrorType, IdSpace, MessageType, Metadata, ResponseStatus,
};

use crate::conformance::bench::{Bench, DIRECTIONS, NO_MESSAGE};
use crate::conformance::case::{Case, Frame};
use crate::conformance::finding::Finding;
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial};
use crate::conformance::subject::{Subject, Written};
use crate::conformance::trace::drive;
use crate::facts::{Facts, show_id};
use crate::layout;
use crate::report::Level;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "X001",
        name: "x001_a_request_is_answered",
        level: Level::Must,
        title: "`on_error` writes something for every request",
        why: "a client that gets no answer hangs until its timeout",
        fix: "write the protocol's own error response for every `ErrorType`, from any metadata, the empty one included",
        trial: Trial::Cases {
            cases: requests,
            check: is_answered,
            scope: Scope::Request,
        },
    },
    Rule {
        id: "X002",
        name: "x002_the_reply_is_one_error_response",
        level: Level::Must,
        title: "a local reply decodes as exactly one response that reports the error",
        why: "the client's own codec has to read it",
        fix: "set kind, lengths and the status code of the `ErrorType`; the request's body does not belong into it",
        trial: Trial::Cases {
            cases: requests,
            check: is_one_error,
            scope: Scope::Request,
        },
    },
    Rule {
        id: "X003",
        name: "x003_the_reply_has_the_requests_id",
        level: Level::Must,
        title: "a local reply has the id and stream of its request",
        why: "clients match by id: with another one the wrong call fails, or none does",
        fix: "take the id from the metadata of the request, over its full width",
        trial: Trial::Cases {
            cases: requests,
            check: has_the_id,
            scope: Scope::Request,
        },
    },
    Rule {
        id: "X004",
        name: "x004_every_error_for_every_message",
        level: Level::Must,
        title: "every error type can be reported for every kind of message",
        why: "the arm that was never tried is the one that an outage takes",
        fix: "give every `match` over error types and kinds an arm that writes or does nothing, never one that panics",
        trial: Trial::Cases {
            cases: everything,
            check: can_be_reported,
            scope: Scope::Answer,
        },
    },
    Rule {
        id: "X005",
        name: "x005_any_text_can_be_reported",
        level: Level::Should,
        title: "any error text gives a valid reply: 64 KiB, NUL, any Unicode, none",
        why: "the text comes from anywhere, an upstream among it",
        fix: "cut the text at a character boundary to what its field holds, and escape what the protocol cannot carry",
        trial: Trial::Cases {
            cases: texts,
            check: is_one_error_whatever_the_text,
            scope: Scope::Text,
        },
    },
    Rule {
        id: "X006",
        name: "x006_no_answer_where_none_is_owed",
        level: Level::Must,
        title: "nothing is written for a one-way request, or for what is no request; a stream may be refused",
        why: "a response that nobody waits for is taken for the answer to the next request",
        fix: "return before you write unless the kind is `MessageType::Request`",
        trial: Trial::Cases {
            cases: unanswered,
            check: writes_nothing,
            scope: Scope::Answer,
        },
    },
    Rule {
        id: "X007",
        name: "x007_a_ping_gets_one_pong",
        level: Level::Must,
        title: "a ping gets exactly one pong with its id, nothing else gets one, and what follows is not delayed",
        why: "a peer without its pong closes the connection and all calls on it",
        fix: "answer `MessageType::Ping` in `heartbeat_reply` with the id of the ping, and nothing else",
        trial: Trial::Cases {
            cases: heartbeats,
            check: gets_one_pong,
            scope: Scope::Frame,
        },
    },
];

/// The message of the case, or the empty metadata where it has none.
fn request(subject: &Subject, case: &Case) -> Option<(Metadata, Facts)> {
    if case.frames.is_empty() {
        let empty = Metadata::new(case.direction);
        let facts = Facts::of(&empty);
        return Some((empty, facts));
    }
    let decoded = subject.decode(case.direction, &case.frame().bytes)?;
    Some((decoded.metadata, decoded.facts))
}

fn answer(subject: &Subject, case: &Case, request: &Metadata) -> Written {
    let (r#type, message) = match &case.reply {
        Some((error, text)) => (*error, text.as_str()),
        None => (ErrorType::Unspecified, ""),
    };
    subject.on_error(request, &Error { r#type, message })
}

// Cases.

fn requests(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.every(|direction, frame| {
        let decoded = bench.subject.decode(direction, &frame.bytes);
        if decoded.is_none_or(|decoded| decoded.facts.kind != MessageType::Request) {
            return Vec::new();
        }
        let case = |error, text| Case::new(direction, vec![frame.clone()]).answered(error, text);
        let mut cases: Vec<_> = ErrorType::ALL.map(|error| case(error, "text")).into();
        cases.push(case(ErrorType::Unspecified, ""));
        cases
    })?;
    // A host may have nothing to show for the request.
    let empty = |error| Case::new(Direction::ClientToServer, Vec::new()).answered(error, "text");
    cases.extend(ErrorType::ALL.map(empty));
    Ok(cases)
}

fn everything(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(bench.effort / 2, |direction, frame| {
        ErrorType::ALL
            .map(|error| Case::new(direction, vec![frame.clone()]).answered(error, "text"))
            .into()
    })?;
    for direction in DIRECTIONS {
        cases.extend(
            ErrorType::ALL.map(|error| Case::new(direction, Vec::new()).answered(error, "")),
        );
    }
    Ok(cases)
}

fn texts(bench: &Bench) -> Result<Vec<Case>, String> {
    let texts = [
        String::new(),
        "a\0b".to_owned(),
        "line\r\nbreak \" ' \\ % <b>".to_owned(),
        "((( [ { ) ] }".to_owned(),
        "été ✓ \u{1F600} \u{10FFFF}".to_owned(),
        "x".repeat(127),
        "x".repeat(128),
        "x".repeat(255),
        "x".repeat(256),
        "é".repeat(512),
        "✓".repeat(1000),
        "x".repeat(65_535),
        "x".repeat(65_536),
        "\u{1F600}".repeat(16_384),
    ];
    let frames = bench.some(Direction::ClientToServer, 8);
    let frames = frames.into_iter().filter(|frame| {
        let decoded = bench
            .subject
            .decode(Direction::ClientToServer, &frame.bytes);
        decoded.is_some_and(|decoded| decoded.facts.kind == MessageType::Request)
    });
    let case = |frame: Frame| {
        texts.clone().map(|text| {
            Case::new(Direction::ClientToServer, vec![frame.clone()])
                .answered(ErrorType::BadResponse, text)
        })
    };
    let cases: Vec<_> = frames.take(3).flat_map(case).collect();
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn unanswered(bench: &Bench) -> Result<Vec<Case>, String> {
    let cases = bench.every(|direction, frame| {
        // What the message is, by whoever knows best.
        let kind = match frame.facts() {
            Some(facts) => Some(facts.kind),
            None => bench
                .subject
                .decode(direction, &frame.bytes)
                .map(|decoded| decoded.facts.kind),
        };
        if kind.is_none_or(|kind| kind == MessageType::Request) {
            return Vec::new();
        }
        vec![Case::new(direction, vec![frame]).answered(ErrorType::NoHealthyUpstream, "text")]
    })?;
    if cases.is_empty() {
        Err("there are only requests".to_owned())
    } else {
        Ok(cases)
    }
}

fn heartbeats(bench: &Bench) -> Result<Vec<Case>, String> {
    let has_pings = bench.subject.capabilities.kinds.contains(MessageType::Ping);
    let is_ping = |frame: &Frame| {
        frame
            .facts()
            .is_some_and(|facts| facts.kind == MessageType::Ping)
    };
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        let next = bench.some(direction, 1);
        for frame in bench.valid(direction) {
            let follows = if is_ping(frame) {
                next.clone()
            } else {
                Vec::new()
            };
            let frames = [frame.clone()].into_iter().chain(follows).collect();
            cases.push(Case::new(direction, frames));
        }
    }
    if cases.is_empty() {
        return Err(NO_MESSAGE.to_owned());
    }
    if has_pings && !cases.iter().any(|case| is_ping(case.frame())) {
        return Err("no vector has a ping, and there is no schema to make one of".to_owned());
    }
    // A host may ask for every message, of a protocol without heartbeats as well.
    Ok(cases)
}

// Checks.

fn is_answered(subject: &Subject, case: &Case) -> Check {
    let Some((metadata, _)) = request(subject, case) else {
        return Ok(Applied::No);
    };
    match answer(subject, case, &metadata) {
        Written::Bytes(bytes) if bytes.is_empty() => {
            Err(Finding::new("an error response", "nothing was written"))
        }
        Written::Refused(error) => Err(Finding::new(
            "an error response",
            format!("an error: {error}"),
        )),
        Written::Bytes(_) => Ok(Applied::Yes),
        _ => Ok(Applied::No),
    }
}

/// The one message of a local reply as the client decodes it.
fn reply(subject: &Subject, case: &Case) -> Option<(Facts, Bytes)> {
    let (metadata, facts) = request(subject, case)?;
    match answer(subject, case, &metadata) {
        Written::Bytes(bytes) if !bytes.is_empty() => Some((facts, bytes)),
        _ => None,
    }
}

fn is_one_error(subject: &Subject, case: &Case) -> Check {
    let Some((_, bytes)) = reply(subject, case) else {
        return Ok(Applied::No);
    };
    let wanted = if subject.capabilities.kinds.contains(MessageType::Error) {
        "one error response"
    } else {
        "one response"
    };
    let answer = subject.ask_fresh(Direction::ServerToClient, &bytes);
    let Some(facts) = answer.whole(bytes.len()) else {
        let trace = drive(subject, Direction::ServerToClient, [&bytes]);
        let kinds: Vec<_> = trace
            .messages
            .iter()
            .map(|facts| facts.kind.as_str())
            .collect();
        let actual = format!(
            "{} bytes, decoded as [{}], then {}",
            bytes.len(),
            kinds.join(", "),
            trace.end
        );
        return Err(Finding::new(wanted, actual).called("expected", "the reply"));
    };
    if bytes.len() > subject.max_frame() {
        let expected = format!("at most {} bytes", subject.max_frame());
        return Err(Finding::new(expected, format!("{} bytes", bytes.len()))
            .called("expected", "the reply"));
    }
    let right = if subject.capabilities.kinds.contains(MessageType::Error) {
        facts.kind == MessageType::Error && facts.status == Some(ResponseStatus::Error)
    } else {
        matches!(facts.kind, MessageType::Response | MessageType::Error)
    };
    if right {
        return has_the_code(subject, case, &bytes);
    }
    let status = facts.status.map_or("none", ResponseStatus::as_str);
    Err(Finding::new(
        format!("{wanted}, status = error"),
        format!("kind = {}, status = {status}", facts.kind),
    )
    .called("expected", "the reply"))
}

/// The reply must have the status code that the schema lists for the error.
fn has_the_code(subject: &Subject, case: &Case, reply: &Bytes) -> Check {
    let Some(schema) = subject.schema(Direction::ServerToClient) else {
        return Ok(Applied::Yes);
    };
    let layout::Outcome::Message(message, _) =
        layout::read(schema, Direction::ServerToClient, reply).outcome
    else {
        return Ok(Applied::Yes);
    };
    let asked = case
        .reply
        .as_ref()
        .map_or(ErrorType::Unspecified, |(error, _)| *error);
    let there = |node: &&layout::Node| node.value != layout::Value::Absent;
    for node in message.fields.iter().filter(there) {
        for role in node.field.roles {
            let Role::Status { other, errors, .. } = role else {
                continue;
            };
            let listed = errors.iter().find(|(_, error)| *error == asked);
            let wanted = listed.map_or(*other, |(code, _)| *code);
            let found = node.value.number();
            if found != wanted {
                let name = node.field.name;
                return Err(Finding::new(
                    format!("{name} = {wanted}, which stands for {}", asked.as_str()),
                    format!("{name} = {found}"),
                )
                .called("by the schema", "the reply"));
            }
        }
    }
    Ok(Applied::Yes)
}

fn is_one_error_whatever_the_text(subject: &Subject, case: &Case) -> Check {
    if let Some((metadata, _)) = request(subject, case)
        && let written @ (Written::Panic(_) | Written::Refused(_)) =
            answer(subject, case, &metadata)
    {
        return Err(Finding::new("one error response", written.to_string()));
    }
    is_one_error(subject, case)
}

fn has_the_id(subject: &Subject, case: &Case) -> Check {
    if case.frames.is_empty() {
        return has_the_hosts_id(subject, case);
    }
    let Some((request, bytes)) = reply(subject, case) else {
        return Ok(Applied::No);
    };
    let answer = subject.ask_fresh(Direction::ServerToClient, &bytes);
    let Some(facts) = answer.whole(bytes.len()) else {
        return Ok(Applied::No);
    };
    same_id(&request, facts)
}

/// A host that has no bytes to show may still know the id.
fn has_the_hosts_id(subject: &Subject, case: &Case) -> Check {
    let IdSpace::Number { bits, .. } = subject.capabilities.request_id else {
        return Ok(Applied::No);
    };
    let id = u64::MAX >> 64_u32.saturating_sub(bits).min(63);
    let mut request = Metadata::new(case.direction);
    request.set_request_id(id);
    let Written::Bytes(bytes) = answer(subject, case, &request) else {
        return Ok(Applied::No);
    };
    let answer = subject.ask_fresh(Direction::ServerToClient, &bytes);
    let Some(facts) = answer.whole(bytes.len()) else {
        return Ok(Applied::No);
    };
    // It states no stream; where every message has the field, the reply has something there.
    let mut stated = Facts::of(&request);
    stated.stream_id = facts.stream_id;
    same_id(&stated, facts)
}

fn same_id(request: &Facts, reply: &Facts) -> Check {
    if request.request_id.is_none() && request.stream_id.is_none() {
        return Ok(Applied::No);
    }
    let show = |facts: &Facts| {
        let id = facts
            .request_id
            .as_ref()
            .map_or_else(|| "none".to_owned(), show_id);
        match facts.stream_id {
            Some(stream) => format!("request_id = {id}, stream_id = {stream}"),
            None => format!("request_id = {id}"),
        }
    };
    if (&request.request_id, request.stream_id) == (&reply.request_id, reply.stream_id) {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(show(request), show(reply)).called("the request", "the reply"))
}

fn can_be_reported(subject: &Subject, case: &Case) -> Check {
    let Some((metadata, facts)) = request(subject, case) else {
        return Ok(Applied::No);
    };
    let expected = format!("a reply, or nothing, for a {}", facts.kind);
    match answer(subject, case, &metadata) {
        Written::Bytes(_) => Ok(Applied::Yes),
        Written::Spoiled { .. } => Ok(Applied::No),
        other => Err(Finding::new(expected, other.to_string())),
    }
}

fn writes_nothing(subject: &Subject, case: &Case) -> Check {
    let Some((metadata, facts)) = request(subject, case) else {
        return Ok(Applied::No);
    };
    // A request that is taken for another kind, or the other way round, is what M006 is about.
    if facts.kind == MessageType::Request {
        return Ok(Applied::No);
    }
    match answer(subject, case, &metadata) {
        Written::Bytes(bytes) if facts.kind == MessageType::StreamInit && !bytes.is_empty() => {
            refuses_the_stream(subject, case, &facts, &bytes)
        }
        Written::Bytes(bytes) if !bytes.is_empty() => Err(Finding::new(
            format!("nothing, for a {} is owed no answer", facts.kind),
            format!("{} bytes", bytes.len()),
        )),
        Written::Bytes(_) => Ok(Applied::Yes),
        _ => Ok(Applied::No),
    }
}

/// A stream that a host does not open is left without an answer, or refused by one message that belongs to it.
fn refuses_the_stream(subject: &Subject, case: &Case, init: &Facts, bytes: &Bytes) -> Check {
    let answer = subject.ask_fresh(case.direction.opposite(), bytes);
    let show = |kind, stream: Option<u64>, status: Option<ResponseStatus>| {
        let status = status.map_or("none", ResponseStatus::as_str);
        format!("{kind}, stream_id = {stream:?}, status = {status}")
    };
    let expected = show("one message", init.stream_id, Some(ResponseStatus::Error));
    let actual = match answer.whole(bytes.len()) {
        Some(facts) => show("one message", facts.stream_id, facts.status),
        None => format!("{} bytes that are no message", bytes.len()),
    };
    if actual == expected {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(expected, actual).called("expected", "the reply"))
}

fn gets_one_pong(subject: &Subject, case: &Case) -> Check {
    let Some(decoded) = subject.decode(case.direction, &case.frame().bytes) else {
        return Ok(Applied::No);
    };
    let bytes = match subject.heartbeat(&decoded.metadata) {
        Written::Bytes(bytes) => bytes,
        Written::Refused(error) => {
            return Err(Finding::new(
                "a pong, or nothing",
                format!("an error: {error}"),
            ));
        }
        _ => return Ok(Applied::No),
    };
    let truth = case
        .frame()
        .facts()
        .map_or(decoded.facts.kind, |facts| facts.kind);
    if truth != MessageType::Ping || decoded.facts.kind != MessageType::Ping {
        if bytes.is_empty() {
            return Ok(Applied::Yes);
        }
        let expected = format!("nothing, for a {} is no ping", decoded.facts.kind);
        return Err(Finding::new(expected, format!("{} bytes", bytes.len())));
    }
    let back = case.direction.opposite();
    let answer = subject.ask_fresh(back, &bytes);
    let Some(pong) = answer.whole(bytes.len()) else {
        let count = drive(subject, back, [&bytes]).messages.len();
        let actual = format!("{} bytes: {count} messages", bytes.len());
        return Err(Finding::new("one pong", actual));
    };
    if pong.kind != MessageType::Pong {
        return Err(Finding::new("one pong", format!("one {}", pong.kind)));
    }
    if decoded.facts.request_id.is_some() {
        same_id(&decoded.facts, pong)?;
    }
    let trace = drive(subject, case.direction, [case.stream()]);
    if trace.messages.len() == case.frames.len() {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(
        format!("{} messages", case.frames.len()),
        format!("{} messages, then {}", trace.messages.len(), trace.end),
    ))
}
