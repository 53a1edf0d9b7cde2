//! M: metadata and the roles of fields.

use bytes::Bytes;
use metaproto_codec::schema::Role;
use metaproto_codec::{
    Direction, IdSpace, MessageType, Metadata, Mutation, Next, RequestId, Session,
};

use crate::conformance::bench::{Bench, DIRECTIONS, cuts};
use crate::conformance::case::{Case, Frame, Truth};
use crate::conformance::changes;
use crate::conformance::finding::{Finding, differing};
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial, Whole};
use crate::conformance::rules::decode::spread;
use crate::conformance::rules::encode::effect;
use crate::conformance::subject::{Answer, Subject, Written, guard};
use crate::facts::{Facts, show_id};
use crate::layout;
use crate::report::Level;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "M001",
        name: "m001_metadata_only_when_done",
        level: Level::Must,
        title: "metadata is written only with `Done`",
        why: "hosts hand the same metadata to the next call; what a half-read message left there is taken for the next one's",
        fix: "fill the metadata last, or clear it before you answer `WaitForData` or an error",
        trial: Trial::Cases {
            cases: unfinished,
            check: leaves_metadata,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "M002",
        name: "m002_sizes_add_up",
        level: Level::Must,
        title: "header and body sizes sum to the message",
        why: "hosts take header and body apart by these sizes",
        fix: "state the header size, extension included, and never more than `consumed`",
        trial: Trial::Cases {
            cases: plain,
            check: sizes_add_up,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "M003",
        name: "m003_the_kind_is_a_declared_one",
        level: Level::Must,
        title: "kind and request id of a message are of those declared, and the kind may travel in its direction",
        why: "a request that is taken for a response is never routed, and ids that nobody expects are not matched",
        fix: "declare kind and id in `Capabilities`, and take the direction from the metadata",
        trial: Trial::Cases {
            cases: plain,
            check: kind_is_declared,
            scope: Scope::Message,
        },
    },
    Rule {
        id: "M004",
        name: "m004_ids_keep_their_width",
        level: Level::Must,
        title: "ids of requests and streams keep their full width: 0, 1, the sign bit, all ones",
        why: "an id that is cut to 32 bits, or read with a sign, ties a response to the wrong request, and one that a host \
              gives and the codec does not write, a frame to the wrong stream",
        fix: "widen the wire bits without a sign (`u64::from`), and refuse an id that the field cannot hold, or that you \
              do not replace",
        trial: Trial::Cases {
            cases: ids,
            check: id_is_kept,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "M005",
        name: "m005_names_can_be_used_in_routes",
        level: Level::Should,
        title: "names of properties are not empty and have no control characters",
        why: "names go into routes, logs and statistics, where a NUL or a line break is an injection",
        fix: "leave such a property out of the metadata; it stays in the message",
        trial: Trial::Cases {
            cases: odd_names,
            check: names_are_usable,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "M006",
        name: "m006_kinds_are_told_apart",
        level: Level::Should,
        title: "one-way requests, heartbeats and streams are told apart",
        why: "a host waits for the answer to a one-way request for ever, and forwards a heartbeat that it should answer",
        fix: "set the kind from the flag bits and codes of the message; declare it in `Capabilities::kinds`",
        trial: Trial::Cases {
            cases: plain,
            check: kind_is_right,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "M007",
        name: "m007_vectors_cover_every_kind",
        level: Level::Info,
        title: "every declared kind of message occurs in the vectors",
        why: "what no vector shows has been tried on nothing but the codec's own idea of the protocol",
        fix: "record a message of each kind from a real peer",
        trial: Trial::Whole(kinds_in_vectors),
    },
    Rule {
        id: "M008",
        name: "m008_the_wrong_direction_is_refused",
        level: Level::Must,
        title: "a message in the wrong direction is a typed error",
        why: "a response that arrives from a client would be matched with somebody else's request",
        fix: "report the kind that the message states; the session refuses it in the wrong direction",
        trial: Trial::Cases {
            cases: reversed,
            check: is_refused_in_reverse,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "M009",
        name: "m009_a_peers_property_disturbs_nothing",
        level: Level::Must,
        title: "a peer's property cannot disturb the codec's own data, whatever it is called",
        why: "otherwise a client chooses its own route or id by naming a header like one of the codec's keys",
        fix: "record what the peer named with `Metadata::peer_property`, and what the codec named with `property`",
        trial: Trial::Cases {
            cases: forged,
            check: is_undisturbed,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "M010",
        name: "m010_errors_are_told_from_successes",
        level: Level::Must,
        title: "a response that reports an error is told from one that does not",
        why: "outlier detection, retries and statistics count errors: a failed call that passes as a success hides an outage",
        fix: "everything but the codes of success is an error, the codes that nobody has listed among them",
        trial: Trial::Cases {
            cases: plain,
            check: status_is_right,
            scope: Scope::Message,
        },
    },
];

// Cases.

fn plain(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.every(|direction, frame| vec![Case::new(direction, vec![frame])])
}

/// Messages cut short, and bytes that are none.
fn unfinished(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(16, |direction, frame| {
        let cuts = cuts(frame.bytes.len(), 40);
        cuts.into_iter()
            .map(|cut| Case::new(direction, vec![frame.clone()]).cut([cut]))
            .collect()
    })?;
    for direction in DIRECTIONS {
        for (_, frame) in spread(bench.near(direction), bench.effort) {
            let length = frame.bytes.len();
            cases.push(Case::new(direction, vec![frame.clone()]).cut([length]));
        }
    }
    Ok(cases)
}

fn ids(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let request_ids = request_ids(subject.capabilities.request_id);
    let stream_ids = match subject.capabilities.stream_id {
        IdSpace::Number { bits, .. } => numbers(bits),
        // Those that are not declared have to be refused.
        IdSpace::None | IdSpace::Bytes => vec![0, 1],
    };
    let mut cases = bench.each(6, |direction, frame| {
        let Some(decoded) = subject.decode(direction, &frame.bytes) else {
            return Vec::new();
        };
        let case = |mutation| Case::new(direction, vec![frame.clone()]).mutated(mutation);
        let mut cases = Vec::new();
        if decoded.facts.request_id.is_some() {
            cases.extend(request_ids.iter().map(|id| {
                let mut mutation = Mutation::new();
                mutation.set_request_id(id.clone());
                case(mutation)
            }));
        }
        if decoded.facts.stream_id.is_some() {
            cases.extend(stream_ids.iter().map(|id| {
                let mut mutation = Mutation::new();
                mutation.set_stream_id(*id);
                case(mutation)
            }));
        }
        cases
    });
    if request_ids.is_empty() && cases.as_ref().map_or(true, Vec::is_empty) {
        return Err("the codec declares no request ids, and no message has a stream id".to_owned());
    }
    if let Ok(cases) = &mut cases {
        for direction in DIRECTIONS {
            let frames = bench.valid(direction).iter().cloned();
            cases.extend(frames.map(|frame| Case::new(direction, vec![frame])));
        }
    }
    cases
}

/// Request ids to be set: those at the edges, and some that have to be refused.
fn request_ids(space: IdSpace) -> Vec<RequestId> {
    match space {
        IdSpace::None => Vec::new(),
        IdSpace::Bytes => [&b""[..], b"\0", b"id", b"\xFF\x00\xFF", &[b'7'; 64]]
            .into_iter()
            .map(|id| RequestId::Bytes(Bytes::from_static(id)))
            // One of the other shape.
            .chain([RequestId::Number(7)])
            .collect(),
        IdSpace::Number { bits, .. } => {
            let other_shape = RequestId::Bytes(Bytes::from_static(b"7"));
            let numbers = numbers(bits).into_iter().map(RequestId::Number);
            numbers.chain([other_shape]).collect()
        }
    }
}

/// Numbers at the edges of a field of so many bits, and one more than it can hold.
fn numbers(bits: u32) -> Vec<u64> {
    let all = u64::MAX >> (64 - bits.clamp(1, 64));
    let edges = [
        0,
        1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
    ]
    .into_iter()
    .chain([
        1 << 32,
        (1 << 32) + 1,
        all >> 1,
        (all >> 1) + 1,
        all - 1,
        all,
    ]);
    let mut numbers: Vec<u64> = edges.filter(|number| *number <= all).collect();
    numbers.dedup();
    numbers.extend(all.checked_add(1));
    numbers
}

/// Messages as they are, and with property names that nobody should see.
fn odd_names(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = plain(bench)?;
    cases.extend(with_properties(
        bench,
        &["", "a\0b", "line\r\nbreak", "\u{7f}", "tab\t"],
    ));
    Ok(cases)
}

/// Messages in which the peer names a property like one of the codec's own.
fn forged(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut names: Vec<String> = [
        "x-request-id",
        "request_id",
        "kind",
        "status",
        "operation",
        "direction",
        "cmd",
        "method",
    ]
    .map(str::to_owned)
    .into();
    for schema in DIRECTIONS
        .into_iter()
        .filter_map(|direction| bench.subject.schema(direction))
    {
        for role in schema.fields.iter().flat_map(|field| field.roles) {
            if let Role::Property(name) = role {
                names.extend([(*name).to_owned(), name.to_ascii_uppercase()]);
            }
        }
    }
    names.extend(
        bench
            .subject
            .capabilities
            .settable
            .iter()
            .map(ToString::to_string),
    );
    names.sort();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cases = with_properties(bench, &names);
    if cases.is_empty() {
        return Err("no schema tells where a peer names properties of its own".to_owned());
    }
    Ok(cases)
}

/// Messages to which a property with each of these names has been added.
fn with_properties(bench: &Bench, names: &[&str]) -> Vec<Case> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        for frame in bench.some(direction, 4) {
            cases.extend(
                names
                    .iter()
                    .filter_map(|name| bench.with_property(direction, &frame, name)),
            );
        }
    }
    cases
}

fn reversed(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(bench.effort, |direction, frame| {
        vec![Case::new(
            direction.opposite(),
            vec![Frame {
                truth: Truth::Unknown,
                ..frame
            }],
        )]
    })
}

// Checks.

fn leaves_metadata(subject: &Subject, case: &Case) -> Check {
    let (input, _) = case.split();
    let (answer, metadata) = subject.ask_for(&mut *subject.codec(), case.direction, &input);
    if !matches!(answer, Answer::Wait { .. } | Answer::Error(_)) {
        return Ok(Applied::No);
    }
    let clean = Facts::of(&Metadata::new(case.direction));
    match differing(&clean, &Facts::of(&metadata)) {
        None => Ok(Applied::Yes),
        Some(finding) => {
            let actual = format!("{} after {answer}", finding.actual.1);
            Err(
                Finding::new(format!("{}, as it was", finding.expected.1), actual)
                    .at(0..input.len()),
            )
        }
    }
}

fn sizes_add_up(subject: &Subject, case: &Case) -> Check {
    let frame = case.frame();
    let (answer, mut metadata) =
        subject.ask_for(&mut *subject.codec(), case.direction, &frame.bytes);
    let Answer::Done { consumed, .. } = answer else {
        return Ok(Applied::No);
    };
    // The size as the codec stated it, which a frame of the message's own length would cut off.
    metadata.attach_frame(Bytes::from_static(&[0; 1 << 17]));
    let stated = metadata.header_size();
    if stated > consumed {
        let finding = Finding::new(
            format!("header_size of {consumed} at most, as consumed says"),
            format!("header_size = {stated}"),
        );
        return Err(finding);
    }
    match frame.facts().map(|facts| facts.header_size) {
        Some(expected) if expected != stated => Err(Finding::new(
            format!(
                "header_size = {expected}, body_size = {}",
                frame.bytes.len() - expected
            ),
            format!("header_size = {stated}, body_size = {}", consumed - stated),
        )),
        _ => Ok(Applied::Yes),
    }
}

fn kind_is_declared(subject: &Subject, case: &Case) -> Check {
    let frame = &case.frame().bytes;
    let answer = subject.ask_fresh(case.direction, frame);
    let Some(facts) = answer.whole(frame.len()) else {
        return Ok(Applied::No);
    };
    if !subject.capabilities.kinds.contains(facts.kind) {
        let expected = format!("one of {:?}", subject.capabilities.kinds);
        return Err(Finding::new(expected, facts.kind.to_string()));
    }
    if !facts.kind.may_travel(case.direction) {
        let expected = format!("a kind that may travel {}", case.direction);
        return Err(Finding::new(expected, facts.kind.to_string()));
    }
    let fits = match (&facts.request_id, subject.capabilities.request_id) {
        (None, _) | (Some(RequestId::Bytes(_)), IdSpace::Bytes) => true,
        (Some(RequestId::Number(id)), IdSpace::Number { bits, .. }) => {
            bits >= 64 || id >> bits == 0
        }
        _ => false,
    };
    if !fits {
        let expected = format!("an id of {:?}", subject.capabilities.request_id);
        let id = facts.request_id.as_ref().map_or_else(String::new, show_id);
        return Err(Finding::new(expected, format!("request_id = {id}")));
    }
    if let (Some(id), IdSpace::Number { bits, .. }) =
        (facts.stream_id, subject.capabilities.stream_id)
        && bits < 64
        && id >> bits != 0
    {
        let expected = format!("an id of {bits} bits");
        return Err(Finding::new(expected, format!("stream_id = {id}")));
    }
    Ok(Applied::Yes)
}

fn id_is_kept(subject: &Subject, case: &Case) -> Check {
    let frame = case.frame();
    let Some(decoded) = subject.decode(case.direction, &frame.bytes) else {
        return Ok(Applied::No);
    };
    if let Some(facts) = frame.facts() {
        let ids = |facts: &Facts| {
            let of_request = facts.request_id.as_ref().map(show_id);
            (of_request, facts.stream_id.map(|id| id.to_string()))
        };
        let ((request, stream), (found_request, found_stream)) = (ids(facts), ids(&decoded.facts));
        for (name, expected, found) in [
            ("request_id", request, found_request),
            ("stream_id", stream, found_stream),
        ] {
            let show = |id: Option<String>| format!("{name} = {}", id.as_deref().unwrap_or("none"));
            if expected != found {
                return Err(Finding::new(show(expected), show(found)));
            }
        }
    }
    let mutation = &case.mutation;
    if mutation.request_id().is_none() && mutation.stream_id().is_none() {
        return Ok(Applied::Yes);
    }
    let bytes = match subject.encode(&decoded.metadata, mutation) {
        Written::Bytes(bytes) => bytes,
        // What is refused may be another change, or an id where there is none, or for want of room.
        Written::Refused(error)
            if mutation.changes().next().is_none()
                && (mutation.request_id().is_none() || decoded.facts.request_id.is_some())
                && (mutation.stream_id().is_none() || decoded.facts.stream_id.is_some())
                && !error.is_limit() =>
        {
            return refused_id(subject, mutation);
        }
        _ => return Ok(Applied::No),
    };
    if mutation.stream_id().is_some() {
        return effect(subject, case, &decoded, &bytes);
    }
    let Some(again) = subject.decode(case.direction, &bytes) else {
        return Ok(Applied::No);
    };
    match changes::wrong_id(&decoded.facts, &again.facts, mutation) {
        None => Ok(Applied::Yes),
        Some(finding) => Err(finding.called("set", "decoded again")),
    }
}

/// Only an id that its field cannot hold may be refused, and one of a stream where the codec declares that it replaces none.
fn refused_id(subject: &Subject, mutation: &Mutation) -> Check {
    let capabilities = &subject.capabilities;
    let asked = match (mutation.request_id(), mutation.stream_id()) {
        (Some(RequestId::Number(id)), None) => Some((capabilities.request_id, *id)),
        (None, Some(id)) => Some((capabilities.stream_id, id)),
        _ => None,
    };
    match asked {
        Some((IdSpace::Number { bits, .. }, id)) if bits >= 64 || id >> bits == 0 => {
            Err(Finding::new(
                format!("an id of {bits} bits holds {id}"),
                "the codec refuses to set it",
            ))
        }
        _ => Ok(Applied::Yes),
    }
}

fn names_are_usable(subject: &Subject, case: &Case) -> Check {
    let frame = &case.frame().bytes;
    let answer = subject.ask_fresh(case.direction, frame);
    let Some(facts) = answer.whole(frame.len()) else {
        return Ok(Applied::No);
    };
    for (name, _) in &facts.properties {
        if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(Finding::new(
                "no property whose name is empty or has control characters",
                format!("a property named {name:?}"),
            ));
        }
    }
    Ok(Applied::Yes)
}

/// What the codec says of a valid message, and what an independent reader says of it.
fn both(subject: &Subject, case: &Case) -> Option<(Facts, Facts)> {
    let frame = case.frame();
    let expected = frame.facts()?.clone();
    let answer = subject.ask_fresh(case.direction, &frame.bytes);
    let found = answer.whole(frame.bytes.len())?.clone();
    Some((expected, found))
}

fn kind_is_right(subject: &Subject, case: &Case) -> Check {
    // Whether a response reports an error is what M010 is about.
    let kind = |facts: &Facts| match facts.kind {
        MessageType::Error => MessageType::Response,
        kind => kind,
    };
    match both(subject, case) {
        None => Ok(Applied::No),
        Some((expected, found)) if kind(&expected) == kind(&found) => Ok(Applied::Yes),
        Some((expected, found)) => Err(Finding::new(
            format!("kind = {}", expected.kind),
            format!("kind = {}", found.kind),
        )),
    }
}

fn status_is_right(subject: &Subject, case: &Case) -> Check {
    let Some((expected, found)) = both(subject, case) else {
        return Ok(Applied::No);
    };
    let is_response =
        |facts: &Facts| matches!(facts.kind, MessageType::Response | MessageType::Error);
    if !is_response(&expected) || !is_response(&found) {
        return Ok(Applied::No);
    }
    let show = |facts: &Facts| {
        let status = facts
            .status
            .map_or("none", metaproto_codec::ResponseStatus::as_str);
        format!("kind = {}, status = {status}", facts.kind)
    };
    if show(&expected) == show(&found) {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(show(&expected), show(&found)))
}

fn kinds_in_vectors(bench: &Bench) -> Whole {
    let recorded = || {
        let frames = DIRECTIONS
            .into_iter()
            .flat_map(|direction| bench.recorded(direction));
        frames.filter_map(Frame::facts).map(|facts| facts.kind)
    };
    let declared = bench.subject.capabilities.kinds;
    let missing: Vec<_> = declared
        .iter()
        .filter(|kind| !recorded().any(|found| found == *kind))
        .map(MessageType::as_str)
        .collect();
    if recorded().next().is_none() {
        let blocks = bench
            .vectors
            .iter()
            .flat_map(|(_, file)| &file.vectors)
            .flat_map(|vector| &vector.blocks);
        let why = if blocks.count() == 0 {
            "there are no vectors: interoperability is unproven"
        } else {
            "the vectors do not say what their messages are: run the tests with METAPROTO_BLESS=1, and review them"
        };
        return Whole::Unsupported(why.to_owned());
    }
    if missing.is_empty() {
        return Whole::Holds(declared.iter().count());
    }
    let finding = Finding::new(
        format!("vectors with messages of every kind: {declared:?}"),
        format!("none of these: {}", missing.join(", ")),
    );
    let nothing = Case::new(Direction::ClientToServer, Vec::new());
    Whole::Broken(Box::new((nothing, finding)), declared.iter().count())
}

fn is_refused_in_reverse(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let mut session = Session::new(subject.codec(), case.direction, subject.limits);
    let mut metadata = Metadata::default();
    let next = guard(|| {
        session.receive(&stream);
        session.next_message(&mut metadata)
    });
    let stated = subject
        .schema(case.direction)
        .map(|schema| layout::read(schema, case.direction, &stream).outcome);
    let wrong = matches!(
        stated,
        Some(layout::Outcome::Malformed {
            fault: layout::FaultClass::Direction,
            ..
        })
    );
    match next {
        Ok(Ok(Next::Message { .. })) if wrong => Err(Finding::new(
            format!(
                "an error, for the message may not travel {}",
                case.direction
            ),
            format!("Done, kind = {}", metadata.kind()),
        )),
        Ok(_) => Ok(Applied::Yes),
        Err(_) => Ok(Applied::No),
    }
}

fn is_undisturbed(subject: &Subject, case: &Case) -> Check {
    let Some(before) = case.before.first() else {
        return Ok(Applied::No);
    };
    let (plain, forged) = (
        subject.ask_fresh(case.direction, &before.bytes),
        subject.ask_fresh(case.direction, &case.frame().bytes),
    );
    let (Some(plain), Some(forged)) = (
        plain.whole(before.bytes.len()),
        forged.whole(case.frame().bytes.len()),
    ) else {
        return Ok(Applied::No);
    };
    // All but the added property, and the room that it takes.
    let mut expected = plain.clone();
    (expected.header_size, expected.length) = (forged.header_size, forged.length);
    expected.properties.clone_from(&forged.properties);
    if let Some(finding) = differing(&expected, forged) {
        return Err(finding.called("without", "with the property"));
    }
    for (name, value) in &plain.properties {
        if forged.get(name) != plain.get(name) {
            return Err(Finding::new(
                format!("[{name}] = {value:?}"),
                format!("[{name}] = {:?}", forged.get(name).unwrap_or("absent")),
            )
            .called("without", "with the property"));
        }
    }
    Ok(Applied::Yes)
}
