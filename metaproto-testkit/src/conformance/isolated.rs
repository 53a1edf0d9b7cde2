//! Trials that may end the process: they run in one of their own, which is this test once more.

use std::process::{Command, Stdio};

use metaproto_codec::{Metadata, Next, Session};

use super::bench::{Bench, DIRECTIONS, NO_MESSAGE};
use super::case::{Case, Frame, Truth};
use super::finding::Finding;
use super::rule::Whole;
use super::subject::{Subject, guard};
use crate::layout;

/// Set in the process that may end.
const CHILD: &str = "METAPROTO_ISOLATED";

/// Written to stdout before each case, followed by its number.
const PROGRESS: &str = "metaproto case ";

/// A stack that a few dozen frames of a debug build do not fill, and a recursion over the input does.
const STACK: usize = 512 << 10;

/// How deep the inputs nest, if the codec takes their bytes for nesting.
const DEPTH: usize = 16 << 10;

/// Whether this is a process that may end.
pub(super) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Decodes inputs that nest as deep as they can on a small stack.
pub(super) fn nesting(bench: &Bench) -> Whole {
    let cases = nested(bench);
    if cases.is_empty() {
        return Whole::Unsupported(NO_MESSAGE.to_owned());
    }
    if is_child() {
        decode_all(bench, &cases);
        return Whole::Holds(cases.len());
    }
    let Some(test) = &bench.subject.isolated_test else {
        return Whole::Unsupported(
            "it needs a test of its own, as `conformance!` makes one".to_owned(),
        );
    };
    let child = std::env::current_exe().and_then(|this| {
        Command::new(this)
            .args([test, "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, "1")
            .stdin(Stdio::null())
            .output()
    });
    let output = match child {
        Ok(output) => output,
        Err(error) => return Whole::Unsupported(format!("no process of its own: {error}")),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers = text.split(PROGRESS).skip(1);
    let last = numbers
        .filter_map(|rest| rest.lines().next()?.trim().parse::<usize>().ok())
        .last();
    match last.and_then(|index| Some((index, cases.get(index)?))) {
        // The test filter of the child matched nothing: a mistake in this crate, and no proof of anything.
        None => Whole::Unsupported(format!(
            "the test {test} could not be run in a process of its own"
        )),
        Some((index, _)) if output.status.success() => Whole::Holds(index + 1),
        Some((index, case)) => {
            let actual = format!("the process ended with {}", output.status);
            let expected = format!("an answer, on a stack of {} KiB", STACK >> 10);
            Whole::Broken(
                Box::new((case.clone(), Finding::new(expected, actual))),
                index + 1,
            )
        }
    }
}

fn decode_all(bench: &Bench, cases: &[Case]) {
    std::thread::scope(|scope| {
        let run = || {
            for (index, case) in cases.iter().enumerate() {
                println!("{PROGRESS}{index}");
                decode(&bench.subject, case);
            }
        };
        // Without a thread nothing is printed, and the parent reports that nothing ran.
        let _ = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run);
    });
}

/// Decodes the first messages of a stream. A codec that takes each byte for a message would otherwise be busy for minutes.
fn decode(subject: &Subject, case: &Case) {
    const MESSAGES: usize = 8;
    let mut session = Session::new(subject.codec(), case.direction, subject.limits);
    let mut metadata = Metadata::default();
    session.receive(&case.stream());
    for _ in 0..MESSAGES {
        let next = guard(|| session.next_message(&mut metadata));
        if !matches!(next, Ok(Ok(Next::Message { .. }))) {
            break;
        }
    }
}

/// Messages whose body is one byte again and again, and such bytes alone.
fn nested(bench: &Bench) -> Vec<Case> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        for fill in 0..=u8::MAX {
            for frame in bench.some(direction, 1) {
                let filled = match bench.subject.schema(direction) {
                    Some(schema) => match layout::read(schema, direction, &frame.bytes).outcome {
                        layout::Outcome::Message(mut message, _) => {
                            message.body = vec![fill; DEPTH.min(bench.subject.max_frame() / 2)];
                            layout::write(&message, &[])
                        }
                        _ => continue,
                    },
                    None => {
                        let header = bench
                            .subject
                            .decode(direction, &frame.bytes)
                            .map_or(0, |it| it.facts.header_size);
                        let mut bytes = frame.bytes.to_vec();
                        bytes[header..].fill(fill);
                        bytes
                    }
                };
                let origin = format!("{} with a body of {fill:02x}", frame.origin);
                cases.push(Case::new(
                    direction,
                    vec![Frame::new(filled, Truth::Unknown, origin)],
                ));
            }
            let alone = Frame::new(
                vec![fill; DEPTH],
                Truth::Unknown,
                format!("{fill:02x} again and again"),
            );
            cases.push(Case::new(direction, vec![alone]));
        }
    }
    cases
}
