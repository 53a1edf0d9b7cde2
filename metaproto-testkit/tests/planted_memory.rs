//! The one mistake that no answer shows: room is made for bytes that have not come.

#[path = "planted/mod.rs"]
mod planted;

use std::alloc::System;

use metaproto_codec::{Direction, Metadata};
use planted::{Bug, cart_vectors, make};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn room_is_made_only_by_the_codec_that_believes_a_length() {
    let (direction, mut head) = cart_vectors().swap_remove(0);
    assert_eq!(direction, Direction::ClientToServer);
    head[15..19].copy_from_slice(&0xFFFF_u32.to_be_bytes());
    // The test harness may allocate at the same time: the least of some runs is the codec's own.
    let takes = |bug| {
        let run = |_| {
            let mut codec = make(bug);
            let mut metadata = Metadata::new(direction);
            let region = Region::new(ALLOCATOR);
            codec.decode(&head, &mut metadata).unwrap();
            region.change().bytes_allocated
        };
        (0..3).map(run).min().unwrap_or(usize::MAX)
    };
    let mut allocated = [None, Some(Bug::ReservesByLength)].map(takes);
    allocated.sort_unstable();
    let [right, wrong] = allocated;
    assert!(right <= 16 * head.len(), "{right} bytes allocated");
    assert!(wrong >= 0xFFFF, "{wrong} bytes allocated");
}
