//! R: hostile input and resources.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use metaproto_codec::schema::{Constant, Role, Schema, Shape};
use metaproto_codec::wire::Order;
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, ErrorType, Fault, Limits,
    Metadata, Mutation, Next, Output, Session,
};

use crate::conformance::bench::{Bench, DIRECTIONS, NO_MESSAGE, cuts, dice, spoilt};
use crate::conformance::case::{Case, Frame, Truth};
use crate::conformance::finding::Finding;
use crate::conformance::isolated;
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial};
use crate::conformance::rules::decode::spread;
use crate::conformance::subject::{Answer, Instance, Subject, Written, guard};
use crate::conformance::trace::drive;
use crate::layout::{self, Class};
use crate::report::Level;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "R001",
        name: "r001_no_bytes_cause_a_panic",
        level: Level::Must,
        title: "no bytes at all cause a panic",
        why: "a panic in a module takes a connection down, or the whole proxy with all its connections",
        fix: "index with `get`, add with `checked_add`, convert with `try_from`; the wire module has verbs that do",
        trial: Trial::Cases {
            cases: hostile,
            check: does_not_panic,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "R002",
        name: "r002_an_error_is_final",
        level: Level::Must,
        title: "after an error a codec does not resume in the middle of a message",
        why: "half a message must never be taken for a whole one: that is how requests are smuggled",
        fix: "answer with the error again for as long as the bytes start with the same fault",
        trial: Trial::Cases {
            cases: refused,
            check: stays_refused,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "R003",
        name: "r003_wrong_magic_is_refused_at_once",
        level: Level::Must,
        title: "a wrong magic or version is an error on the first byte that proves it",
        why: "a peer that speaks another protocol would be waited for until its timeout",
        fix: "compare the bytes that are there before you wait for the rest of the header",
        trial: Trial::Cases {
            cases: wrong_constants,
            check: is_refused,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "R004",
        name: "r004_inner_lengths_lie_within_outer_ones",
        level: Level::Must,
        title: "lengths that contradict each other are errors",
        why: "a part that reaches beyond its message reads the next one's bytes, or another connection's",
        fix: "check every length against what contains it where you read it, and that the parts fill the whole",
        trial: Trial::Cases {
            cases: contradictions,
            check: is_refused,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "R005",
        name: "r005_huge_lengths_do_not_wrap",
        level: Level::Must,
        title: "lengths near 2^16, 2^31, 2^32 and 2^63 are refused, and do not wrap",
        why: "the sum of two 32-bit lengths is a small number again, and passes every check",
        fix: "add lengths in a wider type or with `checked_add`, and compare with the maximum before you subtract",
        trial: Trial::Cases {
            cases: huge,
            check: is_refused_or_bounded,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "R006",
        name: "r006_an_oversized_frame_is_refused_early",
        level: Level::Must,
        title: "a message above the maximum is refused as soon as its length can be read",
        why: "otherwise a peer makes the host buffer as much as it likes",
        fix: "compare the length with `max_frame` before you wait for the bytes",
        trial: Trial::Cases {
            cases: oversized,
            check: is_refused_or_bounded,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "R007",
        name: "r007_memory_follows_the_bytes_received",
        level: Level::Must,
        title: "decode allocates no more than a small multiple of the bytes that came",
        why: "a count on the wire is not a reason to allocate: 20 bytes must not cost a gigabyte",
        fix: "grow collections as elements arrive; do not reserve what a length field says",
        trial: Trial::Cases {
            cases: claims,
            check: memory_follows,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "R008",
        name: "r008_work_is_linear",
        level: Level::Must,
        title: "a large message that comes byte by byte costs work in proportion to its size",
        why: "a scan from the start at every segment is quadratic: one client keeps a core busy",
        fix: "answer with an exact `at_least`; the session then asks only when an answer is possible",
        trial: Trial::Cases {
            cases: large,
            check: is_linear,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "R009",
        name: "r009_nesting_is_bounded",
        level: Level::Must,
        title: "nesting is bounded",
        why: "a stack overflow cannot be caught: it ends the process",
        fix: "count the depth, and refuse what goes deeper than a stated maximum",
        trial: Trial::Whole(isolated::nesting),
    },
    Rule {
        id: "R010",
        name: "r010_errors_say_where",
        level: Level::Should,
        title: "bad lengths, UTF-8, codes and booleans are errors with field and offset, and limits are told apart",
        why: "an operator has to find the byte in a capture, and the peer that sent it",
        fix: "make the error with `CodecError::new(offset, FieldPath::new(\"field\"), fault)` at the field in which the fault lies",
        trial: Trial::Cases {
            cases: bad_values,
            check: says_where,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "R011",
        name: "r011_a_codec_can_be_dropped_any_time",
        level: Level::Must,
        title: "a codec can be moved to another thread and dropped in the middle of a message",
        why: "clients close connections whenever they like",
        fix: "do not panic in `Drop`, and do not flush from it",
        trial: Trial::Cases {
            cases: halves,
            check: drops_cleanly,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "R012",
        name: "r012_the_largest_message_is_accepted",
        level: Level::Must,
        title: "a message of the declared maximum is accepted",
        why: "a limit that is lower than declared refuses the large messages of honest peers, and only those",
        fix: "compare with `<=`, and let `Capabilities::max_frame` be the maximum that the schema declares",
        trial: Trial::Cases {
            cases: largest,
            check: is_let_in,
            scope: Scope::Own,
        },
    },
];

// Cases.

fn hostile(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let mut dice = dice();
    for direction in DIRECTIONS {
        let mut push = |frame: Frame, mutation: Mutation| {
            cases.push(Case::new(direction, vec![frame]).mutated(mutation));
        };
        for frame in spoilt(bench, direction, 3 * bench.effort) {
            push(frame, odd_mutation(bench, &mut dice));
        }
        for (_, frame) in bench.near(direction) {
            push(frame.clone(), Mutation::new());
        }
        for frame in bench.some(direction, bench.effort / 4) {
            for cut in cuts(frame.bytes.len(), 30) {
                let origin = format!("{}, the first {cut} bytes", frame.origin);
                push(
                    Frame::new(frame.bytes.slice(..cut), Truth::Unknown, origin),
                    Mutation::new(),
                );
            }
            push(frame, odd_mutation(bench, &mut dice));
        }
        for length in 0..48 {
            for fill in [0x00, 0x01, 0x7F, 0x80, 0xFF] {
                let frame = Frame::new(
                    vec![fill; length],
                    Truth::Unknown,
                    "one byte, again and again",
                );
                push(frame, Mutation::new());
            }
            for _ in 0..4 {
                let noise: Vec<u8> = (0..length).map(|_| dice.u8(..)).collect();
                push(Frame::new(noise, Truth::Unknown, "noise"), Mutation::new());
            }
        }
        for (_, frame) in windows(bench, direction) {
            push(frame, Mutation::new());
        }
    }
    Ok(cases)
}

/// A change of one of the codec's keys to one of many values.
fn odd_mutation(bench: &Bench, dice: &mut fastrand::Rng) -> Mutation {
    let mut keys = bench.subject.capabilities.settable.to_vec();
    keys.extend(["zone", "", "x-new", "\u{1F600}"]);
    let values = [
        "",
        "7",
        "-1",
        "4294967296",
        "é",
        "a\0b",
        "99999999999999999999999999999999999999999",
    ];
    let long = "v".repeat(dice.usize(..70_000));
    let value = if dice.u8(..8) == 0 {
        &long
    } else {
        values[dice.usize(..values.len())]
    };
    let key = keys[dice.usize(..keys.len())];
    match dice.u8(..4) {
        0 => Mutation::new().remove(key),
        1 => Mutation::new()
            .set(key, value)
            .remove("zone")
            .set("x-canary", "1"),
        _ => Mutation::new().set(key, value),
    }
}

/// Messages in which a run of bytes near the start is replaced by ones, or by the largest positive number.
fn windows(bench: &Bench, direction: Direction) -> Vec<(usize, Frame)> {
    let mut frames = Vec::new();
    for frame in bench.some(direction, 3) {
        for at in 0..frame.bytes.len().min(32) {
            for width in [1, 2, 4, 8] {
                for first in [0xFF, 0x7F, 0x80] {
                    let mut bytes = frame.bytes.to_vec();
                    let end = (at + width).min(bytes.len());
                    bytes[at..end].fill(if first == 0x80 { 0 } else { 0xFF });
                    bytes[at] = first;
                    let origin = format!(
                        "{} with {first:02x}.. in bytes {at} to {}",
                        frame.origin,
                        end - 1
                    );
                    frames.push((at, Frame::new(bytes, Truth::Unknown, origin)));
                }
            }
        }
    }
    frames
}

fn refused(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        let next = bench.some(direction, 1);
        let near = spread(bench.near(direction), bench.effort).map(|(_, frame)| frame.clone());
        for frame in near.chain(spoilt(bench, direction, bench.effort)) {
            let frames = [frame].into_iter().chain(next.clone()).collect();
            cases.push(Case::new(direction, frames));
        }
        let mut dice = dice();
        for _ in 0..bench.effort {
            let noise: Vec<u8> = (0..64).map(|_| dice.u8(..)).collect();
            cases.push(Case::new(
                direction,
                vec![Frame::new(noise, Truth::Unknown, "noise")],
            ));
        }
    }
    Ok(cases)
}

/// Messages cut off after a byte that differs from a constant.
fn wrong_constants(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        for frame in bench.some(direction, 2) {
            let proofs = match bench.subject.schema(direction) {
                Some(schema) => declared_constants(schema, direction, &frame.bytes),
                None => found_constants(&bench.subject, direction, &frame.bytes),
            };
            for (at, bit, proof) in proofs {
                let mut bytes = frame.bytes[..proof.min(frame.bytes.len())].to_vec();
                bytes[at] ^= bit;
                let origin = format!(
                    "{} with byte {at} spoilt, the first {proof} bytes",
                    frame.origin
                );
                let frame = Frame::new(bytes, Truth::Refused(None), origin);
                cases.push(Case::new(direction, vec![frame]));
            }
        }
    }
    if cases.is_empty() {
        Err("the protocol has no constant: neither magic nor version".to_owned())
    } else {
        Ok(cases)
    }
}

/// Bytes of constants: offset, a bit in it that is constant, and how many bytes prove that it is wrong.
fn declared_constants(
    schema: &Schema,
    direction: Direction,
    bytes: &[u8],
) -> Vec<(usize, u8, usize)> {
    let spans = layout::read(schema, direction, bytes).spans;
    let mut proofs = Vec::new();
    for field in schema.fields {
        let Some(constant) = &field.constant else {
            continue;
        };
        let Some(span) = spans.iter().find(|span| span.path == field.name) else {
            continue;
        };
        let start = span.start_bit / 8;
        match (constant, field.shape) {
            // What stands behind the body is looked at when all is there.
            _ if field.trailer => {
                let last = (span.start_bit + span.bits - 1) / 8;
                proofs.push((last, 0x01, bytes.len()));
            }
            // Known when its last byte is.
            (_, Shape::Varint(_)) => {
                let end = span.bytes().end;
                proofs.push((start, 0x01, end));
            }
            // A group of bits is read as one number, whose first field has its high bits or its low ones.
            (
                _,
                Shape::Bits {
                    bits,
                    shift,
                    group,
                    order,
                    ..
                },
            ) => {
                let (shift, end) = (shift as usize, (shift + bits) as usize);
                let top = end - 1;
                let (earlier, at) = match order {
                    Order::Big => (8 * group - end, group - 1 - top / 8),
                    Order::Little => (shift, top / 8),
                };
                let start = (span.start_bit - earlier) / 8;
                proofs.push((start + at, 1 << (top % 8), start + group));
            }
            (Constant::Number(_) | Constant::Bytes(_), _) => {
                let end = start + span.bits / 8;
                for at in start..end {
                    proofs.extend([0x01, 0x80].map(|bit| (at, bit, at + 1)));
                }
            }
        }
    }
    proofs
}

/// The same, as far as the codec's own errors tell.
fn found_constants(
    subject: &Subject,
    direction: Direction,
    bytes: &[u8],
) -> Vec<(usize, u8, usize)> {
    let mut proofs = Vec::new();
    for at in 0..bytes.len().min(16) {
        let mut spoilt = bytes.to_vec();
        spoilt[at] ^= 0xFF;
        if let Answer::Error(error) = subject.ask_fresh(direction, &spoilt)
            && matches!(error.fault(), Fault::Constant { .. })
        {
            proofs.push((at, 0xFF, at + 1));
        }
    }
    proofs
}

/// Why a codec without a schema cannot be given wrong lengths.
const NO_SCHEMA: &str =
    "no schema tells where the lengths are, or it declares none that could be wrong in this way";

fn contradictions(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each_near(
        &[Class::InnerLength, Class::FrameLength],
        NO_SCHEMA,
        |direction, frame| {
            if matches!(frame.truth, Truth::Refused(_)) {
                vec![Case::new(direction, vec![frame])]
            } else {
                Vec::new()
            }
        },
    )
}

fn huge(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench
        .each_near(&[Class::HugeLength], NO_SCHEMA, |direction, frame| {
            vec![Case::new(direction, vec![frame])]
        })
        .unwrap_or_default();
    for direction in DIRECTIONS {
        let windows = windows(bench, direction).into_iter();
        cases.extend(windows.map(|(_, frame)| Case::new(direction, vec![frame])));
    }
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn oversized(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each_near(&[Class::AboveMaxFrame], NO_SCHEMA, |direction, frame| {
        // The fewest bytes that show the length.
        let readable = bench.subject.schema(direction).and_then(|schema| {
            let limit = |cut: &usize| {
                matches!(
                    layout::read(schema, direction, &frame.bytes[..*cut]).outcome,
                    layout::Outcome::Limit { .. }
                )
            };
            (1..frame.bytes.len()).find(limit)
        });
        let early = readable.map(|cut| Frame {
            bytes: frame.bytes.slice(..cut),
            ..frame.clone()
        });
        let frames = [frame].into_iter().chain(early);
        frames
            .map(|frame| Case::new(direction, vec![frame]))
            .collect()
    })
}

fn claims(bench: &Bench) -> Result<Vec<Case>, String> {
    if bench.subject.allocated.is_none() {
        return Err("allocations are not counted in this test: `conformance!` does it unless told otherwise".to_owned());
    }
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        let near = bench.near(direction).iter().map(|(_, frame)| frame.clone());
        let windows = windows(bench, direction)
            .into_iter()
            .map(|(_, frame)| frame);
        for frame in near.chain(windows) {
            cases.push(Case::new(direction, vec![frame]));
        }
        for frame in bench.some(direction, 24) {
            for cut in cuts(frame.bytes.len(), 30) {
                cases.push(Case::new(direction, vec![frame.clone()]).cut([cut]));
            }
        }
    }
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn large(bench: &Bench) -> Result<Vec<Case>, String> {
    let largest = bench.largest().into_iter();
    let cases: Vec<_> = largest
        .map(|(direction, frame)| Case::new(direction, vec![frame]))
        .collect();
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn bad_values(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench
        .each_near(
            &[
                Class::Code,
                Class::Bool,
                Class::Text,
                Class::Constant,
                Class::InnerLength,
                Class::FrameLength,
                Class::AboveMaxFrame,
                Class::Varint,
                Class::Presence,
                Class::Padding,
                Class::Mark,
                Class::Checksum,
            ],
            "",
            |direction, frame| vec![Case::new(direction, vec![frame])],
        )
        .unwrap_or_default();
    for direction in DIRECTIONS {
        let spoilt = spoilt(bench, direction, bench.effort).into_iter();
        cases.extend(spoilt.map(|frame| Case::new(direction, vec![frame])));
    }
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn halves(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(6, |direction, frame| {
        let length = frame.bytes.len();
        let cuts = [0, 1, length / 2, length.saturating_sub(1), length];
        cuts.map(|cut| Case::new(direction, vec![frame.clone()]).cut([cut]))
            .into()
    })
}

/// The start of a message as long as the schema allows. It says nothing of its end, so a gigabyte costs nothing.
fn largest(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        let Some(schema) = bench.subject.schema(direction) else {
            continue;
        };
        let by_frame = |role: &Role| matches!(role, Role::FrameLen { .. } | Role::RestLen { .. });
        let by_body = |role: &Role| matches!(role, Role::BodyLen { .. });
        let field = schema.find(by_frame).or_else(|| schema.find(by_body));
        let Some((field, max)) = field.and_then(|field| Some((field, field.max?))) else {
            continue;
        };
        let offset = field.roles.iter().find_map(|role| match role {
            Role::FrameLen { offset } | Role::RestLen { offset } | Role::BodyLen { offset } => {
                Some(*offset)
            }
            _ => None,
        });
        let raw = u128::try_from(max as i128 - offset.unwrap_or(0)).unwrap_or(0);
        let raw = raw / u128::from(field.scale.max(1));
        for frame in bench.some(direction, 3) {
            let layout::Outcome::Message(message, _) =
                layout::read(schema, direction, &frame.bytes).outcome
            else {
                continue;
            };
            let path = field.name.to_owned();
            let bytes = layout::write(&message, &[layout::Override { path, bits: raw }]);
            // The field may be too narrow for its maximum, or count what is not there.
            if matches!(
                layout::read(schema, direction, &bytes).outcome,
                layout::Outcome::Truncated { .. }
            ) {
                let origin = format!("{}, `{}` = {raw}", frame.origin, field.name);
                let start = Frame::new(bytes, Truth::Unknown, origin);
                cases.push(Case::new(direction, vec![start]));
            }
        }
    }
    if cases.is_empty() {
        Err("no schema declares how long a message may be".to_owned())
    } else {
        Ok(cases)
    }
}

// Checks.

/// Everything that a host does with bytes that arrive.
fn does_not_panic(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let panicked = |what: &str, text: String| {
        Err(Finding::new(
            "an answer or an error",
            format!("{what} panics: {text}"),
        ))
    };
    if let crate::conformance::trace::End::Panicked(text) =
        drive(subject, case.direction, case.pieces()).end
    {
        return panicked("decode", text);
    }
    let (answer, mut metadata) = subject.ask_for(&mut *subject.codec(), case.direction, &stream);
    let consumed = match answer {
        Answer::Panic(text) => return panicked("decode", text),
        Answer::Done { consumed, .. } if consumed <= stream.len() => consumed,
        _ => return Ok(Applied::Yes),
    };
    metadata.attach_frame(stream.slice(..consumed));
    let mut written = vec![
        ("encode", subject.encode(&metadata, &Mutation::new())),
        ("encode", subject.encode(&metadata, &case.mutation)),
        ("heartbeat_reply", subject.heartbeat(&metadata)),
    ];
    for error in ErrorType::ALL {
        let error = Error {
            r#type: error,
            message: "text",
        };
        written.push(("on_error", subject.on_error(&metadata, &error)));
    }
    for (what, written) in written {
        if let Written::Panic(text) = written {
            return panicked(what, text);
        }
    }
    match subject.encoded_len(&metadata, &case.mutation) {
        Err(text) => panicked("encoded_len", text),
        Ok(_) => Ok(Applied::Yes),
    }
}

fn stays_refused(subject: &Subject, case: &Case) -> Check {
    let first = &case.frame().bytes;
    let mut codec = subject.codec();
    let Answer::Error(error) = subject.ask(&mut *codec, case.direction, first) else {
        return Ok(Applied::No);
    };
    let stream = case.stream();
    // A codec that steps over a byte at each call comes to the next message only after some of them.
    let calls = [first]
        .into_iter()
        .chain(std::iter::repeat_n(&stream, stream.len().min(200) + 1));
    for input in calls {
        match subject.ask(&mut *codec, case.direction, input) {
            Answer::Error(_) => {}
            Answer::Panic(_) => return Ok(Applied::No),
            other => {
                return Err(Finding::new(
                    format!("an error again, as before: {error}"),
                    other.to_string(),
                )
                .called("first", "then"));
            }
        }
    }
    Ok(Applied::Yes)
}

fn is_refused(subject: &Subject, case: &Case) -> Check {
    // What was cut off to make a case smaller may have been what was wrong.
    if matches!(case.frame().truth, Truth::Unknown) {
        return Ok(Applied::No);
    }
    let stream = case.stream();
    match subject.ask_fresh(case.direction, &stream) {
        Answer::Error(_) => Ok(Applied::Yes),
        Answer::Panic(_) => Ok(Applied::No),
        other => {
            let finding = Finding::new("an error", other.to_string());
            Err(match &case.frame().truth {
                Truth::Refused(Some((path, offset))) => Finding::new(
                    format!("an error in {path}, byte {offset}"),
                    other.to_string(),
                )
                .at(*offset..offset + 1),
                _ => finding.at(stream.len().saturating_sub(1)..stream.len()),
            })
        }
    }
}

/// What is known to be too large must be refused; anything else must not be waited on beyond the maximum.
fn is_refused_or_bounded(subject: &Subject, case: &Case) -> Check {
    if matches!(case.frame().truth, Truth::Refused(_)) {
        return is_refused(subject, case);
    }
    let stream = case.stream();
    let most = subject.capabilities.max_frame;
    match subject.ask_fresh(case.direction, &stream) {
        Answer::Wait { at_least } if stream.len().saturating_add(at_least) > most => {
            Err(Finding::new(
                format!("an error, for the maximum is {most} bytes"),
                format!(
                    "WaitForData {{ at_least: {at_least} }} after {} bytes",
                    stream.len()
                ),
            ))
        }
        Answer::Panic(_) => Ok(Applied::No),
        _ => Ok(Applied::Yes),
    }
}

/// Bytes allocated for each byte received, and beside.
const PER_BYTE: usize = 16;
const BESIDE: usize = 4 << 10;

/// How often what is too much is measured again, and how long others may take meanwhile to be done.
const MEASUREMENTS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(2);

fn memory_follows(subject: &Subject, case: &Case) -> Check {
    let Some(allocated) = subject.allocated else {
        return Ok(Applied::No);
    };
    let (input, _) = if case.chunks.is_empty() {
        (case.stream(), Bytes::new())
    } else {
        case.split()
    };
    let allowed = PER_BYTE * input.len() + BESIDE;
    // Others may allocate at the same time: the least of some runs is the codec's own.
    let measure = || {
        let mut codec = subject.codec();
        let mut metadata = Metadata::new(case.direction);
        let before = allocated();
        let status = guard(|| codec.decode(&input, &mut metadata));
        let used = allocated().saturating_sub(before);
        drop(status);
        used
    };
    let mut used = usize::MAX;
    for _ in 0..MEASUREMENTS {
        used = used.min(measure());
        if used <= allowed {
            return Ok(Applied::Yes);
        }
        std::thread::sleep(PAUSE);
    }
    Err(Finding::new(
        format!(
            "at most {allowed} bytes allocated for {} received",
            input.len()
        ),
        format!("{used} bytes allocated"),
    ))
}

/// A codec that counts the bytes that it is shown.
struct Counting {
    inner: Instance,
    shown: Arc<AtomicUsize>,
}

impl Codec for Counting {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        self.shown.fetch_add(input.len(), Ordering::Relaxed);
        self.inner.decode(input, metadata)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.inner.encode(message, mutation, output)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.inner.on_error(request, error, output)
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        self.inner.heartbeat_reply(ping, output)
    }
}

fn is_linear(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let answer = subject.ask_fresh(case.direction, &stream);
    let Some(facts) = answer.whole(stream.len()) else {
        return Ok(Applied::No);
    };
    // The header may be looked at for each of its bytes, the body a few times in all.
    let allowed = 8 * stream.len() + (facts.header_size + 64).pow(2);
    let shown = Arc::new(AtomicUsize::new(0));
    let codec = Counting {
        inner: subject.codec(),
        shown: Arc::clone(&shown),
    };
    let mut session = Session::new(
        codec,
        case.direction,
        Limits {
            max_frame: usize::MAX,
        },
    );
    let mut metadata = Metadata::default();
    for (count, byte) in stream.iter().enumerate() {
        session.receive(&[*byte]);
        match guard(|| session.next_message(&mut metadata)) {
            Ok(Ok(Next::Wait { .. })) => {}
            Ok(Ok(Next::Message { .. })) => break,
            _ => return Ok(Applied::No),
        }
        let work = shown.load(Ordering::Relaxed);
        if work > allowed {
            return Err(Finding::new(
                format!(
                    "at most {allowed} bytes looked at for a message of {}",
                    stream.len()
                ),
                format!("{work} when {} bytes had come", count + 1),
            ));
        }
    }
    Ok(Applied::Yes)
}

fn is_let_in(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let Some(schema) = subject.schema(case.direction) else {
        return Ok(Applied::No);
    };
    let layout::Outcome::Truncated { at_least } =
        layout::read(schema, case.direction, &stream).outcome
    else {
        return Ok(Applied::No);
    };
    let length = stream.len().saturating_add(at_least);
    let stated = subject.capabilities.max_frame;
    if length > stated {
        return Err(Finding::new(
            format!("Capabilities::max_frame of {length} or more"),
            stated.to_string(),
        )
        .called("by the schema", "this codec"));
    }
    match subject.ask_fresh(case.direction, &stream) {
        error @ Answer::Error(_) => Err(Finding::new(
            format!("WaitForData {{ at_least: {at_least} }}"),
            error.to_string(),
        )
        .called("by the schema", "this codec")),
        Answer::Panic(_) => Ok(Applied::No),
        _ => Ok(Applied::Yes),
    }
}

fn says_where(subject: &Subject, case: &Case) -> Check {
    let stream = case.stream();
    let error = match subject.ask_fresh(case.direction, &stream) {
        Answer::Error(error) => error,
        Answer::Panic(_) => return Ok(Applied::No),
        _ if matches!(case.frame().truth, Truth::Refused(Some(_))) => {
            return is_refused(subject, case);
        }
        _ => return Ok(Applied::No),
    };
    let field = error.field().to_string();
    if field.is_empty() || error.offset() > stream.len() as u64 {
        return Err(Finding::new(
            format!("a field, and an offset of at most {}", stream.len()),
            format!("field {field:?}, offset {}", error.offset()),
        ));
    }
    let Truth::Refused(Some((path, offset))) = &case.frame().truth else {
        return Ok(Applied::Yes);
    };
    let limit = subject.schema(case.direction).is_some_and(|schema| {
        let outcome = layout::read(schema, case.direction, &stream).outcome;
        matches!(outcome, layout::Outcome::Limit { .. })
    });
    if limit != error.is_limit() {
        let kind = |limit| if limit { "a limit" } else { "a malformed byte" };
        return Err(Finding::new(
            format!("{} in {path}, byte {offset}", kind(limit)),
            format!("{}: {}", kind(error.is_limit()), error.fault()),
        )
        .at(*offset..offset + 1));
    }
    let outermost = |path: &str| path.split(['.', '[']).next().map(str::to_owned);
    let spans = subject
        .schema(case.direction)
        .map(|schema| layout::read(schema, case.direction, &stream).spans);
    let starts = spans
        .iter()
        .flatten()
        .filter(|span| outermost(&span.path) == outermost(path));
    let start = starts
        .map(|span| span.start_bit / 8)
        .min()
        .unwrap_or(*offset)
        .min(*offset);
    // Within the field, its group of bits included.
    if outermost(&field) == outermost(path)
        && (start as u64..=*offset as u64 + 16).contains(&error.offset())
    {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(
        format!("an error in {path}, byte {offset}"),
        format!(
            "an error in {field}, byte {}: {}",
            error.offset(),
            error.fault()
        ),
    )
    .at(*offset..offset + 1))
}

fn drops_cleanly(subject: &Subject, case: &Case) -> Check {
    let mut codec = (subject.make)();
    let (prefix, _) = case.split();
    if matches!(
        subject.ask(&mut *codec, case.direction, &prefix),
        Answer::Panic(_)
    ) {
        return Ok(Applied::No);
    }
    let dropped = std::thread::scope(|scope| scope.spawn(|| guard(move || drop(codec))).join());
    match dropped {
        Ok(Ok(())) => Ok(Applied::Yes),
        Ok(Err(text)) => Err(
            Finding::new("nothing to happen", format!("a panic in drop: {text}"))
                .at(0..prefix.len()),
        ),
        Err(_) => Err(Finding::new("nothing to happen", "a panic in drop").at(0..prefix.len())),
    }
}
