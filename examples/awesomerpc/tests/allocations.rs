//! In steady state a message costs no allocation: decode, find the route, encode unchanged.

mod common;

use std::alloc::System;

use awesomerpc::AwesomeRpc;
use bytes::Buf;
use common::{request, session};
use metaproto_codec::{Codec, Direction, Metadata, Mutation, Next, Output};
use metaproto_testkit::proxy::{Match, Route, Routes};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn a_message_costs_no_allocation() {
    let codec = AwesomeRpc::default();
    let mut session = session(Direction::ClientToServer);
    let routes = Routes::new(vec![
        Route::to("other", "a").when(Match::exact("cmd", "7")),
        Route::to("hundred", "b").when(Match::prefix("CMD", "10")),
    ])
    .unwrap();
    let mut metadata = Metadata::default();
    let mut output = Output::new();
    let mutation = Mutation::new();
    let batch: Vec<u8> = (0..10)
        .flat_map(|id| request(id, 100, b"hello, world"))
        .collect();

    let mut pass = |batches: usize| {
        let mut found = 0;
        for _ in 0..batches {
            // Two reads, the first of which ends within a message.
            for piece in batch.chunks(batch.len() / 2 + 3) {
                session.receive(piece);
                while let Next::Message { .. } = session.next_message(&mut metadata).unwrap() {
                    found += usize::from(routes.find(&metadata) == Some("hundred"));
                    codec.encode(&metadata, &mutation, &mut output).unwrap();
                    output.advance(output.remaining());
                }
            }
        }
        found
    };
    assert_eq!(pass(100), 1000, "warm-up");

    // The test harness may allocate at the same time, on a thread of its own: the least of some runs is the codec's own.
    let least = (0..8)
        .map(|_| {
            let region = Region::new(ALLOCATOR);
            assert_eq!(pass(200), 2000);
            let change = region.change();
            change.allocations + change.reallocations
        })
        .min();
    assert_eq!(least, Some(0));
}
