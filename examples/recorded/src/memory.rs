//! What inputs cost in memory.

use std::alloc::System;

use metaproto_codec::{Codec, Direction, Limits, Metadata, Next, Session};
use stats_alloc::{Region, StatsAlloc};

use crate::Report;

/// Checks what a session over a codec of `make` allocates for each input, fed byte by byte: at most `allowed` bytes, all
/// in all, for so many bytes received. An input is a name, a direction, and bytes.
///
/// The counters are those of the whole process: `allocator` is its global one, and the test that calls this is the only
/// one in its file.
pub fn check_memory<'a>(
    make: &dyn Fn() -> Box<dyn Codec>,
    allocator: &'static StatsAlloc<System>,
    inputs: impl IntoIterator<Item = (&'a str, Direction, &'a [u8])>,
    allowed: impl Fn(usize) -> usize,
) -> Report {
    let mut report = Report::default();
    for (name, direction, bytes) in inputs {
        report.checked += 1;
        // The test harness may allocate at the same time: the least of some runs is the session's own.
        let runs = (0..3).map(|_| allocated(make, allocator, direction, bytes));
        let allocated = runs.min().unwrap_or(usize::MAX);
        let allowed = allowed(bytes.len());
        if allocated > allowed {
            let received = bytes.len();
            report.add(
                name,
                [format!(
                    "{allocated} bytes for {received} received, of {allowed} allowed"
                )],
            );
        }
    }
    report
}

fn allocated(
    make: &dyn Fn() -> Box<dyn Codec>,
    allocator: &'static StatsAlloc<System>,
    direction: Direction,
    bytes: &[u8],
) -> usize {
    let region = Region::new(allocator);
    let mut session = Session::new(make(), direction, Limits::default());
    let mut metadata = Metadata::new(direction);
    for byte in bytes.chunks(1) {
        session.receive(byte);
        let end = loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { .. }) => {}
                end => break end,
            }
        };
        // A host closes the connection.
        if end.is_err() {
            break;
        }
    }
    region.change().bytes_allocated
}
