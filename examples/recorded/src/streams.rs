//! Recorded streams: every message found, however the bytes are cut, and given back as it came.

use std::iter;
use std::path::Path;

use bytes::Buf;
use metaproto_codec::{Direction, Metadata, Mutation, Output};

use crate::changes::check_changes;
use crate::drive::{Found, Outcome, drive, first_difference};
use crate::framed::check_framed;
use crate::{Case, Message, Protocol, Report, cases};

/// Ways at random in which each stream is cut.
const RANDOM_CUTS: u64 = 20;

/// Checks every recording in `directory`.
///
/// Of each stream, whole, byte by byte, cut at random places, and through tokio: every message is found at its place, and is
/// what [`Protocol::expected`] says. Of each message: an empty mutation gives its very bytes; each property is set, replaced
/// and removed, read back, and changes nothing else; so is the request id; and what cannot be changed is refused by an
/// error that names it.
///
/// # Panics
///
/// Where a recording cannot be read.
pub fn check_streams(protocol: &dyn Protocol, directory: &Path) -> Report {
    let mut report = Report::default();
    for case in cases(directory) {
        for direction in [Direction::ClientToServer, Direction::ServerToClient] {
            check_stream(protocol, &case, direction, &mut report);
        }
    }
    report
}

fn check_stream(protocol: &dyn Protocol, case: &Case, direction: Direction, report: &mut Report) {
    let place = format!("{} {direction}", case.name);
    let bytes = case.bytes(direction);
    let whole = drive(protocol.codec(), direction, [bytes]);
    let mut expected = case.messages(direction);
    expected.retain(|message| !protocol.is_skipped(message));
    report.add(&place, end_of(&whole, expected.len()));
    for (Found { offset, metadata }, message) in whole.messages.iter().zip(&expected) {
        report.checked += 1;
        let place = format!("{place}, byte {offset}");
        report.add(&place, check_message(protocol, message, *offset, metadata));
    }
    report.add(
        &place,
        check_framed(protocol.codec(), direction, bytes, &whole),
    );
    for (how, pieces) in ways_to_cut(bytes) {
        let cut = drive(protocol.codec(), direction, pieces);
        if cut != whole {
            report.add(
                &place,
                [format!(
                    "{how} changes what is found: {}",
                    first_difference(&whole, &cut)
                )],
            );
            return;
        }
    }
}

/// What is wrong with how a stream of so many messages ends.
fn end_of(outcome: &Outcome, expected: usize) -> Vec<String> {
    let found = outcome.messages.len();
    let number = (found != expected).then(|| format!("{found} messages, expected {expected}"));
    let error = outcome.end.as_ref().err().map(ToString::to_string);
    number.into_iter().chain(error).collect()
}

fn check_message(
    protocol: &dyn Protocol,
    message: &Message<'_>,
    offset: u64,
    found: &Metadata,
) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, found) in [("offset", offset), ("length", found.frame().len() as u64)] {
        let expected = message.facts[what].as_u64();
        if expected != Some(found) {
            faults.push(format!("{what} is {found}, expected {expected:?}"));
        }
    }
    let codec = protocol.codec();
    faults.extend(protocol.expected(message).differences(&codec, found));
    faults.extend(protocol.disagreements(message, found));
    let mut output = Output::new();
    match codec.encode(found, &Mutation::new(), &mut output) {
        Err(error) => faults.push(format!("an empty mutation is refused: {error}")),
        Ok(()) if output.chunk() != found.frame() || output.remaining() != found.frame().len() => {
            faults.push("an empty mutation changes the bytes".to_owned());
        }
        Ok(()) if output.chunk().as_ptr() != found.frame().as_ptr() => {
            faults.push("an empty mutation copies the bytes".to_owned());
        }
        Ok(()) => {}
    }
    faults.extend(check_changes(protocol, found));
    faults
}

/// The bytes one by one, and cut at random places, the same at each run.
fn ways_to_cut(bytes: &[u8]) -> impl Iterator<Item = (String, Vec<&[u8]>)> {
    let one_by_one = ("byte by byte".to_owned(), bytes.chunks(1).collect());
    let at_random = (0..RANDOM_CUTS).map(|seed| {
        let mut random = fastrand::Rng::with_seed(seed);
        let cuts = 1 + random.usize(..12);
        let mut cuts: Vec<usize> = iter::repeat_with(|| random.usize(..=bytes.len()))
            .take(cuts)
            .collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        (format!("cutting at {cuts:?}"), pieces.collect())
    });
    iter::once(one_by_one).chain(at_random)
}
