//! In steady state, what is decoded costs no allocation, its properties included.

mod common;

use std::alloc::System;

use common::directory;
use metaproto_codec::{Direction, Limits, Metadata, Next, Session};
use recorded::cases;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use trpc::TrpcRpc;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn a_message_costs_no_allocation() {
    let cases = cases(&directory("recorded"));
    for direction in [Direction::ClientToServer, Direction::ServerToClient] {
        let mut session = Session::new(TrpcRpc, direction, Limits::default());
        let mut metadata = Metadata::new(direction);
        let small = cases.iter().map(|case| case.bytes(direction));
        let stream: Vec<u8> = small
            .filter(|bytes| bytes.len() < 4096)
            .flatten()
            .copied()
            .collect();
        let mut pass = || {
            let mut seen = 0;
            session.receive(&stream);
            while let Next::Message { .. } = session.next_message(&mut metadata).unwrap() {
                seen += metadata
                    .properties()
                    .map(|(key, _)| key.len())
                    .sum::<usize>();
            }
            seen
        };
        let seen: usize = (0..100).map(|_| pass()).sum();
        assert!(seen > 1000, "warm-up");
        // The test harness may allocate at the same time, on a thread of its own: the least of some runs is the codec's own.
        let least = (0..8).map(|_| {
            let region = Region::new(ALLOCATOR);
            (0..10).for_each(|_| assert_eq!(pass() * 100, seen));
            let change = region.change();
            change.allocations + change.reallocations
        });
        assert_eq!(least.min(), Some(0), "{direction}");
    }
}
