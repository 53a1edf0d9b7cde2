//! What a peer claims costs nothing: memory is bounded by the bytes that came.

mod common;

use std::alloc::System;

use common::{Recorded, directory};
use recorded::{Protocol, check_memory, hostile};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn memory_is_a_small_multiple_of_the_bytes_received() {
    let samples = hostile(&directory("hostile"));
    let inputs = samples.iter();
    let inputs = inputs.map(|sample| (&*sample.name, sample.direction, &*sample.bytes));
    // After an error, each further byte is answered by that error once more, in a box of its own.
    let allowed = |received| 256 * received + 4096;
    let make = || Recorded::default().codec();
    check_memory(&make, ALLOCATOR, inputs, allowed).assert_at_least(84);
}
