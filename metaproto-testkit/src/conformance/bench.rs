//! What the rules are given: the codec, and the messages to try it on.

use std::path::PathBuf;
use std::sync::Arc;

use metaproto_codec::schema::Role;
use metaproto_codec::{Direction, MessageType};

use super::case::{Case, Frame, Truth};
use super::files;
use super::subject::Subject;
use super::variable;
use crate::layout::{self, Class, Value};
use crate::vector::{Expect, Vector, VectorFile};

pub(crate) const DIRECTIONS: [Direction; 2] =
    [Direction::ClientToServer, Direction::ServerToClient];

/// Messages longer than this are tried by few rules: a thousand cuts of them would take too long.
const SHORT: usize = 400;

/// Said by every rule that finds no message.
pub(crate) const NO_MESSAGE: &str =
    "there is no message to try it on: give the suite a vector, or the codec a schema";

/// The codec under test with everything that rules try on it.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) subject: Subject,
    pub(crate) vectors: Vec<(PathBuf, VectorFile)>,
    /// Most cases that a rule makes of one kind, where all would be too many.
    pub(crate) effort: usize,
    valid: [Vec<Frame>; 2],
    near: [Vec<(Class, Frame)>; 2],
    /// How many of `valid` come from vectors.
    recorded: [usize; 2],
}

impl Bench {
    /// Collects the messages of the vectors, and makes others from the schema.
    pub(crate) fn new(
        subject: Subject,
        vectors: Vec<(PathBuf, VectorFile)>,
        effort: usize,
    ) -> Self {
        let mut bench = Self {
            subject,
            vectors: Vec::new(),
            effort,
            valid: Default::default(),
            near: Default::default(),
            recorded: [0; 2],
        };
        for (path, file) in &vectors {
            let name = path.file_name().unwrap_or(path.as_os_str()).display();
            for vector in &file.vectors {
                let origin = Arc::from(format!("{name} [{}]", vector.name));
                bench.take(vector, &origin);
            }
        }
        bench.vectors = vectors;
        bench.recorded = [0, 1].map(|side: usize| bench.valid[side].len());
        for direction in DIRECTIONS {
            bench.generate(direction);
        }
        bench
    }

    fn take(&mut self, vector: &Vector, origin: &Arc<str>) {
        let side = vector.direction as usize;
        for block in &vector.blocks {
            let truth = match &block.expect {
                Expect::Facts(facts) => Truth::Valid(Some(Arc::new((**facts).clone()))),
                Expect::Message => Truth::Valid(None),
                _ => continue,
            };
            let frame = Frame::new(block.bytes.clone(), truth, Arc::clone(origin));
            self.valid[side].push(frame);
        }
    }

    fn generate(&mut self, direction: Direction) {
        let Some(schema) = self.subject.schema(direction) else {
            return;
        };
        let side = direction as usize;
        let most = self.subject.max_frame();
        let effort = (self.effort / DEFAULT_EFFORT).max(1);
        for made in layout::generate(schema, direction, effort) {
            let origin: Arc<str> = format!("generated: {}", made.label).into();
            match made.truth {
                layout::Truth::Valid(facts) if made.bytes.len() > most => drop(facts),
                layout::Truth::Valid(facts) => {
                    let truth = Truth::Valid(Some(Arc::new(facts)));
                    self.valid[side].push(Frame::new(made.bytes, truth, origin));
                }
                // The codec says what it is, and the session refuses it.
                layout::Truth::Malformed {
                    fault: layout::FaultClass::Direction,
                    ..
                } => {
                    let frame = Frame::new(made.bytes, Truth::Unknown, origin);
                    self.near[side].push((made.class, frame));
                }
                layout::Truth::Malformed { path, offset, .. }
                | layout::Truth::Limit { path, offset } => {
                    let truth = Truth::Refused(Some((path.into(), offset)));
                    self.near[side].push((made.class, Frame::new(made.bytes, truth, origin)));
                }
            }
        }
    }

    /// All messages in a direction, those of the vectors first.
    pub(crate) fn valid(&self, direction: Direction) -> &[Frame] {
        &self.valid[direction as usize]
    }

    /// The messages in a direction that come from vectors.
    pub(crate) fn recorded(&self, direction: Direction) -> &[Frame] {
        let side = direction as usize;
        &self.valid[side][..self.recorded[side]]
    }

    /// The inputs that once broke a rule, and were kept among the vectors.
    pub(crate) fn saved(&self, rule: &str) -> Vec<Case> {
        let mut cases = Vec::new();
        for (path, file) in &self.vectors {
            let origin: Arc<str> = files::shown(path).into();
            let about = |vector: &&Vector| vector.rule.as_deref() == Some(rule);
            let vectors = file.vectors.iter().filter(about);
            cases.extend(vectors.map(|vector| Case::from_vector(vector, &origin)));
        }
        cases
    }

    /// Inputs that are nearly messages, and what is wrong with them.
    pub(crate) fn near(&self, direction: Direction) -> &[(Class, Frame)] {
        &self.near[direction as usize]
    }

    /// At most `most` short messages that differ as much as possible: one of each kind first.
    pub(crate) fn some(&self, direction: Direction, most: usize) -> Vec<Frame> {
        let short: Vec<&Frame> = self
            .valid(direction)
            .iter()
            .filter(|frame| frame.bytes.len() <= SHORT)
            .collect();
        let mut picked = Vec::new();
        let mut kinds: Vec<MessageType> = Vec::new();
        for frame in &short {
            let kind = frame.facts().map(|facts| facts.kind);
            if kind.is_some_and(|kind| !kinds.contains(&kind)) {
                kinds.extend(kind);
                picked.push(*frame);
            }
        }
        let step = (short.len() / most.max(1)).max(1);
        picked.extend(short.iter().step_by(step));
        let mut seen = std::collections::HashSet::new();
        picked.retain(|frame| seen.insert(frame.bytes.clone()));
        picked.into_iter().take(most).cloned().collect()
    }

    /// Of each direction the largest message that there is, and one with as large a body as a debug build takes in byte by
    /// byte in no time.
    pub(crate) fn largest(&self) -> Vec<(Direction, Frame)> {
        const ENOUGH: usize = 64 << 10;
        let mut largest = Vec::new();
        for direction in DIRECTIONS {
            let frames = self.valid(direction).iter();
            let most = frames.max_by_key(|frame| frame.bytes.len().min(ENOUGH));
            largest.extend(most.map(|frame| (direction, frame.clone())));
            let schema = self.subject.schema(direction);
            let plain = self
                .valid(direction)
                .iter()
                .find(|frame| frame.bytes.len() < 1000);
            let Some((schema, plain)) = schema.zip(plain) else {
                continue;
            };
            let layout::Outcome::Message(mut message, _) =
                layout::read(schema, direction, &plain.bytes).outcome
            else {
                continue;
            };
            message.body = vec![b'x'; ENOUGH.min(self.subject.max_frame() / 2)];
            let bytes = layout::write(&message, &[]);
            // Where all that the header leaves belongs to its fields, there is no body.
            let outcome = layout::read(schema, direction, &bytes).outcome;
            if !matches!(outcome, layout::Outcome::Message(_, facts) if facts.length == bytes.len())
            {
                continue;
            }
            let origin = format!(
                "{} with a body of {} bytes",
                plain.origin,
                message.body.len()
            );
            largest.push((direction, Frame::new(bytes, Truth::Valid(None), origin)));
        }
        largest
    }

    /// Messages to which a property with this name has been added, after the message as it was.
    pub(crate) fn with_property(
        &self,
        direction: Direction,
        frame: &Frame,
        name: &str,
    ) -> Option<Case> {
        let schema = self.subject.schema(direction)?;
        let layout::Outcome::Message(mut message, _) =
            layout::read(schema, direction, &frame.bytes).outcome
        else {
            return None;
        };
        let node = message.find_mut(|role| *role == Role::Properties)?;
        let Value::Map(pairs) = &mut node.value else {
            return None;
        };
        pairs.push((Value::Bytes(name.into()), Value::Bytes(b"forged".into())));
        let bytes = layout::write(&message, &[]);
        let layout::Outcome::Message(_, facts) = layout::read(schema, direction, &bytes).outcome
        else {
            return None;
        };
        let origin = format!("{} with a property {name:?}", frame.origin);
        let frames = vec![Frame::new(
            bytes,
            Truth::Valid(Some(Arc::new(facts))),
            origin,
        )];
        Some(Case::new(direction, frames).after(vec![frame.clone()]))
    }

    /// Cases made of at most `most` messages of each direction.
    pub(crate) fn each(
        &self,
        most: usize,
        make: impl Fn(Direction, Frame) -> Vec<Case>,
    ) -> Result<Vec<Case>, String> {
        self.each_of(|direction| self.some(direction, most), make)
    }

    /// Cases made of all messages of each direction, the long ones as well.
    pub(crate) fn every(
        &self,
        make: impl Fn(Direction, Frame) -> Vec<Case>,
    ) -> Result<Vec<Case>, String> {
        self.each_of(|direction| self.valid(direction).to_vec(), make)
    }

    fn each_of(
        &self,
        frames: impl Fn(Direction) -> Vec<Frame>,
        make: impl Fn(Direction, Frame) -> Vec<Case>,
    ) -> Result<Vec<Case>, String> {
        let mut cases = Vec::new();
        for direction in DIRECTIONS {
            for frame in frames(direction) {
                cases.extend(make(direction, frame));
            }
        }
        if cases.is_empty() {
            Err(NO_MESSAGE.to_owned())
        } else {
            Ok(cases)
        }
    }

    /// Cases of inputs that are nearly messages.
    pub(crate) fn each_near(
        &self,
        classes: &[Class],
        lacking: &str,
        make: impl Fn(Direction, Frame) -> Vec<Case>,
    ) -> Result<Vec<Case>, String> {
        let mut cases = Vec::new();
        for direction in DIRECTIONS {
            let near = self.near(direction).iter();
            for (_, frame) in near.filter(|(class, _)| classes.contains(class)) {
                cases.extend(make(direction, frame.clone()));
            }
        }
        if cases.is_empty() {
            Err(lacking.to_owned())
        } else {
            Ok(cases)
        }
    }
}

/// The effort of an ordinary run.
pub(crate) const DEFAULT_EFFORT: usize = 100;

/// How hard the suite tries: `METAPROTO_CASES` is about the number of cases that a rule makes of one kind.
pub(crate) fn effort() -> usize {
    let set = variable::number("METAPROTO_CASES", "1000");
    set.unwrap_or(DEFAULT_EFFORT).max(1)
}

/// The same numbers at every run, so that a failure comes again.
pub(crate) fn dice() -> fastrand::Rng {
    fastrand::Rng::with_seed(0x006D_6574_6170_726F)
}

/// The offsets at which a message of `length` bytes is cut: all where there are few, else the first, the last and some
/// between.
pub(crate) fn cuts(length: usize, most: usize) -> Vec<usize> {
    if length <= most + 1 {
        return (1..length).collect();
    }
    let dense = most / 2;
    let step = ((length - dense) / (most - dense).max(1)).max(1);
    let spread = (dense + 1..length).step_by(step);
    let mut cuts: Vec<usize> = (1..=dense).chain(spread).chain([length - 1]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Messages spoilt at random: bits turned, bytes replaced, doubled, left out, cut off.
pub(crate) fn spoilt(bench: &Bench, direction: Direction, count: usize) -> Vec<Frame> {
    const TELLING: [u8; 6] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];
    let some = bench.some(direction, 24);
    let mut dice = dice();
    let mut spoilt = Vec::new();
    while !some.is_empty() && spoilt.len() < count {
        let frame = &some[spoilt.len() % some.len()];
        let mut bytes = frame.bytes.to_vec();
        for _ in 0..dice.usize(1..4) {
            if bytes.is_empty() {
                break;
            }
            let at = dice.usize(..bytes.len());
            match dice.u8(..6) {
                0 | 1 => bytes[at] ^= 1 << dice.u8(..8),
                2 | 3 => bytes[at] = TELLING[dice.usize(..TELLING.len())],
                4 => bytes.insert(at, bytes[at]),
                _ => drop(bytes.remove(at)),
            }
        }
        if dice.u8(..8) == 0 {
            bytes.truncate(dice.usize(..=bytes.len()));
        }
        let origin = format!("{}, spoilt", frame.origin);
        spoilt.push(Frame::new(bytes, Truth::Unknown, origin));
    }
    spoilt
}
