//! In steady state a message costs no allocation: decode, look at its properties, encode unchanged.

use std::alloc::System;

use bytes::Buf;
use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, Session};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use thrift::Thrift;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Calls of `echo`, framed and unframed, binary and compact, and in a THeader frame with two properties.
const CALLS: [&[u8]; 5] = [
    b"\0\0\0\x1A\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x07\x0B\0\x01\0\0\0\x02hi\0",
    b"\0\0\0\x0F\x82\x21\x07\x04echo\x18\x02hi\x15\x02\0",
    b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x07\x0B\0\x01\0\0\0\x02hi\0",
    b"\x82\x21\x07\x04echo\x18\x02hi\x15\x02\0",
    b"\0\0\0\x31\x0F\xFF\0\0\0\0\0\x07\0\x06\x02\0\x01\x02\x06tenant\x04blue\x03tag\x01x\0\0\
      \x82\x21\x07\x04echo\x18\x02hi\x15\x02\0",
];

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn a_message_costs_no_allocation() {
    for call in CALLS {
        let codec = Thrift::new();
        let mut session = Session::new(Thrift::new(), Direction::ClientToServer, Limits::default());
        let mut metadata = Metadata::default();
        let mut output = Output::new();
        let mutation = Mutation::new();
        let batch = call.repeat(10);

        let mut pass = |batches: usize| {
            let mut found = 0;
            for _ in 0..batches {
                // Two reads, the first of which ends within a message.
                for piece in batch.chunks(batch.len() / 2 + 3) {
                    session.receive(piece);
                    while let Next::Message { .. } = session.next_message(&mut metadata).unwrap() {
                        let properties = metadata.properties();
                        assert!(
                            properties.count() > 0
                                && metadata.get("tenant") != metadata.operation()
                        );
                        codec.encode(&metadata, &mutation, &mut output).unwrap();
                        found += output.remaining();
                        output.advance(output.remaining());
                    }
                }
            }
            found
        };
        assert_eq!(pass(100), 100 * batch.len(), "warm-up");

        // The test harness may allocate at the same time: the least of some runs is the codec's own.
        let least = (0..8)
            .map(|_| {
                let region = Region::new(ALLOCATOR);
                pass(200);
                let change = region.change();
                change.allocations + change.reallocations
            })
            .min();
        assert_eq!(least, Some(0), "{call:02x?}");
    }
}
