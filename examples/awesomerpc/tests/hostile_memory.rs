//! What a peer claims costs nothing: memory is bounded by the bytes that came.

mod common;

use std::alloc::System;

use common::{Awesome, directory, request_of_length};
use metaproto_codec::Direction;
use recorded::{Protocol, check_memory, hostile};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn memory_is_a_small_multiple_of_the_bytes_received() {
    let lengths = [
        0,
        12,
        13,
        1 << 16,
        4 << 20,
        (4 << 20) + 1,
        1 << 31,
        u32::MAX,
    ];
    let lengths = lengths.map(|length| (format!("pack_len {length}"), request_of_length(length)));
    let samples = hostile(&directory("hostile")).into_iter();
    let samples = samples.map(|sample| (sample.name, sample.bytes));
    let inputs: Vec<(String, Vec<u8>)> = samples.chain(lengths).collect();
    let inputs = inputs.iter();
    let inputs = inputs.map(|(name, bytes)| (&**name, Direction::ClientToServer, &**bytes));
    let allowed = |received| 16 * received + 4096;
    check_memory(&|| Awesome.codec(), ALLOCATOR, inputs, allowed).assert_at_least(19);
}
