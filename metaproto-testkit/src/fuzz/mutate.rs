//! An input changed, so that most of what comes out is still a message.

use fastrand::Rng;
use metaproto_codec::{Direction, ErrorType, RequestId, Schema};

use super::input::{Input, Key};
use super::{octets, tree};
use crate::conformance::Suite;
use crate::conformance::case::Frame;
use crate::layout::{self, Outcome};

/// An input that differs from `input` in one to three things, at most about `most` bytes long. The same seed gives the
/// same.
///
/// Where the codec has a schema and the stream has messages, a field, code, item or body of one of them is changed and
/// its lengths are mended, or one length is left wrong; otherwise bytes are. Chunks, changes, replies and the order of
/// messages are changed as well.
#[must_use]
pub fn mutate(suite: &Suite, input: &Input, most: usize, seed: u64) -> Input {
    let mut dice = Rng::with_seed(seed);
    let mut input = input.clone();
    for _ in 0..dice.u8(1..4) {
        step(suite, &mut input, most, &mut dice);
    }
    input
}

/// As [`mutate`], in the form in which libFuzzer asks for it: `data` has room for the larger of `size` and `max_size`
/// bytes, the first `size` of which are the input. Returns the new size. `plain` is libFuzzer's own mutation, which is
/// taken for one input in four: it knows the numbers that the code compares with.
pub fn mutate_in_place(
    suite: &Suite,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    plain: impl Fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut dice = Rng::with_seed(seed.into());
    let old = data.get(..size).unwrap_or(data);
    let choice = dice.u8(..8);
    if choice > 0 {
        let mut input = Input::parse(old);
        if choice == 1 {
            let length = input.stream.len();
            input.stream.resize(length.max(max_size), 0);
            let new = plain(&mut input.stream, length, max_size);
            input.stream.truncate(new);
        } else {
            // Long inputs cost more than they find: grow above this size seldom.
            let most = if dice.u8(..8) == 0 {
                max_size
            } else {
                max_size.min(old.len().max(1024))
            };
            input = mutate(suite, &input, most, dice.u64(..));
        }
        let new = input.to_bytes();
        if new.len() <= max_size
            && new != old
            && let Some(room) = data.get_mut(..new.len())
        {
            room.copy_from_slice(&new);
            return new.len();
        }
    }
    plain(data, size, max_size)
}

fn step(suite: &Suite, input: &mut Input, most: usize, dice: &mut Rng) {
    match dice.u8(..20) {
        0..10 => change_message(suite, input, most, dice),
        10 => octets::change(&mut input.stream, most, dice),
        11 => change_chunks(input, dice),
        12..15 => change_changes(input, dice),
        15 => input.id = id(dice),
        16 => {
            let error = dice
                .choice(ErrorType::ALL)
                .unwrap_or(ErrorType::Unspecified);
            let old = input
                .reply
                .take()
                .map_or_else(String::new, |(_, text)| text);
            input.reply = Some((error, octets::text(&old, most / 2, dice)));
        }
        17 | 18 => splice(suite, input, most, dice),
        _ if dice.u8(..8) == 0 => input.direction = input.direction.opposite(),
        _ => {
            // A message cut short, or not any more.
            let length = input.stream.len();
            input.stream.truncate(dice.usize(length / 2..=length));
        }
    }
}

/// The messages of a stream: where each starts and ends.
fn messages(schema: &Schema, direction: Direction, stream: &[u8]) -> Vec<(usize, usize)> {
    const ENOUGH: usize = 16;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = stream.get(at..)
        && found.len() < ENOUGH
        && let Outcome::Message(_, facts) = layout::read(schema, direction, rest).outcome
    {
        found.push((at, at + facts.length));
        at += facts.length;
    }
    found
}

/// Changes a message of the stream by the schema; bytes, where there is no schema or no message.
fn change_message(suite: &Suite, input: &mut Input, most: usize, dice: &mut Rng) {
    let direction = input.direction;
    let changed = suite.subject.schema(direction).and_then(|schema| {
        let messages = messages(schema, direction, &input.stream);
        let (start, end) = dice.choice(messages)?;
        let bytes = input.stream.get(start..end)?;
        let Outcome::Message(message, _) = layout::read(schema, direction, bytes).outcome else {
            return None;
        };
        let new = if dice.u8(..8) == 0 {
            tree::spoilt(&message, dice)
        } else {
            tree::changed(*message, direction, dice)
        };
        let room = most.saturating_sub(input.stream.len() - bytes.len());
        (new.len() <= room).then_some((start..end, new))
    });
    match changed {
        Some((place, new)) => drop(input.stream.splice(place, new)),
        // Where a fuzzer starts from nothing, it would have to guess a message.
        None if dice.u8(..8) == 0 => {
            if let Some(frame) = dice.choice(example(suite, direction)) {
                input.stream = frame.bytes.to_vec();
                input.stream.truncate(most);
            }
        }
        None => octets::change(&mut input.stream, most, dice),
    }
}

/// Messages of the suite's vectors, and such as are made from the schema.
fn example(suite: &Suite, direction: Direction) -> &[Frame] {
    let bench = suite.bench().as_ref().ok();
    bench.map_or(&[], |bench| bench.valid(direction))
}

/// Doubles a message, leaves one out, exchanges two, or makes one come before.
fn splice(suite: &Suite, input: &mut Input, most: usize, dice: &mut Rng) {
    let schema = suite.subject.schema(input.direction);
    let messages = schema.map_or_else(Vec::new, |schema| {
        messages(schema, input.direction, &input.stream)
    });
    let end = messages.last().map_or(0, |(_, end)| *end);
    // Without a schema, a stream is one piece.
    let mut pieces: Vec<Vec<u8>> = messages
        .iter()
        .filter_map(|(start, end)| input.stream.get(*start..*end))
        .chain(input.stream.get(end..).filter(|rest| !rest.is_empty()))
        .map(<[u8]>::to_vec)
        .collect();
    if pieces.is_empty() {
        return;
    }
    let at = dice.usize(..pieces.len());
    match dice.u8(..4) {
        0 if pieces.len() > 1 => drop(pieces.remove(at)),
        1 if pieces.len() > 1 => pieces.swap(0, at),
        2 if pieces.len() > 1 => {
            input.before = u16::try_from(pieces[0].len()).unwrap_or(0);
        }
        _ if input.stream.len() + pieces[at].len() <= most => {
            pieces.insert(0, pieces[at].clone());
        }
        _ => pieces.truncate(at + 1),
    }
    input.stream = pieces.concat();
}

fn change_chunks(input: &mut Input, dice: &mut Rng) {
    let length = input.stream.len();
    match dice.u8(..5) {
        0 => input.chunks.clear(),
        1 => input.chunks = vec![1; length.min(64)],
        2 => {
            if let Some(size) = dice.choice(&mut input.chunks) {
                *size = size.wrapping_add(dice.u16(..3)).wrapping_sub(1);
            }
        }
        _ if input.chunks.len() < 64 => {
            let most = if dice.bool() { 16 } else { length };
            let size = u16::try_from(dice.usize(1..=most.max(1))).unwrap_or(u16::MAX);
            let at = dice.usize(..=input.chunks.len());
            input.chunks.insert(at, size);
        }
        _ => input.chunks.truncate(8),
    }
}

fn change_changes(input: &mut Input, dice: &mut Rng) {
    match dice.u8(..8) {
        0 => input.changes.clear(),
        1 | 2 => {
            if let Some((key, value)) = dice.choice(&mut input.changes) {
                match value {
                    Some(value) if dice.u8(..3) > 0 => *value = octets::text(value, 5000, dice),
                    _ => *key = self::key(dice),
                }
            }
        }
        _ if input.changes.len() < 16 => {
            let value = (dice.u8(..4) > 0).then(|| octets::text("7", 5000, dice));
            input.changes.push((key(dice), value));
        }
        _ => input.changes.truncate(4),
    }
}

fn key(dice: &mut Rng) -> Key {
    match dice.u8(..4) {
        0 => Key::Named(octets::text("x-new", 127, dice)),
        1 => Key::Named("zone".to_owned()),
        _ => Key::Known(dice.u8(..128)),
    }
}

fn id(dice: &mut Rng) -> Option<RequestId> {
    match dice.u8(..8) {
        0 => None,
        1 => {
            let length = dice.usize(..20);
            let id: Vec<u8> = (0..length).map(|_| dice.u8(..)).collect();
            Some(RequestId::Bytes(id.into()))
        }
        2 => Some(RequestId::Number(u64::MAX >> dice.u8(..64))),
        3 => Some(RequestId::Number(1 << dice.u8(..64))),
        _ => Some(RequestId::Number(dice.u64(..) >> dice.u8(..64))),
    }
}
