//! What a peer claims costs nothing: memory is bounded by the bytes that came.

mod common;

use std::alloc::System;

use common::{Trpc, directory};
use recorded::{Protocol, check_memory, hostile};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn memory_is_a_small_multiple_of_the_bytes_received() {
    let inputs = hostile(&directory("hostile"));
    let inputs = inputs
        .iter()
        .map(|input| (&*input.name, input.direction, &*input.bytes));
    // Each byte that comes after an error gives a copy of that error, of some 200 bytes.
    let allowed = |received: usize| 256 * received + 4096;
    check_memory(&|| Trpc.codec(), ALLOCATOR, inputs, allowed).assert_at_least(46);
}
