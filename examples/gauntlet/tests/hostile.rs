//! Bytes that nobody should send: random ones, spoiled golden messages, huge lengths.

mod common;

use std::alloc::System;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use common::golden;
use gauntlet::hostile::{self, Subject};
use proptest::prelude::*;
use proptest::sample::Index;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The counters are those of the whole process, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_on(subject: &Subject, bytes: &[u8], chunk: usize) {
    (subject.read_fairly)(bytes);
    (subject.cut_in_chunks)(bytes, chunk);
}

/// Every header, with the golden messages of its protocol that are not long.
static SUBJECTS: LazyLock<Vec<(Subject, Vec<Vec<u8>>)>> = LazyLock::new(|| {
    let subjects = hostile::SUBJECTS.iter().map(|subject| {
        let messages = golden(subject.protocol, |_| true).into_iter();
        let short = messages
            .map(|message| message.bytes)
            .filter(|bytes| bytes.len() < 2000);
        (*subject, short.collect())
    });
    subjects.collect()
});

/// The bytes with `with` at `at`, as far as they reach.
fn overwritten(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte) in bytes.iter_mut().skip(at).zip(with) {
        *place = *byte;
    }
    bytes
}

/// Lengths, big-endian or little-endian, that are more than anyone sends or not what they should be.
const HUGE: [&[u8]; 9] = [
    &[0xFF; 8],
    &[0xFF; 4],
    &[0xFF; 2],
    &[0x7F, 0xFF, 0xFF, 0xFF],
    &[0x80, 0, 0, 0],
    &[0xFF, 0xFF, 0xFF, 0x7F],
    &[0, 0, 0, 0x80],
    &[0; 4],
    &[0; 1],
];

#[test]
fn golden_messages_with_huge_lengths_are_read_fairly() {
    let _alone = alone();
    for (subject, messages) in &*SUBJECTS {
        for message in messages {
            for at in 0..message.len().min(64) {
                for huge in HUGE {
                    try_on(subject, &overwritten(message, at, huge), 5);
                }
            }
        }
    }
}

#[test]
fn golden_messages_one_after_another_are_the_same_in_chunks() {
    let _alone = alone();
    for (subject, messages) in &*SUBJECTS {
        let stream = messages.concat();
        for chunk in [1, 2, 7, 64] {
            (subject.cut_in_chunks)(&stream, chunk);
        }
    }
}

#[test]
fn memory_is_a_small_multiple_of_the_bytes() {
    let _alone = alone();
    for (subject, messages) in &*SUBJECTS {
        for message in messages {
            let spoiled = (0..message.len().min(64))
                .flat_map(|at| HUGE.map(|huge| overwritten(message, at, huge)));
            for bytes in spoiled.chain([message.clone()]) {
                let bytes = Bytes::from(bytes);
                let takes = || {
                    let region = Region::new(ALLOCATOR);
                    (subject.read)(&bytes);
                    region.change().bytes_allocated
                };
                // The test harness may allocate at the same time, on a thread of its own: the least of some runs counts.
                let least = (0..3).map(|_| takes()).min().unwrap_or(usize::MAX);
                assert!(
                    least <= 8 * bytes.len() + 512,
                    "{}: {least} bytes for {bytes:02x?}",
                    subject.protocol
                );
            }
        }
    }
}

/// A change to a message.
#[derive(Clone, Debug)]
enum Spoil {
    Set(Index, u8),
    Flip(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Cut(Index),
}

impl Spoil {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Set(at, byte) => bytes[at.index(length)] = *byte,
            Self::Flip(at, bit) => bytes[at.index(length)] ^= 1 << (bit % 8),
            Self::Insert(at, byte) => bytes.insert(at.index(length), *byte),
            Self::Remove(at) => drop(bytes.remove(at.index(length))),
            Self::Cut(at) => bytes.truncate(at.index(length)),
        }
    }
}

fn spoils() -> impl Strategy<Value = Vec<Spoil>> {
    let at = any::<Index>;
    let byte = || {
        prop_oneof![
            any::<u8>(),
            prop::sample::select(vec![0, 1, 0x7F, 0x80, 0xFF])
        ]
    };
    let spoil = prop_oneof![
        4 => (at(), byte()).prop_map(|(at, byte)| Spoil::Set(at, byte)),
        4 => (at(), any::<u8>()).prop_map(|(at, bit)| Spoil::Flip(at, bit)),
        1 => (at(), byte()).prop_map(|(at, byte)| Spoil::Insert(at, byte)),
        1 => at().prop_map(Spoil::Remove),
        1 => at().prop_map(Spoil::Cut),
    ];
    prop::collection::vec(spoil, 1..5)
}

proptest! {
    #[test]
    fn spoiled_golden_messages_are_read_fairly(
        which in any::<Index>(),
        next in any::<Index>(),
        spoils in spoils(),
        chunk in 1_usize..40,
    ) {
        let _alone = alone();
        for (subject, messages) in &*SUBJECTS {
            let mut bytes = which.get(messages).clone();
            spoils.iter().for_each(|spoil| spoil.apply(&mut bytes));
            bytes.extend(next.get(messages));
            try_on(subject, &bytes, chunk);
        }
    }

    #[test]
    fn random_bytes_are_read_fairly(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        which in any::<Index>(),
        start in 0_usize..24,
        chunk in 1_usize..40,
    ) {
        let _alone = alone();
        for (subject, messages) in &*SUBJECTS {
            try_on(subject, &bytes, chunk);
            let message = which.get(messages);
            let begun = [&message[..start.min(message.len())], &bytes].concat();
            try_on(subject, &begun, chunk);
        }
    }
}
