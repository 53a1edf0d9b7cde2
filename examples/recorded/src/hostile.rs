//! Inputs of a hostile or broken peer, each with the verdict that a codec must reach.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Buf;
use metaproto_codec::{Direction, Fault, Mutation, Output};

use crate::case::{entries, name, read_file};
use crate::drive::{Found, Outcome, drive};
use crate::framed::check_framed;
use crate::{Protocol, Report};

/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a codec must say of an input, or said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// These bytes can never become a message.
    Error,
    /// A stated maximum refuses them.
    Limit,
    /// They are the start of a message; at the end of the stream, that is reported.
    Wait,
    /// They are whole messages, if odd ones.
    Accept,
    /// More than one answer can be defended: the codec chooses, see [`check_hostile`].
    Policy,
}

/// One input: a `.bin` beside a `.txt` of lines `name: value`.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// The name of the file, without its extension.
    pub name: String,
    /// What the peer sends.
    pub bytes: Vec<u8>,
    /// Where it travels.
    pub direction: Direction,
    /// What must be said of it.
    pub verdict: Verdict,
    /// What is wrong with it, for a human.
    pub what: String,
}

/// The inputs in `directory`, by name.
///
/// # Panics
///
/// Where a file cannot be read, or lacks a line.
#[must_use]
pub fn hostile(directory: &Path) -> Vec<Hostile> {
    let files = entries(directory).into_iter();
    let texts = files.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    texts.map(|path| read(&path)).collect()
}

fn read(description: &Path) -> Hostile {
    let text = String::from_utf8(read_file(description));
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", description.display()));
    let line = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let found = lines
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value);
        found.unwrap_or_else(|| panic!("{}: no line {name}", description.display()))
    };
    Hostile {
        name: name(description),
        bytes: read_file(&description.with_extension("bin")),
        direction: match line("direction") {
            "c2s" => Direction::ClientToServer,
            "s2c" => Direction::ServerToClient,
            other => panic!("{}: direction {other}", description.display()),
        },
        verdict: match line("verdict") {
            "error" => Verdict::Error,
            "limit" => Verdict::Limit,
            "wait" => Verdict::Wait,
            "accept" => Verdict::Accept,
            "policy" => Verdict::Policy,
            other => panic!("{}: verdict {other}", description.display()),
        },
        what: line("what").to_owned(),
    }
}

/// Checks every input in `directory`, at once, byte by byte and through tokio: it gets its verdict, within a second, and what is
/// accepted is given back as it came.
///
/// `choices` states what the codec says where more than one answer can be defended: a name and a verdict for each input
/// of [`Verdict::Policy`], and for no other.
///
/// # Panics
///
/// Where an input cannot be read.
pub fn check_hostile(
    protocol: &dyn Protocol,
    directory: &Path,
    choices: &[(&str, Verdict)],
) -> Report {
    let mut report = Report::default();
    let inputs = hostile(directory);
    for input in &inputs {
        report.checked += 1;
        let chosen = choices
            .iter()
            .find(|(name, _)| *name == input.name)
            .map(|(_, choice)| *choice);
        report.add(&input.name, check(protocol, input, chosen));
    }
    for (name, _) in choices {
        if !inputs.iter().any(|input| input.name == *name) {
            report.add(name, ["there is a choice, but no such input".to_owned()]);
        }
    }
    report
}

fn check(protocol: &dyn Protocol, input: &Hostile, chosen: Option<Verdict>) -> Vec<String> {
    let mut faults = Vec::new();
    let start = Instant::now();
    let whole = drive(protocol.codec(), input.direction, [&input.bytes[..]]);
    let cut = drive(protocol.codec(), input.direction, input.bytes.chunks(1));
    let took = start.elapsed();
    if took > PATIENCE {
        faults.push(format!("it takes {took:?}"));
    }
    if whole != cut {
        faults.push(format!("byte by byte it is {cut:?}, whole {whole:?}"));
    }
    let expected = match (input.verdict, chosen) {
        (Verdict::Policy, Some(chosen)) => chosen,
        (verdict, None) => verdict,
        (_, Some(_)) => {
            faults.push("there is nothing to choose".to_owned());
            input.verdict
        }
    };
    let found = verdict(&whole);
    if expected == Verdict::Policy {
        faults.push(format!(
            "no choice is stated; the codec says {found:?} ({:?}); {}",
            whole.end, input.what
        ));
    } else if found != expected {
        faults.push(format!(
            "{found:?} ({:?}), expected {expected:?}; {}",
            whole.end, input.what
        ));
    }
    faults.extend(given_back(protocol, &whole));
    let codec = protocol.codec();
    faults.extend(check_framed(codec, input.direction, &input.bytes, &whole));
    faults
}

fn verdict(outcome: &Outcome) -> Verdict {
    match &outcome.end {
        Ok(()) => Verdict::Accept,
        Err(error) if !outcome.poisoned && matches!(error.fault(), Fault::Truncated { .. }) => {
            Verdict::Wait
        }
        Err(error) if error.is_limit() => Verdict::Limit,
        Err(_) => Verdict::Error,
    }
}

/// What was accepted is forwarded as it came.
fn given_back(protocol: &dyn Protocol, outcome: &Outcome) -> Vec<String> {
    let codec = protocol.codec();
    let mut faults = Vec::new();
    for Found { offset, metadata } in &outcome.messages {
        let mut output = Output::new();
        let result = codec.encode(metadata, &Mutation::new(), &mut output);
        if result.is_err() || output.copy_to_bytes(output.remaining()) != metadata.frame() {
            faults.push(format!(
                "the message at byte {offset} is not given back: {result:?}"
            ));
        }
    }
    faults
}
