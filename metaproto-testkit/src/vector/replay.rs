//! What a codec makes of a vector, against what it must make of it.

use std::collections::{BTreeSet, HashMap};

use metaproto_codec::{Codec, CodecError, Metadata, Mutation, Next, Output, Session};

use super::mismatch::{
    Mismatch, Rows, compare, edit_rows, expected_rows, outcome, refusal_rows, wait_rows,
};
use super::record::{rejection, session};
use super::{Block, Edit, EditResult, Expect, Rejection, Vector};
use crate::facts::Facts;

/// Runs a codec over the vector, in its chunks, and compares what it finds with every expectation, edits included.
///
/// The stream is cut once more where a block expects `wait`, for otherwise nobody would ask there. `make` gives a fresh
/// codec; edits are encoded by one that has never decoded anything.
///
/// # Errors
///
/// The first expectation that the codec does not meet.
pub fn replay(vector: &Vector, make: impl Fn() -> Box<dyn Codec>) -> Result<(), Mismatch> {
    let run = Run::of(vector, &make);
    for (index, (block, found)) in vector.blocks.iter().zip(&run.found).enumerate() {
        let mismatch = |rows| Mismatch {
            vector: vector.name.clone(),
            block: index,
            line: block.line,
            edit: None,
            rows,
        };
        if !found.meets(&block.expect) {
            return Err(mismatch(compare(
                expected_rows(&block.expect),
                found.rows(&block.expect),
            )));
        }
        for (number, edit) in block.edits.iter().enumerate() {
            let Some(metadata) = found.whole().map(|seen| &seen.metadata) else {
                continue; // input only, and no one message
            };
            let result = encode(make().as_ref(), metadata, &edit.mutation);
            if !meets_edit(&edit.result, &result) {
                let (expected, found) = edit_rows(&edit.result, &result);
                return Err(Mismatch {
                    edit: Some(number),
                    ..mismatch(compare(expected, found))
                });
            }
        }
    }
    Ok(())
}

/// The same vector with the expectations that the codec meets, for [`bless`](super::bless).
///
/// What holds already stays as it is stated, however little that says, and so does `expect anything`. A block that does
/// not end where a message ends also stays: it must be cut by hand.
#[must_use]
pub fn observe(vector: &Vector, make: impl Fn() -> Box<dyn Codec>) -> Vector {
    let run = Run::of(vector, &make);
    let mut observed = vector.clone();
    for (block, found) in observed.blocks.iter_mut().zip(&run.found) {
        observe_block(block, found, &make);
    }
    observed
}

/// What a codec found, block by block.
struct Run {
    found: Vec<Found>,
}

/// What a codec found in the bytes of a block.
struct Found {
    /// The messages that end in the block.
    messages: Vec<Seen>,
    /// Where the block ends, bytes of the stream.
    end: usize,
    state: State,
    /// What the end of the stream says, if it ends with the block.
    finish: Option<Rejection>,
}

struct Seen {
    /// Where it ends, bytes of the stream.
    end: usize,
    facts: Facts,
    metadata: Metadata,
}

/// How it stands at the end of a block.
#[derive(Clone)]
enum State {
    /// More bytes are needed: how many, where the session was asked.
    Wait(Option<usize>),
    Failed(Rejection),
}

impl Run {
    fn of(vector: &Vector, make: &impl Fn() -> Box<dyn Codec>) -> Self {
        let mut session = prepared(vector, make);
        let base = session.offset();
        let stream = vector.stream();
        let mut messages = Vec::new();
        let mut states = HashMap::new();
        let mut from = 0;
        for to in cuts(vector, stream.len()) {
            session.receive(stream.get(from..to).unwrap_or_default());
            let state = match drain(&mut session, base, &mut messages) {
                Ok(at_least) => State::Wait(Some(at_least)),
                Err(error) => State::Failed(rejection(&error, base)),
            };
            states.insert(to, state);
            from = to;
        }
        let finish = session.finish().err();
        let mut finish = finish.map(|error| rejection(&error, base));
        let mut end = 0;
        let mut found: Vec<Found> = Vec::new();
        let mut messages = messages.into_iter().peekable();
        for block in &vector.blocks {
            end += block.bytes.len();
            let mut inside = Vec::new();
            while let Some(seen) = messages.next_if(|seen: &Seen| seen.end <= end) {
                inside.push(seen);
            }
            found.push(Found {
                messages: inside,
                end,
                state: states.get(&end).cloned().unwrap_or(State::Wait(None)),
                finish: None,
            });
        }
        if let Some(last) = found.last_mut() {
            last.finish = finish.take();
        }
        Self { found }
    }
}

impl Found {
    /// The message that the block completes, if that is all it does.
    fn whole(&self) -> Option<&Seen> {
        match self.messages.as_slice() {
            [seen] if seen.end == self.end => Some(seen),
            _ => None,
        }
    }

    /// Why the bytes are refused, if they are.
    fn refusal(&self) -> Option<&Rejection> {
        match &self.state {
            State::Failed(rejection) => Some(rejection),
            State::Wait(_) => self.finish.as_ref(),
        }
    }

    fn meets(&self, expect: &Expect) -> bool {
        match expect {
            Expect::Anything => true,
            Expect::Message => self.whole().is_some(),
            Expect::Facts(facts) => self.whole().is_some_and(|seen| seen.facts == **facts),
            _ if !self.messages.is_empty() => false,
            Expect::Wait { at_least: wanted } => match self.state {
                State::Wait(at_least) => wanted.is_none_or(|wanted| Some(wanted) == at_least),
                State::Failed(_) => false,
            },
            Expect::Reject(wanted) => self.refusal().is_some_and(|found| {
                fn holds<T: PartialEq>(wanted: &Option<T>, found: &Option<T>) -> bool {
                    wanted.is_none() || wanted == found
                }
                wanted.limit == found.limit
                    && holds(&wanted.rule, &found.rule)
                    && holds(&wanted.offset, &found.offset)
                    && holds(&wanted.field, &found.field)
            }),
        }
    }

    /// The rows to hold against those of `expect`.
    fn rows(&self, expect: &Expect) -> Rows {
        if let Some(seen) = self.whole() {
            let facts = matches!(expect, Expect::Facts(_));
            let facts = if facts { seen.facts.rows() } else { Vec::new() };
            return [outcome("a message")].into_iter().chain(facts).collect();
        }
        if !self.messages.is_empty() {
            let ends = self.messages.iter().map(|seen| seen.end.to_string());
            let ends = ends.collect::<Vec<_>>().join(", ");
            let count = self.messages.len();
            return vec![outcome(&format!(
                "{count} message(s), ending at byte {ends}; the block ends at {}",
                self.end
            ))];
        }
        let wanted = match expect {
            Expect::Reject(wanted) => Some(wanted),
            _ => None,
        };
        match (&self.state, self.refusal()) {
            (State::Failed(found), _) => refusal_rows(found, wanted),
            (State::Wait(_), Some(found)) if wanted.is_some() => refusal_rows(found, wanted),
            (State::Wait(at_least), _) => wait_rows(*at_least),
        }
    }
}

fn meets_edit(expected: &EditResult, found: &Result<Vec<u8>, CodecError>) -> bool {
    match (expected, found) {
        (EditResult::Unstated, _) | (EditResult::Refused { rule: None }, Err(_)) => true,
        (EditResult::Becomes(expected), Ok(found)) => expected == found,
        (EditResult::Refused { rule: Some(rule) }, Err(error)) => rule == error.fault().rule(),
        _ => false,
    }
}

fn observe_block(block: &mut Block, found: &Found, make: &impl Fn() -> Box<dyn Codec>) {
    let stays = found.meets(&block.expect) && block.expect != Expect::Message;
    let was_refusal = matches!(block.expect, Expect::Reject(_));
    if !stays {
        block.expect = match (found.whole(), found.messages.as_slice(), &found.state) {
            (Some(seen), _, _) => Expect::Facts(Box::new(seen.facts.clone())),
            (None, [], State::Failed(rejection)) => Expect::Reject(rejection.clone()),
            (None, [], State::Wait(at_least)) => match &found.finish {
                Some(rejection) if was_refusal => Expect::Reject(rejection.clone()),
                _ => Expect::Wait {
                    at_least: *at_least,
                },
            },
            (None, [..], _) => return,
        };
    }
    let Some(seen) = found.whole() else { return };
    for Edit { mutation, result } in &mut block.edits {
        let found = encode(make().as_ref(), &seen.metadata, mutation);
        if *result == EditResult::Unstated || !meets_edit(result, &found) {
            *result = match found {
                Ok(bytes) => EditResult::Becomes(bytes),
                Err(error) => EditResult::Refused {
                    rule: Some(error.fault().rule().to_owned()),
                },
            };
        }
    }
}

/// A session that has seen what came before.
fn prepared(vector: &Vector, make: &impl Fn() -> Box<dyn Codec>) -> Session<Box<dyn Codec>> {
    let mut ready = session(make(), vector.direction);
    for bytes in &vector.before {
        let start = ready.offset();
        ready.receive(bytes);
        let whole = drain(&mut ready, start, &mut Vec::new()).is_ok() && ready.buffered() == 0;
        if !whole {
            ready = session(make(), vector.direction);
        }
    }
    ready
}

/// Takes out all messages; answers how many bytes the session asks for.
fn drain(
    session: &mut Session<Box<dyn Codec>>,
    base: u64,
    messages: &mut Vec<Seen>,
) -> Result<usize, CodecError> {
    let mut metadata = Metadata::default();
    loop {
        match session.next_message(&mut metadata)? {
            Next::Wait { at_least } => return Ok(at_least),
            Next::Message { .. } => messages.push(Seen {
                end: usize::try_from(session.offset() - base).unwrap_or(usize::MAX),
                facts: Facts::of(&metadata),
                metadata: metadata.clone(),
            }),
        }
    }
}

/// Where the stream is cut, its end included; also at the end of each block that expects `wait`.
fn cuts(vector: &Vector, length: usize) -> BTreeSet<usize> {
    let mut cuts = BTreeSet::from([length]);
    let mut end = 0_usize;
    for size in &vector.chunks {
        end = end.saturating_add(*size);
        cuts.insert(end.min(length));
    }
    let mut end = 0;
    for block in &vector.blocks {
        end += block.bytes.len();
        if matches!(block.expect, Expect::Wait { .. }) {
            cuts.insert(end);
        }
    }
    cuts
}

fn encode(
    codec: &dyn Codec,
    message: &Metadata,
    mutation: &Mutation,
) -> Result<Vec<u8>, CodecError> {
    let mut output = Output::new();
    codec.encode(message, mutation, &mut output)?;
    Ok(output.take_contiguous().to_vec())
}
