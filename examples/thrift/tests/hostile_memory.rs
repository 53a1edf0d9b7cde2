//! What a peer claims costs nothing: memory is bounded by the bytes that came, or, where they were deflated, by a constant.

mod common;

use std::alloc::System;
use std::io::Write as _;

use common::directory;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use metaproto_codec::Direction;
use recorded::{check_memory, hostile};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use thrift::Thrift;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A frame of some KiB that becomes 20 MiB.
fn bomb() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"\x82\x21\x07\x04echo").unwrap();
    for _ in 0..20 {
        encoder.write_all(&[0x11; 1 << 20]).unwrap();
    }
    let deflated = encoder.finish().unwrap();
    let header = b"\x0F\xFF\0\0\0\0\0\0\0\x01\x02\x01\x01\0";
    let mut frame = ((header.len() + deflated.len()) as u32)
        .to_be_bytes()
        .to_vec();
    frame.extend(header);
    frame.extend(deflated);
    frame
}

// The counters are those of the whole process: this must stay the only test in this file.
#[test]
fn memory_is_bounded() {
    let bomb = bomb();
    let inputs = hostile(&directory("hostile"));
    let inputs = inputs.iter();
    let inputs = inputs.map(|input| (&*input.name, input.direction, &input.bytes[..]));
    let bombs = [("bomb", Direction::ClientToServer, &bomb[..])];
    // A decoder of zlib, and the start of a message.
    let fixed = 512 << 10;
    let codec = || Box::new(Thrift::new()) as _;
    check_memory(&codec, ALLOCATOR, inputs.chain(bombs), |received| {
        fixed + 16 * received
    })
    .assert_at_least(100);
}
