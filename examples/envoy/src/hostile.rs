//! Bytes that no well-behaved peer sends: those that the codecs are tested with, and random ones.

use std::path::PathBuf;

use anyhow::{Context, Result};
use metaproto_codec::{Direction, Limits, Metadata, Next, Session};

use crate::wire::Wire;

/// Random inputs, and the most bytes of one.
const RANDOM: u64 = 40;
const LONGEST: u64 = 4096;

/// All inputs for a protocol; random ones alone where there is no collection.
pub(crate) fn inputs(wire: &dyn Wire) -> Result<Vec<Vec<u8>>> {
    let directory: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        wire.codec_name(),
        "tests/hostile",
    ]
    .iter()
    .collect();
    let mut inputs: Vec<Vec<u8>> = (0..RANDOM).map(random).collect();
    if wire.codec_name() == "in-order" {
        return Ok(inputs);
    }
    let files = std::fs::read_dir(&directory).context("no hostile inputs")?;
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|end| end == "bin") {
            inputs.push(std::fs::read(path)?);
        }
    }
    Ok(inputs)
}

/// Of these inputs, how many are refused when they travel in `direction` on a connection each, which then ends.
pub(crate) fn refused(wire: &dyn Wire, direction: Direction, inputs: &[Vec<u8>]) -> usize {
    let is_refused = |input: &&Vec<u8>| {
        let mut session = Session::new(wire.codec(), direction, Limits::default());
        let mut metadata = Metadata::new(direction);
        session.receive(input);
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { .. }) => {}
                Ok(Next::Wait { .. }) => return session.finish().is_err(),
                Err(_) => return true,
            }
        }
    };
    inputs.iter().filter(is_refused).count()
}

/// The same bytes for the same seed.
fn random(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let length = 1 + next() % LONGEST;
    (0..length).map(|_| next().to_le_bytes()[3]).collect()
}
