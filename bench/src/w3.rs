//! W3: a header that varies in length, with texts and a list of pairs, before a payload. Big-endian.
//!
//! ```text
//! u16 header length, u32 body length, text service, text method, u16 count, count x (text key, text value), body
//! ```
//!
//! A text is a u16 and so many bytes of UTF-8. The header length covers the header from its first byte on; bytes in it
//! after the last pair are skipped.

mod binrw;
mod bytes;
mod deku;
mod hand;
mod limit;
mod nom;
mod ours;
mod speedy;
mod winnow;

use std::hint::black_box;

use ::bytes::Bytes;
pub(crate) use ours::CallHeader;
use ours::ToCall as _;

use crate::task::Task;

/// What every contender reads and writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Call {
    service: String,
    method: String,
    pairs: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Bytes up to the first text: both lengths.
const LENGTHS: usize = 6;

/// The most that the header may have, bytes.
const MAX_HEADER: u16 = 16 << 10;

/// The most that the body may have, bytes.
const MAX_BODY: u32 = 16 << 20;

/// The most pairs.
const MAX_PAIRS: u16 = 64;

/// Someone who decodes.
struct Decode<B: ?Sized> {
    /// Decodes, shows the value to the optimizer, and drops it; `false` where the bytes are no message.
    measured: fn(&B) -> bool,
    /// Decodes and copies everything out of the value, for the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by tests alone"))]
    checked: fn(&B) -> Option<Call>,
}

impl<B: ?Sized> Clone for Decode<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: ?Sized> Copy for Decode<B> {}

/// Prepares the call as the contender has it, and gives what appends its message.
type Prepare = fn(&Call) -> Encode;

/// Appends the message; `false` where it cannot be written.
type Encode = Box<dyn Fn(&mut Vec<u8>) -> bool>;

/// Makes a [`Decode`] of a function from bytes to an option of a value that has `to_call`.
macro_rules! decode {
    ($decode:path) => {
        Decode {
            measured: |bytes| match $decode(bytes) {
                Some(call) => {
                    black_box(&call);
                    true
                }
                None => false,
            },
            checked: |bytes| Some($decode(bytes)?.to_call()),
        }
    };
}

const BORROW: &[(&str, Decode<[u8]>)] = &[
    ("hand", decode!(hand::borrow)),
    ("limit", decode!(limit::borrow)),
    ("ours view", decode!(ours::borrow)),
    ("speedy", decode!(speedy::borrow)),
    ("nom", decode!(nom::borrow)),
    ("winnow", decode!(winnow::borrow)),
];

const OWN: &[(&str, Decode<[u8]>)] = &[
    ("hand", decode!(hand::own)),
    ("limit", decode!(limit::own)),
    ("ours owned", decode!(ours::own)),
    ("speedy", decode!(speedy::own)),
    ("bytes", decode!(bytes::own)),
    ("binrw", decode!(binrw::own)),
    ("deku", decode!(deku::own)),
];

const SHARE: &[(&str, Decode<Bytes>)] = &[
    ("hand", decode!(bytes::share)),
    ("limit", decode!(limit::share)),
    ("ours view", decode!(ours::share)),
];

const ENCODE: &[(&str, Prepare)] = &[
    ("hand", hand::encoder),
    ("limit", limit::encoder),
    ("ours", ours::encoder),
    ("speedy", speedy::encoder),
    ("bytes", bytes::encoder),
    ("binrw", binrw::encoder),
    ("deku", deku::encoder),
];

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        borrow(
            "w3-borrow",
            "decode 266 bytes of header, all ASCII, without copying texts",
            short(),
        ),
        borrow(
            "w3-borrow-long",
            "the same with texts of 128 bytes and more, whose lengths are not ASCII",
            long(),
        ),
        borrow(
            "w3-borrow-unicode",
            "the same with texts that are not ASCII",
            unicode(),
        ),
        own(),
        share(),
        encode(),
    ]
}

fn borrow(name: &'static str, about: &'static str, call: Call) -> Task {
    Task::new(name, about, idle(), BORROW, |decode| {
        repeat(decode, written(&call))
    })
}

fn own() -> Task {
    let about = "decode 266 bytes of header and keep the message beyond the buffer that it came in";
    Task::new("w3-own", about, idle(), OWN, |decode| {
        repeat(decode, written(&short()))
    })
}

fn share() -> Task {
    let about = "decode 266 bytes of header from `Bytes` and keep the message by sharing them";
    Task::new("w3-share", about, idle(), SHARE, |decode| {
        let measured = decode.measured;
        let bytes = Bytes::from(written(&short()));
        // Shared once more, so that what promotes it to shared is no part of the figures.
        let other = bytes.clone();
        move |turns| {
            for _ in 0..turns {
                black_box(measured(black_box(&bytes)));
            }
            black_box(&other);
        }
    })
}

fn encode() -> Task {
    let about = "append the message of 366 bytes to a Vec that has room";
    let idle: Prepare = |_| Box::new(|_| true);
    Task::new("w3-encode", about, idle, ENCODE, |prepare| {
        let encode = prepare(&short());
        move |turns| {
            let mut out = Vec::with_capacity(1024);
            for _ in 0..turns {
                out.clear();
                black_box(encode(black_box(&mut out)));
            }
        }
    })
}

/// Does nothing.
fn idle<B: ?Sized>() -> Decode<B> {
    Decode {
        measured: |_| true,
        checked: |_| None,
    }
}

fn repeat(decode: Decode<[u8]>, bytes: Vec<u8>) -> impl Fn(u64) {
    move |turns| {
        for _ in 0..turns {
            black_box((decode.measured)(black_box(&bytes)));
        }
    }
}

/// 266 bytes of header with 8 pairs, and 100 bytes of body.
fn short() -> Call {
    let pairs = [
        ("trace-id", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("span-id", "00f067aa0ba902b7"),
        ("region", "eu-central-1"),
        ("zone", "blue"),
        ("user-agent", "stock-client/2.14"),
        ("tenant", "acme-retail"),
        ("timeout-ms", "1500"),
        ("x-request-id", "7d3f1c2a-0000-017"),
    ];
    Call {
        service: "com.example.inventory.StockService".into(),
        method: "reserveItems".into(),
        pairs: pairs.map(|(key, value)| (key.into(), value.into())).into(),
        body: (0..100).collect(),
    }
}

/// The message of the other tasks.
pub(crate) fn sample() -> Vec<u8> {
    written(&short())
}

/// The message with another region.
#[cfg(test)]
pub(crate) fn changed(region: &str) -> Vec<u8> {
    let mut call = short();
    call.pairs[2].1 = region.into();
    written(&call)
}

/// With values of 128 to 166 bytes.
fn long() -> Call {
    let mut call = short();
    for (_, value) in &mut call.pairs {
        let times = 128_usize.div_ceil(value.len());
        *value = value.repeat(times);
    }
    call
}

/// With letters in every value that are not ASCII.
fn unicode() -> Call {
    let mut call = short();
    for (_, value) in &mut call.pairs {
        value.insert_str(value.len() / 2, "Zürich, 東京");
    }
    call
}

/// The message, byte by byte and by no contender.
fn written(call: &Call) -> Vec<u8> {
    fn text(out: &mut Vec<u8>, text: &str) {
        out.extend_from_slice(&(text.len() as u16).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    let mut rest = Vec::new();
    text(&mut rest, &call.service);
    text(&mut rest, &call.method);
    rest.extend_from_slice(&(call.pairs.len() as u16).to_be_bytes());
    for (key, value) in &call.pairs {
        text(&mut rest, key);
        text(&mut rest, value);
    }
    let header = ((LENGTHS + rest.len()) as u16).to_be_bytes();
    let body = (call.body.len() as u32).to_be_bytes();
    [&header[..], &body, &rest, &call.body].concat()
}

#[cfg(test)]
mod tests;
