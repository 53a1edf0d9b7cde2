//! The fuzzer: codecs with a rare mistake are found out, right ones are not, and most of what it tries are messages.

#[path = "planted/mod.rs"]
mod planted;

use std::panic::AssertUnwindSafe;

use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Direction, Error, HeaderCodec, Metadata,
    Mutation, Output, Schema,
};
use metaproto_testkit::conformance::Suite;
use metaproto_testkit::fuzz::{self, Input};
use metaproto_testkit::layout::{self, Outcome};
use metaproto_testkit::report;
use metaproto_testkit::vector::{Block, Expect, Vector, VectorFile};
use planted::{Bug, CartHeader, knot_frames, make, make_right};

/// Inputs on which a right codec is tried; an unoptimised build does a tenth in the same time.
const MANY: usize = if cfg!(debug_assertions) {
    2_000
} else {
    20_000
};

/// The seeds of a suite; those of Knot, whose codec has no schema, are its frames.
fn seeds(suite: &Suite) -> Vec<Input> {
    let mut seeds = fuzz::seeds(suite).unwrap();
    if seeds.is_empty() {
        let frames = knot_frames().into_iter();
        seeds.extend(frames.map(|(direction, bytes)| Input::new(direction, bytes)));
    }
    seeds
}

/// What the fuzzer finds in so many inputs.
fn findings(suite: &Suite, most: usize) -> Option<String> {
    let seeds = seeds(suite);
    let mut inputs = fuzz::inputs(suite, &seeds).take(most);
    inputs.find_map(|input| fuzz::find(suite, &input))
}

fn derived() -> Suite {
    Suite::new("Cart", || Box::new(HeaderCodec::<CartHeader>::new())).strict(true)
}

#[test]
fn a_derived_codec_survives() {
    let found = findings(&derived(), MANY);
    if let Some(text) = found {
        panic!("{text}");
    }
}

#[test]
fn codecs_written_by_hand_survive() {
    for bug in [Bug::ALL[0], knot()] {
        let suite = Suite::new("right", move || make_right(bug)).strict(true);
        if let Some(text) = findings(&suite, MANY / 2) {
            panic!("{text}");
        }
    }
}

fn knot() -> Bug {
    let mut knots = Bug::ALL.iter().copied();
    knots.find(|bug| bug.is_of_knot()).unwrap()
}

/// A codec that is wrong for few messages only.
struct Rare {
    inner: HeaderCodec<CartHeader>,
    mistake: Mistake,
}

#[derive(Clone, Copy, Debug)]
enum Mistake {
    /// A value with a quote in it is not written.
    DropsQuoted,
    /// A method that starts with this byte is indexed out of its bounds.
    PanicsOnByte,
    /// A property more than the sixth is not read.
    StopsAtSeven,
}

impl Codec for Rare {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let status = self.inner.decode(input, metadata)?;
        if let (DecodeStatus::Done { consumed }, Mistake::PanicsOnByte) = (status, self.mistake) {
            let method = &input[21..consumed.min(22)];
            assert!(method != [b'q'], "no method starts with q");
        }
        Ok(status)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let kept = mutation
            .changes()
            .fold(Mutation::new(), |kept, (key, change)| {
                match (self.mistake, change) {
                    (Mistake::DropsQuoted, Change::Set(value)) if value.contains('"') => kept,
                    (Mistake::StopsAtSeven, _) if message.properties().count() > 6 => kept,
                    (_, Change::Set(value)) => kept.set(key, value),
                    (_, Change::Remove) => kept.remove(key),
                }
            });
        let mut kept = kept;
        if let Some(id) = mutation.request_id() {
            kept.set_request_id(id.clone());
        }
        self.inner.encode(message, &kept, output)
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

    fn schema(&self, direction: Direction) -> Option<Schema> {
        self.inner.schema(direction)
    }
}

#[test]
fn rare_mistakes_are_found() {
    // Several rules have "every change takes effect" in them; the first of them speaks.
    let expected = [
        (Mistake::DropsQuoted, "FAIL  E0"),
        (Mistake::PanicsOnByte, "no method starts with q"),
        (Mistake::StopsAtSeven, "FAIL  E0"),
    ];
    for (mistake, sign) in expected {
        let suite = Suite::new("Rare", move || {
            let inner = HeaderCodec::new();
            Box::new(Rare { inner, mistake })
        });
        let text = findings(&suite, 20_000).unwrap_or_else(|| panic!("{mistake:?} is not found"));
        assert!(text.contains(sign), "{mistake:?}: {text}");
    }
}

/// What was saved and put among the vectors is tried by its rule at every run, if nothing else shows the mistake.
#[test]
fn a_saved_finding_is_tried_from_then_on() {
    let suite = || {
        Suite::new("Rare", || {
            let (inner, mistake) = (HeaderCodec::new(), Mistake::PanicsOnByte);
            Box::new(Rare { inner, mistake })
        })
    };
    let outcome = |suite: Suite| suite.check_rule("R001").unwrap().outcome;
    assert_eq!(outcome(suite()), report::Outcome::Passed);

    // A request whose method is `q`.
    let mut saved = Vector::new("saved", Direction::ClientToServer);
    saved.rule = Some("R001".into());
    let bytes = b"\xCA\x27\x10\0\0\0\0\0\0\0\0\0\x07\0\x18\0\0\0\0\0\x01q\0\0";
    saved.blocks.push(Block::new(*bytes, Expect::Anything));
    let file = VectorFile {
        origin: None,
        vectors: vec![saved],
    };
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("saved.mpv"), file.to_string()).unwrap();
    let outcome = outcome(suite().vectors(directory.path()));
    assert!(matches!(outcome, report::Outcome::Failed(_)), "{outcome:?}");
}

/// Most mistakes that the suite finds by its own cases are found by the fuzzer as well.
#[test]
fn most_planted_mistakes_are_found() {
    let limit = if cfg!(debug_assertions) { 100 } else { 3_000 };
    let missed: Vec<_> = Bug::ALL
        .iter()
        .copied()
        .filter(|bug| {
            let bug = *bug;
            let suite = Suite::new("wrong", move || make(Some(bug))).strict(true);
            // A panic in `Drop` is nobody's answer, and ends a fuzzer as it ends a host.
            std::panic::catch_unwind(AssertUnwindSafe(|| findings(&suite, limit)))
                .is_ok_and(|found| found.is_none())
        })
        .map(Bug::id)
        .collect();
    let share = missed.len() * 100 / Bug::ALL.len();
    eprintln!("{} of {} missed: {missed:?}", missed.len(), Bug::ALL.len());
    assert!(share <= 50, "{share} % are missed: {missed:?}");
}

#[test]
fn most_inputs_are_still_messages() {
    let suite = derived();
    let codec = HeaderCodec::<CartHeader>::new();
    let is_message = |input: &Input| {
        let schema = codec.schema(input.direction).unwrap();
        let outcome = layout::read(&schema, input.direction, &input.stream).outcome;
        matches!(outcome, Outcome::Message(..))
    };
    let seeds = seeds(&suite);
    let inputs = fuzz::inputs(&suite, &seeds);
    let messages = inputs.take(3000).filter(is_message).count();
    assert!(messages > 900, "{messages} of 3000");
    assert!(messages < 3000, "some must be wrong");
}

#[test]
fn the_mutator_keeps_to_the_room_that_it_has() {
    let suite = derived();
    let mut plain = 0;
    let seeds = seeds(&suite);
    let inputs = fuzz::inputs(&suite, &seeds).take(500);
    for (round, input) in (0..).zip(inputs) {
        let bytes = input.to_bytes();
        let most = bytes.len() + usize::from(round % 2 == 0) * 20;
        let mut data = bytes.clone();
        data.resize(most, 0);
        let same = |data: &mut [u8], size: usize, most: usize| {
            data.fill(b'p');
            size.min(most)
        };
        let size = fuzz::mutate_in_place(&suite, &mut data, bytes.len(), most, round, same);
        assert!(size <= most);
        plain += usize::from(data.first() == Some(&b'p') && data.last() == Some(&b'p'));
    }
    assert!(
        (20..450).contains(&plain),
        "{plain} of 500 by the fuzzer's own mutation"
    );
}
