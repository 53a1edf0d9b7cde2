//! In steady state a message costs no allocation: decode with all its attachments, look at them, encode unchanged.

mod common;
mod hessian;

use std::alloc::System;

use bytes::Buf;
use common::request;
use dubbo::Dubbo;
use hessian::Encoder;
use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, Session};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A request with 16 attachments, one of which is not ASCII.
fn message() -> Vec<u8> {
    let mut encoder = Encoder::default();
    for text in [
        "2.0.2",
        "demo.Vault",
        "0.0.0",
        "put",
        "Ljava/lang/String;",
        "hello",
    ] {
        encoder.text(text);
    }
    encoder.out.push(b'H');
    for index in 0..15 {
        encoder.text(&format!("key-{index}"));
        encoder.text("a value");
    }
    encoder.text("tenant");
    encoder.text("蓝😀");
    encoder.out.push(b'Z');
    request(&encoder.out)
}

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn a_message_costs_no_allocation() {
    let codec = Dubbo::default();
    let mut session = Session::new(
        Dubbo::default(),
        Direction::ClientToServer,
        Limits::default(),
    );
    let mut metadata = Metadata::default();
    let mut output = Output::new();
    let mutation = Mutation::new();
    let batch = message().repeat(10);

    let mut pass = |batches: usize| {
        let mut found = 0;
        for _ in 0..batches {
            // Two reads, the first of which ends within a message.
            for piece in batch.chunks(batch.len() / 2 + 3) {
                session.receive(piece);
                while let Next::Message { .. } = session.next_message(&mut metadata).unwrap() {
                    let tenant = metadata.get("tenant").unwrap();
                    found += usize::from(tenant == metaproto_codec::Value::Text("蓝😀"));
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
