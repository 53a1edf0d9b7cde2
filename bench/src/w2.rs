//! W2: the header of Dubbo, 16 bytes, big-endian: a magic, three flags and five bits in a byte, a length with a limit.

mod binary_layout;
mod binrw;
mod bytes;
mod deku;
mod hand;
mod limit;
mod nom;
mod ours;
mod packed_struct;
mod scroll;
mod speedy;
mod winnow;
mod zerocopy;

use std::hint::black_box;

use crate::task::Task;

/// What every contender reads and writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) request: bool,
    pub(crate) two_way: bool,
    pub(crate) event: bool,
    /// Five bits.
    pub(crate) serialization: u8,
    pub(crate) status: u8,
    pub(crate) request_id: u64,
    /// At most [`MAX_BODY`].
    pub(crate) body_length: u32,
}

/// Bytes of the header.
const LEN: usize = 16;

const MAGIC: u16 = 0xDABB;

/// The most that the length may state, bytes.
const MAX_BODY: u32 = 16 << 20;

/// The byte of flags, for contenders without bit fields.
impl Fields {
    #[inline(always)]
    fn flags(&self) -> u8 {
        u8::from(self.request) << 7
            | u8::from(self.two_way) << 6
            | u8::from(self.event) << 5
            | self.serialization & 0x1f
    }

    #[inline(always)]
    fn new(flags: u8, status: u8, request_id: u64, body_length: u32) -> Self {
        Self {
            request: flags & 0x80 != 0,
            two_way: flags & 0x40 != 0,
            event: flags & 0x20 != 0,
            serialization: flags & 0x1f,
            status,
            request_id,
            body_length,
        }
    }
}

/// Fills in the fields; `false` where the bytes are no header.
type Decode = fn(&[u8], &mut Fields) -> bool;

/// Appends the header; `false` where it cannot be written.
type Encode = fn(&Fields, &mut Vec<u8>) -> bool;

const DECODE: &[(&str, Decode)] = &[
    ("hand", hand::decode),
    ("limit", limit::decode),
    ("ours view", ours::decode),
    ("zerocopy", zerocopy::decode),
    ("binary-layout", binary_layout::decode),
    ("packed_struct", packed_struct::decode),
    ("scroll", scroll::decode),
    ("speedy", speedy::decode),
    ("bytes", bytes::decode),
    ("nom", nom::decode),
    ("winnow", winnow::decode),
    ("binrw", binrw::decode),
    ("deku", deku::decode),
];

const ENCODE: &[(&str, Encode)] = &[
    ("hand", hand::encode),
    ("limit", limit::encode),
    ("ours", ours::encode),
    ("zerocopy", zerocopy::encode),
    ("binary-layout", binary_layout::encode),
    ("packed_struct", packed_struct::encode),
    ("scroll", scroll::encode),
    ("speedy", speedy::encode),
    ("bytes", bytes::encode),
    ("binrw", binrw::encode),
    ("deku", deku::encode),
];

/// The fields of the sample.
const SAMPLE: Fields = Fields {
    request: true,
    two_way: true,
    event: false,
    serialization: 2,
    status: 20,
    request_id: 0x0102_0304_0506_0708,
    body_length: 0x1234,
};

/// The bytes of the sample, written down and not computed.
const BYTES: &[u8; LEN] = b"\xda\xbb\xc2\x14\x01\x02\x03\x04\x05\x06\x07\x08\0\0\x12\x34";

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        Task::new(
            "w2-decode",
            "decode 16 bytes to a struct, with magic and limit checked",
            |_, _| true,
            DECODE,
            |decode| {
                move |turns| {
                    let mut fields = Fields::default();
                    for _ in 0..turns {
                        black_box(decode(black_box(BYTES), black_box(&mut fields)));
                    }
                }
            },
        ),
        Task::new(
            "w2-encode",
            "append 16 bytes to a Vec that has room",
            |_, _| true,
            ENCODE,
            |encode| {
                move |turns| {
                    let mut out = Vec::with_capacity(64);
                    for _ in 0..turns {
                        out.clear();
                        black_box(encode(black_box(&SAMPLE), black_box(&mut out)));
                    }
                }
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_decode_the_sample_and_refuse_what_is_shorter() {
        for (name, decode) in DECODE {
            let mut fields = Fields::default();
            assert!(decode(BYTES, &mut fields), "{name}");
            assert_eq!(fields, SAMPLE, "{name}");
            for length in 0..LEN {
                assert!(!decode(&BYTES[..length], &mut fields), "{name}: {length}");
            }
        }
    }

    #[test]
    fn all_tell_the_flags_apart() {
        for (name, decode) in DECODE {
            for flags in 0..=255 {
                let mut bytes = *BYTES;
                bytes[2] = flags;
                let mut fields = Fields::default();
                assert!(decode(&bytes, &mut fields), "{name}: {flags:#x}");
                let expected = Fields {
                    request: flags >= 128,
                    two_way: flags / 64 % 2 == 1,
                    event: flags / 32 % 2 == 1,
                    serialization: flags % 32,
                    ..SAMPLE
                };
                assert_eq!(fields, expected, "{name}: {flags:#x}");
            }
        }
    }

    #[test]
    fn all_refuse_another_magic() {
        for (name, decode) in DECODE {
            for (index, bit) in (0..2).flat_map(|index| (0..8).map(move |bit| (index, bit))) {
                let mut bytes = *BYTES;
                bytes[index] ^= 1 << bit;
                assert!(!decode(&bytes, &mut Fields::default()), "{name}");
            }
        }
    }

    #[test]
    fn all_hold_the_length_to_its_limit() {
        for (name, decode) in DECODE {
            let mut bytes = *BYTES;
            bytes[12..].copy_from_slice(&MAX_BODY.to_be_bytes());
            assert!(decode(&bytes, &mut Fields::default()), "{name}");
            for length in [MAX_BODY + 1, u32::MAX] {
                bytes[12..].copy_from_slice(&length.to_be_bytes());
                assert!(!decode(&bytes, &mut Fields::default()), "{name}: {length}");
            }
        }
    }

    #[test]
    fn all_append_the_bytes_of_the_sample() {
        for (name, encode) in ENCODE {
            let mut out = b"before".to_vec();
            assert!(encode(&SAMPLE, &mut out), "{name}");
            assert_eq!(out, [b"before", &BYTES[..]].concat(), "{name}");
        }
    }
}
