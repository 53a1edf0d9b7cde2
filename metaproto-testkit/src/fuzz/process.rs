//! Fuzzing without a fuzzer: in a test, on stable, blind to coverage.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use metaproto_codec::Direction;

use super::case::{Cases, starts_with_message};
use super::input::Input;
use super::mutate::mutate;
use super::run::{account, broken};
use crate::conformance::Suite;
use crate::conformance::bench::{Bench, DIRECTIONS, effort};
use crate::conformance::case::Case;
use crate::conformance::{files, variable};

/// Inputs of a test run for each unit of effort, of which an ordinary one has 100.
const INPUTS: usize = 2;

/// Longest seed, and longest message that one grows to, bytes: what is longer costs more than it finds.
const LONGEST: usize = 4096;
const GROWN: usize = 1024;

/// The test `fuzz_in_process`: changes [`seeds`] by the schema and tries what comes out, the same inputs at every run.
///
/// Tries 200 inputs, twice as many as `METAPROTO_CASES` says, or as many as there is time for in the seconds that
/// `METAPROTO_FUZZ_SECONDS` says. With `METAPROTO_SEEDS=DIR` it writes
/// the seeds to this directory instead, for a fuzzer to start from.
///
/// # Panics
///
/// If the codec breaks a rule, or a vector cannot be read, or the seeds cannot be written.
pub fn in_process(suite: &Suite) {
    if files::replayed().is_some() {
        return;
    }
    let seeds = match seeds(suite) {
        Ok(seeds) => seeds,
        Err(why) => panic!("{why}"),
    };
    if let Some(directory) = files::from_workspace("METAPROTO_SEEDS") {
        if let Err(error) = write(&directory, &seeds) {
            panic!("cannot write seeds to {}: {error}", directory.display());
        }
        return;
    }
    let budget = match variable::number("METAPROTO_FUZZ_SECONDS", "60") {
        Some(seconds) => (usize::MAX, Some(Duration::from_secs(seconds))),
        None => (INPUTS * effort(), None),
    };
    // What is made under the same lock comes first.
    let _ = suite.bench();
    let _shared = Suite::shared();
    let run = explore(suite, &seeds, budget);
    // Not `eprintln!`, which the test harness keeps to itself.
    let _ = std::io::stderr().write_all(run.to_string().as_bytes());
    if let Some(text) = run.found {
        println!("{text}");
        panic!("a rule is broken");
    }
}

/// What came of fuzzing for a while.
pub(super) struct Run {
    name: String,
    pub(super) inputs: usize,
    pub(super) messages: usize,
    took: Duration,
    /// The account of what is broken.
    pub(super) found: Option<String>,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.took.as_secs_f64();
        let inputs = self.inputs;
        writeln!(
            f,
            "metaproto fuzz: {}: {inputs} inputs in {seconds:.1} s ({:.0} per second), {} of them messages by the schema, {}",
            self.name,
            inputs as f64 / seconds.max(0.001),
            self.messages,
            if self.found.is_some() {
                "1 FINDING"
            } else {
                "no finding"
            }
        )
    }
}

/// Tries changed seeds, at most so many and, if that is stated, for so long.
pub(super) fn explore(
    suite: &Suite,
    seeds: &[Input],
    (most, time): (usize, Option<Duration>),
) -> Run {
    let started = Instant::now();
    let mut inputs = inputs(suite, seeds);
    let mut run = Run {
        name: suite.subject.name.clone(),
        inputs: 0,
        messages: 0,
        took: Duration::ZERO,
        found: None,
    };
    while run.inputs < most
        && time.is_none_or(|time| started.elapsed() < time)
        && run.found.is_none()
        && let Some(input) = inputs.next()
    {
        let cases = Cases::new(&suite.subject, &input);
        run.inputs += 1;
        run.messages += usize::from(cases.starts_with_message());
        run.found =
            broken(suite, &cases).map(|(rule, case, finding)| account(suite, rule, case, finding));
    }
    run.took = started.elapsed();
    run
}

/// Inputs without an end, made of the seeds: each is changed again and again, mostly as long as it is a message. The same
/// seeds give the same inputs.
pub fn inputs<'s>(suite: &'s Suite, seeds: &'s [Input]) -> impl Iterator<Item = Input> + use<'s> {
    let mut dice = fastrand::Rng::with_seed(0x0066_757A);
    let mut grown = seeds.to_vec();
    if grown.is_empty() {
        // There is still noise.
        grown.push(Input::new(Direction::ClientToServer, []));
    }
    (0..grown.len()).cycle().map(move |index| {
        let input = mutate(suite, &grown[index], GROWN, dice.u64(..));
        let message = starts_with_message(&suite.subject, input.direction, &input.stream);
        let again = dice.u8(..32) == 0 || !message && dice.bool();
        grown[index] = match seeds.get(index).filter(|_| again) {
            Some(seed) => seed.clone(),
            None => input.clone(),
        };
        input
    })
}

/// Inputs to start from: the suite's vectors, and messages made from the schema that differ as much as possible.
///
/// # Errors
///
/// A vector that cannot be read.
pub fn seeds(suite: &Suite) -> Result<Vec<Input>, String> {
    let bench = suite.bench().as_ref().map_err(Clone::clone)?;
    let mut seeds = recorded(bench);
    for direction in DIRECTIONS {
        for frame in bench.some(direction, 24) {
            seeds.push(Input::new(direction, frame.bytes));
        }
    }
    let mut seen = std::collections::HashSet::new();
    seeds.retain(|seed| seed.stream.len() <= LONGEST && seen.insert(seed.to_bytes()));
    Ok(seeds)
}

/// The streams of the vectors, in their chunks and with their first change.
fn recorded(bench: &Bench) -> Vec<Input> {
    let vectors = bench.vectors.iter().flat_map(|(_, file)| &file.vectors);
    let input = |vector| {
        let case = Case::from_vector(vector, &"a vector".into());
        let mut input = Input::new(case.direction, case.stream());
        let sizes = case.chunks.iter().take(64);
        input.chunks = sizes
            .map(|size| u16::try_from(*size).unwrap_or(u16::MAX))
            .collect();
        input.changes = case
            .mutation
            .changes()
            .map(|(key, change)| {
                let value = match change {
                    metaproto_codec::Change::Set(value) => Some(value.to_owned()),
                    metaproto_codec::Change::Remove => None,
                };
                (super::Key::Named(key.to_owned()), value)
            })
            .collect();
        input.id = case.mutation.request_id().cloned();
        input
    };
    vectors.map(input).collect()
}

/// A file for each seed, named by what is in it.
fn write(directory: &Path, seeds: &[Input]) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    for seed in seeds {
        let bytes = seed.to_bytes();
        let name = format!("{:08x}", files::hash(&bytes));
        std::fs::write(directory.join(name), bytes)?;
    }
    let count = seeds.len();
    let text = format!("metaproto fuzz: {count} seeds in {}\n", directory.display());
    std::io::stderr().write_all(text.as_bytes())
}
