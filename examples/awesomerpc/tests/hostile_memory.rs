//! What a peer claims costs nothing: memory is bounded by the bytes that came.

mod common;

use std::alloc::System;

use common::{files, request_of_length, session};
use metaproto_codec::{Direction, Metadata, Next};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn memory_is_a_small_multiple_of_the_bytes_received() {
    let samples = files("hostile", Some("bin"))
        .into_iter()
        .map(|file| std::fs::read(file).unwrap());
    let lengths = [
        0,
        12,
        13,
        1 << 16,
        4 << 20,
        (4 << 20) + 1,
        0x8000_0000,
        u32::MAX,
    ]
    .map(request_of_length);
    for input in samples.chain(lengths) {
        let session_takes = || {
            let region = Region::new(ALLOCATOR);
            let mut session = session(Direction::ClientToServer);
            let mut metadata = Metadata::default();
            for byte in input.chunks(1) {
                session.receive(byte);
                while let Ok(Next::Message { .. }) = session.next_message(&mut metadata) {}
            }
            region.change().bytes_allocated
        };
        // The test harness may allocate at the same time: the least of some runs is the session's own.
        let allocated = (0..3).map(|_| session_takes()).min().unwrap_or(usize::MAX);
        assert!(
            allocated <= 16 * input.len() + 4096,
            "{allocated} bytes for {} received",
            input.len()
        );
    }
}
