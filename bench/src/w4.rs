//! W4: a stream of messages, each the header of W1 and 100 bytes, that arrives in chunks of one size.

mod binrw;
mod bytes;
mod deku;
mod gather;
mod hand;
mod limit;
mod nom;
mod ours;
mod tokio_util;
mod winnow;
mod zerocopy;

use std::hint::black_box;

use ::bytes::Bytes;

use crate::task::{Contender, Run, Task};
use crate::w1;

/// Messages in the stream.
const MESSAGES: u32 = 10_000;

/// Bytes after the header.
const PAYLOAD: usize = 100;

/// The most that a header may state, bytes; the least is the header itself.
const MAX_FRAME: u32 = 4 << 20;

/// Finds the messages in a stream.
trait Framer: Default {
    /// Takes in what arrived and hands every whole message on, with its id and its command; `false` where the bytes are
    /// no messages.
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool;

    /// As [`feed`](Self::feed), with bytes that may be kept.
    #[inline(always)]
    fn feed_shared(&mut self, chunk: Bytes, sink: &mut impl Sink) -> bool {
        self.feed(&chunk, sink)
    }

    /// Bytes that wait for the rest of their message.
    fn left(&self) -> usize;
}

/// Takes messages.
trait Sink: Default {
    fn message(&mut self, flow: u32, cmd: i16, payload: &[u8]);
}

/// Uses what it gets as cheaply as can be.
#[derive(Default)]
struct Tally {
    bytes: usize,
    numbers: u32,
}

impl Sink for Tally {
    #[inline(always)]
    fn message(&mut self, flow: u32, cmd: i16, payload: &[u8]) {
        self.bytes += payload.len();
        self.numbers = self.numbers.wrapping_add(flow).wrapping_add(cmd as u32);
    }
}

/// Does nothing, for the cost of cutting the stream.
#[derive(Default)]
struct Idle;

impl Framer for Idle {
    #[inline(always)]
    fn feed(&mut self, _chunk: &[u8], _sink: &mut impl Sink) -> bool {
        true
    }

    fn left(&self) -> usize {
        0
    }
}

macro_rules! for_each_framer {
    ($apply:ident) => {
        vec![
            $apply!("hand", hand::Hand),
            $apply!("limit", limit::Limit),
            $apply!("ours in place", ours::InPlace),
            $apply!("ours session", ours::Sharing),
            $apply!("ours session copying", ours::Session),
            $apply!("zerocopy", gather::Gather<zerocopy::Parser>),
            $apply!("winnow", gather::Gather<winnow::Parser>),
            $apply!("nom", gather::Gather<nom::Parser>),
            $apply!("bytes split_to", bytes::SplitTo),
            $apply!("LengthDelimitedCodec", tokio_util::LengthDelimited),
            $apply!("binrw", gather::Gather<binrw::Parser>),
            $apply!("deku", gather::Gather<deku::Parser>),
        ]
    };
}

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    let stream = Bytes::from(stream(MESSAGES));
    [
        ("w4-65536", 65536),
        ("w4-1460", 1460),
        ("w4-64", 64),
        ("w4-7", 7),
        ("w4-1", 1),
    ]
    .map(|(name, chunk)| task(name, &stream, chunk))
    .into()
}

fn task(name: &'static str, stream: &Bytes, chunk: usize) -> Task {
    macro_rules! contender {
        ($name:expr, $framer:ty) => {
            Contender {
                name: $name,
                run: run::<$framer>(stream, chunk),
            }
        };
    }
    Task {
        name,
        about: "find the messages of a stream that arrives in chunks of so many bytes; per message",
        operations: MESSAGES.into(),
        turns: 1,
        idle: run::<Idle>(stream, chunk),
        contenders: for_each_framer!(contender),
    }
}

fn run<F: Framer>(stream: &Bytes, chunk: usize) -> Run {
    let stream = stream.clone();
    Box::new(move |turns| {
        for _ in 0..turns {
            black_box(drive::<F, Tally>(&stream, chunk).is_some());
        }
    })
}

/// What the sink holds when the stream, cut in chunks, has ended after a whole message.
fn drive<F: Framer, S: Sink>(stream: &Bytes, chunk: usize) -> Option<S> {
    let (mut framer, mut sink) = (F::default(), S::default());
    let mut rest = stream.clone();
    while !rest.is_empty() {
        let chunk = rest.split_to(black_box(chunk).min(rest.len()));
        if !feed(&mut framer, black_box(chunk), &mut sink) {
            return None;
        }
    }
    black_box(&mut sink);
    (framer.left() == 0).then_some(sink)
}

#[inline(never)]
fn feed<F: Framer, S: Sink>(framer: &mut F, chunk: Bytes, sink: &mut S) -> bool {
    framer.feed_shared(chunk, sink)
}

/// The bytes of `messages` messages.
fn stream(messages: u32) -> Vec<u8> {
    let mut stream = Vec::new();
    for number in 0..messages {
        message(number, PAYLOAD, &mut stream);
    }
    stream
}

/// Appends message `number`, all fields and bytes of which depend on it.
fn message(number: u32, payload: usize, stream: &mut Vec<u8>) {
    let length = w1::LEN + payload;
    stream.push(1);
    stream.extend_from_slice(&number.to_be_bytes());
    stream.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    stream.extend_from_slice(&(number as i16).to_be_bytes());
    stream.extend_from_slice(&[0, 0]);
    stream.extend((0..payload).map(|index| (number as usize + index) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, PartialEq)]
    struct Messages(Vec<(u32, i16, Vec<u8>)>);

    impl Sink for Messages {
        fn message(&mut self, flow: u32, cmd: i16, payload: &[u8]) {
            self.0.push((flow, cmd, payload.to_vec()));
        }
    }

    type Drive = fn(&Bytes, usize) -> Option<Messages>;

    fn framers() -> Vec<(&'static str, Drive)> {
        macro_rules! drive {
            ($name:expr, $framer:ty) => {
                ($name, drive::<$framer, Messages> as Drive)
            };
        }
        for_each_framer!(drive)
    }

    /// Payloads of all sizes that matter to the chunks, none and large ones among them.
    const SIZES: [usize; 12] = [100, 0, 1, 300, 0, 0, 47, 2000, 51, 100, 99, 3];

    #[test]
    fn all_find_all_messages_however_the_stream_is_cut() {
        let mut stream = Vec::new();
        let mut expected = Messages::default();
        for (number, size) in (40_000..).zip(SIZES) {
            let start = stream.len() + w1::LEN;
            message(number, size, &mut stream);
            let payload = stream[start..].to_vec();
            expected.0.push((number, number as i16, payload));
        }
        let stream = Bytes::from(stream);
        for (name, drive) in framers() {
            for chunk in (1..140).chain([512, 1460, stream.len()]) {
                let found = drive(&stream, chunk);
                assert!(found.as_ref() == Some(&expected), "{name}: {chunk}");
            }
        }
    }

    #[test]
    fn all_wait_for_the_end_of_a_message() {
        let stream = Bytes::from(stream(2));
        for (name, drive) in framers() {
            for (length, chunk) in (1..stream.len()).flat_map(|length| [(length, 7), (length, 500)])
            {
                if length != stream.len() / 2 {
                    assert!(
                        drive(&stream.slice(..length), chunk).is_none(),
                        "{name}: {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn all_refuse_lengths_out_of_bounds() {
        for (name, drive) in framers() {
            for length in [0, 12, MAX_FRAME + 1, u32::MAX] {
                let mut stream = stream(3);
                stream[5..9].copy_from_slice(&length.to_be_bytes());
                let stream = Bytes::from(stream);
                for chunk in [1, 7, 64, 339] {
                    assert!(drive(&stream, chunk).is_none(), "{name}: {length}");
                }
            }
        }
    }
}
