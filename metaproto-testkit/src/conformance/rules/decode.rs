//! D: decoding and framing.

use bytes::Bytes;
use metaproto_codec::{Limits, Metadata, Next, Session};

use crate::conformance::bench::{Bench, DIRECTIONS, cuts, dice};
use crate::conformance::case::{Case, Frame, Truth};
use crate::conformance::finding::{Finding, answers, differing, traces};
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial};
use crate::conformance::subject::{Answer, Subject, guard};
use crate::conformance::trace::{Driver, End, Trace, drive};
use crate::layout;
use crate::report::Level;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "D001",
        name: "d001_an_empty_buffer_waits",
        level: Level::Must,
        title: "an empty buffer is waited on",
        why: "hosts call decode again after they have taken the last message, with nothing left in the buffer",
        fix: "before you read the first byte, answer `WaitForData` with the fewest bytes that a message has",
        trial: Trial::Cases {
            cases: empty,
            check: empty_waits,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D002",
        name: "d002_every_prefix_waits",
        level: Level::Must,
        title: "part of a message is waited on",
        why: "an early `Done` forwards half a message, and an early error closes a connection on which nothing is wrong",
        fix: "compare the length of the input with the length that the message states before you answer `Done`",
        trial: Trial::Cases {
            cases: prefixes,
            check: prefix_waits,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "D003",
        name: "d003_chunking_is_invisible",
        level: Level::Must,
        title: "chunking must not change the result",
        why: "hosts deliver TCP segments, not messages; metadata is a new object on every decode() call",
        fix: "decide from the bytes alone, all of which are presented again at each call; keep no half-read fields in `self`",
        trial: Trial::Cases {
            cases: chunked,
            check: chunking_is_invisible,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D004",
        name: "d004_asking_again_changes_nothing",
        level: Level::Must,
        title: "asked twice about the same bytes, a codec answers the same",
        why: "hosts present a buffer again, also when nothing new has arrived",
        fix: "leave `self` as it was when you answer `WaitForData`",
        trial: Trial::Cases {
            cases: prefixes,
            check: asking_again,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D005",
        name: "d005_done_consumes_a_byte",
        level: Level::Must,
        title: "`Done` consumes at least one byte and no more than there are",
        why: "a host that takes 0 bytes off its buffer asks the same question for ever",
        fix: "`consumed` is the length of the whole message, header included",
        trial: Trial::Cases {
            cases: anything,
            check: done_moves_on,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D006",
        name: "d006_done_consumes_one_frame",
        level: Level::Must,
        title: "`Done` consumes exactly one message",
        why: "clients pipeline: the next request is often in the same segment, and starts where this one ends",
        fix: "take `consumed` from the message's own length, never from the length of the input",
        trial: Trial::Cases {
            cases: followed,
            check: consumes_one,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D007",
        name: "d007_pipelined_messages_all_arrive",
        level: Level::Must,
        title: "N messages in one buffer give N times `Done`, then `WaitForData`",
        why: "a codec that waits while a whole message is there hangs every later message of the connection",
        fix: "start each call afresh at the first byte of the input",
        trial: Trial::Cases {
            cases: pipelined,
            check: all_arrive,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D008",
        name: "d008_at_least_never_asks_too_much",
        level: Level::Must,
        title: "`at_least` is 1 or more, never more than is missing, and leads to the message",
        why: "a host that waits for bytes which the peer will not send waits for ever",
        fix: "`at_least` is the length of the message, as far as it is known, less the length of the input",
        trial: Trial::Cases {
            cases: prefixes,
            check: asks_no_more,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "D009",
        name: "d009_at_least_becomes_exact",
        level: Level::Should,
        title: "`at_least` is exact once the length of the message can be read",
        why: "otherwise the host asks at every segment, and a large message is scanned again each time",
        fix: "answer with all that is missing as soon as the length field is there",
        trial: Trial::Cases {
            cases: lengths_readable,
            check: asks_exactly,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "D010",
        name: "d010_decode_is_deterministic",
        level: Level::Must,
        title: "the same bytes give a new codec the same answer",
        why: "retries, replays, mirroring and fuzzing rest on it",
        fix: "nothing but the bytes may decide: no clock, no random number, no counter, no order of a hash map",
        trial: Trial::Cases {
            cases: anything,
            check: is_deterministic,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D011",
        name: "d011_earlier_messages_leave_nothing",
        level: Level::Must,
        title: "a codec that has decoded another message answers as a new one",
        why: "a field kept from the last request routes the next one wrongly",
        fix: "reset whatever `self` holds of a message when you start on the next one, or better: hold nothing",
        trial: Trial::Cases {
            cases: pairs,
            check: leaves_nothing,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D012",
        name: "d012_instances_are_isolated",
        level: Level::Must,
        title: "two connections do not see each other",
        why: "statics and thread-locals mix the bytes of one client with those of another",
        fix: "keep state in `self`; a host makes one codec for each connection and direction",
        trial: Trial::Cases {
            cases: pairs,
            check: are_isolated,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D013",
        name: "d013_memory_layout_is_invisible",
        level: Level::Must,
        title: "the answer does not depend on where the bytes lie in memory",
        why: "one host hands on slices of a ring, another a growing buffer: addresses and alignment differ",
        fix: "read integers from byte arrays (`from_be_bytes`), never by reinterpreting memory",
        trial: Trial::Cases {
            cases: plain,
            check: layout_is_invisible,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "D014",
        name: "d014_what_follows_does_not_matter",
        level: Level::Should,
        title: "what follows a message does not change it",
        why: "a look ahead makes the answer depend on what happens to have arrived",
        fix: "look at the bytes of the message only",
        trial: Trial::Cases {
            cases: followed,
            check: facts_stay,
            scope: Scope::Stream,
        },
    },
];

// Cases.

fn empty(bench: &Bench) -> Result<Vec<Case>, String> {
    let nothing = || Frame::new(Bytes::new(), Truth::Unknown, "an empty buffer");
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        cases.push(Case::new(direction, vec![nothing()]));
        for frame in bench.some(direction, 8) {
            cases.push(Case::new(direction, vec![nothing()]).after(vec![frame]));
        }
    }
    Ok(cases)
}

/// Valid messages, each cut at some bytes.
fn prefixes(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(24, |direction, frame| {
        let cuts = cuts(frame.bytes.len(), 60);
        cuts.into_iter()
            .map(|cut| Case::new(direction, vec![frame.clone()]).cut([cut]))
            .collect()
    })
}

/// Valid messages cut once their length can be read.
fn lengths_readable(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(24, |direction, frame| {
        let from = readable_at(&bench.subject, direction, &frame.bytes);
        let cuts = cuts(frame.bytes.len(), 60).into_iter();
        cuts.filter(|cut| from.is_some_and(|from| *cut >= from))
            .map(|cut| Case::new(direction, vec![frame.clone()]).cut([cut]))
            .collect()
    })?;
    for (direction, frame) in bench.largest() {
        if let Some(decoded) = bench.subject.decode(direction, &frame.bytes) {
            let header = decoded.facts.header_size;
            cases.push(Case::new(direction, vec![frame]).cut([header]));
        }
    }
    Ok(cases)
}

/// How many bytes of a message tell its length: by the schema, else the whole header.
fn readable_at(
    subject: &Subject,
    direction: metaproto_codec::Direction,
    bytes: &Bytes,
) -> Option<usize> {
    let Some(schema) = subject.schema(direction) else {
        return Some(subject.decode(direction, bytes)?.facts.header_size);
    };
    let known = |cut: usize| {
        let layout::Outcome::Truncated { at_least } =
            layout::read(schema, direction, &bytes[..cut]).outcome
        else {
            return false;
        };
        at_least == bytes.len() - cut
    };
    let unknown = (0..bytes.len()).rev().take_while(|cut| known(*cut)).last();
    unknown.filter(|cut| *cut > 0 || known(0))
}

fn chunked(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(16, |direction, frame| {
        let mut dice = dice();
        let length = frame.bytes.len();
        let one = || Case::new(direction, vec![frame.clone()]);
        let mut cases: Vec<_> = cuts(length, 24)
            .into_iter()
            .map(|cut| one().cut([cut]))
            .collect();
        cases.push(one().cut(vec![1; length]));
        for _ in 0..3 {
            cases.push(one().cut(random_chunks(&mut dice, length)));
        }
        cases
    })?;
    for direction in DIRECTIONS {
        let mut dice = dice();
        for pair in bench.some(direction, 12).windows(3) {
            let several = || Case::new(direction, pair.to_vec());
            let length = several().stream().len();
            cases.push(several().cut(vec![1; length]));
            cases.push(several().cut(random_chunks(&mut dice, length)));
        }
        for (_, frame) in spread(bench.near(direction), bench.effort / 2) {
            let length = frame.bytes.len();
            if length <= 2000 {
                let one = || Case::new(direction, vec![frame.clone()]);
                cases.push(one().cut(vec![1; length]));
                cases.push(one().cut(random_chunks(&mut dice, length)));
            }
        }
    }
    Ok(cases)
}

fn random_chunks(dice: &mut fastrand::Rng, length: usize) -> Vec<usize> {
    let most = (length / 3).max(1);
    let mut left = length;
    let mut chunks = Vec::new();
    while left > 0 {
        let size = dice.usize(1..=most).min(left);
        chunks.push(size);
        left -= size;
    }
    chunks
}

/// Valid messages, nearly valid ones and noise.
fn anything(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let mut dice = dice();
    for direction in DIRECTIONS {
        let valid = bench.some(direction, bench.effort).into_iter();
        let near = spread(bench.near(direction), bench.effort).map(|(_, frame)| frame.clone());
        for frame in valid.chain(near) {
            cases.push(Case::new(direction, vec![frame]));
        }
        for length in (1..40).chain([100, 1000]) {
            for fill in [0x00, 0x01, 0x7F, 0x80, 0xFF] {
                let frame = Frame::new(
                    vec![fill; length],
                    Truth::Unknown,
                    "one byte, again and again",
                );
                cases.push(Case::new(direction, vec![frame]));
            }
            let noise: Vec<u8> = (0..length).map(|_| dice.u8(..)).collect();
            cases.push(Case::new(
                direction,
                vec![Frame::new(noise, Truth::Unknown, "noise")],
            ));
        }
    }
    Ok(cases)
}

fn plain(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(bench.effort, |direction, frame| {
        vec![Case::new(direction, vec![frame])]
    })
}

/// Valid messages with something behind them.
fn followed(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut noise = dice();
    let noise: Vec<u8> = (0..64).map(|_| noise.u8(..)).collect();
    bench.each(24, |direction, frame| {
        let mut tails = vec![
            Frame::new(vec![0; 64], Truth::Unknown, "zeros"),
            Frame::new(vec![0xFF; 64], Truth::Unknown, "ones"),
            Frame::new(noise.clone(), Truth::Unknown, "noise"),
            Frame::new(
                frame.bytes.slice(..frame.bytes.len() / 2),
                Truth::Unknown,
                "half of it",
            ),
            frame.clone(),
        ];
        tails.extend(bench.some(direction, 6));
        tails
            .into_iter()
            .filter(|tail| !tail.bytes.is_empty())
            .map(|tail| Case::new(direction, vec![frame.clone(), tail]))
            .collect()
    })
}

fn pipelined(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(24, |direction, frame| {
        [2, 3, 8]
            .map(|count| Case::new(direction, vec![frame.clone(); count]))
            .into()
    })?;
    for direction in DIRECTIONS {
        let some = bench.some(direction, 16);
        for count in [2, 4, 16] {
            cases.extend(
                some.windows(count)
                    .map(|run| Case::new(direction, run.to_vec())),
            );
        }
    }
    Ok(cases)
}

/// Each of some messages after, or beside, each of the others.
fn pairs(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(12, |direction, frame| {
        let others = bench.some(direction, 12).into_iter();
        others
            .map(|other| Case::new(direction, vec![frame.clone()]).after(vec![other]))
            .collect()
    })
}

/// About `most` items, evenly spread.
pub(super) fn spread<T>(items: &[T], most: usize) -> impl Iterator<Item = &T> {
    items.iter().step_by((items.len() / most.max(1)).max(1))
}

// Checks.

fn empty_waits(subject: &Subject, case: &Case) -> Check {
    let mut codec = subject.codec();
    for frame in &case.before {
        subject.ask(&mut *codec, case.direction, &frame.bytes);
    }
    let (answer, metadata) = subject.ask_for(&mut *codec, case.direction, &[]);
    match answer {
        Answer::Wait { at_least } if at_least > 0 => {
            let (clean, found) = (Metadata::new(case.direction), metadata);
            differing(
                &crate::facts::Facts::of(&clean),
                &crate::facts::Facts::of(&found),
            )
            .map_or(Ok(Applied::Yes), Err)
        }
        other => Err(Finding::new(
            "WaitForData { at_least: 1 or more }",
            other.to_string(),
        )),
    }
}

/// Whether a new instance takes the first frame of the case for exactly one message.
fn is_whole(subject: &Subject, case: &Case) -> bool {
    let frame = &case.frame().bytes;
    case.frame().is_valid()
        && subject
            .ask_fresh(case.direction, frame)
            .whole(frame.len())
            .is_some()
}

fn prefix_waits(subject: &Subject, case: &Case) -> Check {
    if !is_whole(subject, case) {
        return Ok(Applied::No);
    }
    let (prefix, rest) = case.split();
    if rest.is_empty() {
        return Ok(Applied::No);
    }
    match subject.ask_fresh(case.direction, &prefix) {
        Answer::Wait { .. } => Ok(Applied::Yes),
        other => Err(Finding::new(
            format!("WaitForData, for {} bytes are missing", rest.len()),
            other.to_string(),
        )
        .at(0..prefix.len())),
    }
}

fn chunking_is_invisible(subject: &Subject, case: &Case) -> Check {
    let whole = drive(subject, case.direction, [case.stream()]);
    let split = drive(subject, case.direction, case.pieces());
    if whole.messages.is_empty() && case.frame().is_valid() {
        return Ok(Applied::No);
    }
    let finding = traces(&whole, &split).map(|finding| finding.called("whole", "split"));
    finding.map_or(Ok(Applied::Yes), Err)
}

fn asking_again(subject: &Subject, case: &Case) -> Check {
    let (prefix, rest) = case.split();
    let mut codec = subject.codec();
    let first = subject.ask(&mut *codec, case.direction, &prefix);
    if !matches!(first, Answer::Wait { .. }) || rest.is_empty() {
        return Ok(Applied::No);
    }
    let second = subject.ask(&mut *codec, case.direction, &prefix);
    if let Some(finding) = answers(&first, &second) {
        return Err(finding.called("first", "second").at(0..prefix.len()));
    }
    let stream = case.stream();
    let asked = subject.ask(&mut *codec, case.direction, &stream);
    let fresh = subject.ask_fresh(case.direction, &stream);
    let finding = answers(&fresh, &asked).map(|finding| finding.called("at once", "after waiting"));
    finding.map_or(Ok(Applied::Yes), Err)
}

fn done_moves_on(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    match subject.ask_fresh(case.direction, &stream) {
        Answer::Done { consumed, .. } if consumed == 0 || consumed > stream.len() => {
            Err(Finding::new(
                format!("Done {{ consumed: 1 to {} }}", stream.len()),
                format!("Done {{ consumed: {consumed} }}"),
            ))
        }
        _ => Ok(Applied::Yes),
    }
}

fn consumes_one(subject: &Subject, case: &Case) -> Check {
    let frame = case.frame();
    if !frame.is_valid() {
        return Ok(Applied::No);
    }
    let expected = frame.bytes.len();
    match subject.ask_fresh(case.direction, &case.stream()) {
        Answer::Done { consumed, .. } if consumed == expected => Ok(Applied::Yes),
        other => {
            let from = match &other {
                Answer::Done { consumed, .. } => *consumed,
                _ => 0,
            };
            let finding = Finding::new(
                format!("Done {{ consumed: {expected} }}"),
                other.to_string(),
            );
            Err(finding.at(from.min(expected)..from.max(expected)))
        }
    }
}

fn all_arrive(subject: &Subject, case: &Case) -> Check {
    if !case.frames.iter().all(Frame::is_valid) {
        return Ok(Applied::No);
    }
    let mut expected = Trace {
        messages: Vec::new(),
        end: End::Waiting { left: 0 },
    };
    for frame in &case.frames {
        match subject
            .ask_fresh(case.direction, &frame.bytes)
            .whole(frame.bytes.len())
        {
            Some(facts) => expected.messages.push(facts.clone()),
            None => return Ok(Applied::No),
        }
    }
    let found = drive(subject, case.direction, [case.stream()]);
    if found.messages.len() == expected.messages.len() && found.end == expected.end {
        return Ok(Applied::Yes);
    }
    let at: usize = found.messages.iter().map(|facts| facts.length).sum();
    let finding = Finding::new(
        format!("{} messages, then WaitForData", expected.messages.len()),
        format!("{} messages, then {}", found.messages.len(), found.end),
    );
    Err(finding.at(at..case.stream().len()))
}

fn asks_no_more(subject: &Subject, case: &Case) -> Check {
    if !case.frame().is_valid() {
        return Ok(Applied::No);
    }
    let stream = case.stream();
    let (prefix, rest) = case.split();
    let Answer::Wait { at_least } = subject.ask_fresh(case.direction, &prefix) else {
        return Ok(Applied::No);
    };
    if at_least == 0 || at_least > rest.len() {
        let expected = format!(
            "at_least: 1 to {}, for so many bytes are missing",
            rest.len()
        );
        return Err(Finding::new(expected, format!("at_least: {at_least}")).at(0..prefix.len()));
    }
    // A host that reads exactly what it is asked for must come to the message.
    let mut codec = subject.codec();
    let mut have = prefix.len();
    loop {
        match subject.ask(&mut *codec, case.direction, &stream[..have]) {
            Answer::Wait { at_least } if at_least > 0 && at_least <= stream.len() - have => {
                have += at_least;
            }
            Answer::Wait { at_least } => {
                let expected = format!(
                    "no more than the {} bytes that are missing",
                    stream.len() - have
                );
                return Err(Finding::new(expected, format!("at_least: {at_least}")).at(0..have));
            }
            Answer::Done { .. } => return Ok(Applied::Yes),
            _ => return Ok(Applied::No),
        }
    }
}

fn asks_exactly(subject: &Subject, case: &Case) -> Check {
    if !is_whole(subject, case) {
        return Ok(Applied::No);
    }
    let (prefix, rest) = case.split();
    match subject.ask_fresh(case.direction, &prefix) {
        Answer::Wait { at_least } if at_least != rest.len() => Err(Finding::new(
            format!("at_least: {}", rest.len()),
            format!("at_least: {at_least}"),
        )
        .at(0..prefix.len())),
        Answer::Wait { .. } => Ok(Applied::Yes),
        _ => Ok(Applied::No),
    }
}

fn is_deterministic(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let first = subject.ask_fresh(case.direction, &stream);
    for _ in 0..3 {
        let again = subject.ask_fresh(case.direction, &stream);
        if let Some(finding) = answers(&first, &again) {
            return Err(finding.called("first", "again"));
        }
    }
    Ok(Applied::Yes)
}

fn leaves_nothing(subject: &Subject, case: &Case) -> Check {
    let mut codec = subject.codec();
    for frame in &case.before {
        let answer = subject.ask(&mut *codec, case.direction, &frame.bytes);
        if answer.whole(frame.bytes.len()).is_none() {
            return Ok(Applied::No);
        }
    }
    let stream = case.stream();
    let used = subject.ask(&mut *codec, case.direction, &stream);
    let fresh = subject.ask_fresh(case.direction, &stream);
    let finding = answers(&fresh, &used).map(|finding| finding.called("new", "used"));
    finding.map_or(Ok(Applied::Yes), Err)
}

fn are_isolated(subject: &Subject, case: &Case) -> Check {
    let streams = [case.stream(), super::super::case::concat(&case.before)];
    let alone = streams
        .each_ref()
        .map(|stream| drive(subject, case.direction, [stream]));
    let mut drivers = streams
        .each_ref()
        .map(|_| Driver::new(subject, case.direction));
    // Turn by turn, in pieces that end within the header.
    let mut at = 0;
    while streams.iter().any(|stream| at < stream.len()) {
        for (driver, stream) in drivers.iter_mut().zip(&streams) {
            let end = (at + 7).min(stream.len());
            if at < end {
                driver.receive(&stream[at..end]);
            }
        }
        at += 7;
    }
    let beside = drivers.map(Driver::finish);
    for (alone, beside) in alone.iter().zip(&beside) {
        if let Some(finding) = traces(alone, beside) {
            return Err(finding.called("alone", "beside another"));
        }
    }
    Ok(Applied::Yes)
}

fn layout_is_invisible(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let first = subject.ask_fresh(case.direction, &stream);
    for shift in 0..16 {
        // The same bytes at another address, with other bytes around them.
        let mut room = vec![0xA5; shift];
        room.extend_from_slice(&stream);
        room.extend_from_slice(&[0x5A; 16]);
        let moved = subject.ask_fresh(case.direction, &room[shift..shift + stream.len()]);
        if let Some(finding) = answers(&first, &moved) {
            return Err(finding.called("here", "elsewhere"));
        }
    }
    // The session's buffer is one that grows.
    let mut session = Session::new(
        subject.codec(),
        case.direction,
        Limits {
            max_frame: usize::MAX,
        },
    );
    let mut metadata = Metadata::default();
    let next = guard(|| {
        session.receive(&stream);
        session.next_message(&mut metadata)
    });
    match (&first, next) {
        (Answer::Done { facts, .. }, Ok(Ok(Next::Message { .. }))) => {
            differing(facts, &crate::facts::Facts::of(&metadata)).map_or(Ok(Applied::Yes), Err)
        }
        _ => Ok(Applied::Yes),
    }
}

fn facts_stay(subject: &Subject, case: &Case) -> Check {
    let frame = &case.frame().bytes;
    let alone = subject.ask_fresh(case.direction, frame);
    let Some(expected) = alone.whole(frame.len()) else {
        return Ok(Applied::No);
    };
    match subject.ask_fresh(case.direction, &case.stream()) {
        Answer::Done { consumed, facts } if consumed == frame.len() => {
            let finding =
                differing(expected, &facts).map(|finding| finding.called("alone", "followed"));
            finding.map_or(Ok(Applied::Yes), Err)
        }
        // Another length is what D006 is about.
        Answer::Done { .. } => Ok(Applied::No),
        other => {
            Err(Finding::new(alone.to_string(), other.to_string()).called("alone", "followed"))
        }
    }
}
