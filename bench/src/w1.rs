//! W1: the header of awesomeRPC, 13 bytes, big-endian.

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

pub(crate) use ours::AwesomeHeader;

use std::hint::black_box;

use crate::task::Task;

/// What every contender reads and writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) version: i8,
    pub(crate) pack_flow: u32,
    pub(crate) pack_len: u32,
    pub(crate) req_cmd: i16,
    pub(crate) rsp_code: i16,
}

/// Bytes of the header.
pub(crate) const LEN: usize = 13;

/// Fills in the fields; `false` where the bytes are no header.
type Decode = fn(&[u8], &mut Fields) -> bool;

/// Reads `pack_flow` alone, or nothing.
type ReadOne = fn(&[u8]) -> Option<u32>;

/// Reads all fields and adds them up, see [`sum`], or nothing.
type ReadAll = fn(&[u8]) -> Option<u64>;

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

const READ_ONE: &[(&str, ReadOne)] = &[
    ("hand", hand::read_one),
    ("limit", limit::read_one),
    ("ours view", ours::read_one),
    ("zerocopy", zerocopy::read_one),
    ("binary-layout", binary_layout::read_one),
    ("packed_struct", packed_struct::read_one),
    ("scroll", scroll::read_one),
    ("speedy", speedy::read_one),
    ("bytes", bytes::read_one),
    ("nom", nom::read_one),
    ("winnow", winnow::read_one),
    ("binrw", binrw::read_one),
    ("deku", deku::read_one),
];

const READ_ALL: &[(&str, ReadAll)] = &[
    ("hand", hand::read_all),
    ("limit", limit::read_all),
    ("ours view", ours::read_all),
    ("zerocopy", zerocopy::read_all),
    ("binary-layout", binary_layout::read_all),
    ("packed_struct", packed_struct::read_all),
    ("scroll", scroll::read_all),
    ("speedy", speedy::read_all),
    ("bytes", bytes::read_all),
    ("nom", nom::read_all),
    ("winnow", winnow::read_all),
    ("binrw", binrw::read_all),
    ("deku", deku::read_all),
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
    version: 1,
    pack_flow: 0x0102_0304,
    pack_len: 13,
    req_cmd: -2,
    rsp_code: 0x0506,
};

/// The bytes of the sample, written down and not computed.
const BYTES: &[u8; LEN] = b"\x01\x01\x02\x03\x04\0\0\0\x0d\xff\xfe\x05\x06";

/// Uses every field, as cheaply as can be.
#[inline(always)]
fn sum(version: i8, pack_flow: u32, pack_len: u32, req_cmd: i16, rsp_code: i16) -> u64 {
    (pack_flow as u64)
        .wrapping_add(pack_len as u64)
        .wrapping_add(version as u64)
        .wrapping_add(req_cmd as u64)
        .wrapping_add(rsp_code as u64)
}

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        Task::new(
            "w1-decode",
            "decode 13 bytes to a struct",
            |_, _| true,
            DECODE,
            repeat_decode,
        ),
        Task::new(
            "w1-one-field",
            "check the bytes and read one field",
            |_| None,
            READ_ONE,
            |read_one| {
                move |turns| {
                    for _ in 0..turns {
                        black_box(read_one(black_box(BYTES)));
                    }
                }
            },
        ),
        Task::new(
            "w1-all-fields",
            "check the bytes and read all fields",
            |_| None,
            READ_ALL,
            |read_all| {
                move |turns| {
                    for _ in 0..turns {
                        black_box(read_all(black_box(BYTES)));
                    }
                }
            },
        ),
        Task::new(
            "w1-encode",
            "append 13 bytes to a Vec that has room",
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

fn repeat_decode(decode: Decode) -> impl Fn(u64) {
    move |turns| {
        let mut fields = Fields::default();
        for _ in 0..turns {
            black_box(decode(black_box(BYTES), black_box(&mut fields)));
        }
    }
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
    fn all_read_one_field_and_refuse_what_is_shorter() {
        for (name, read_one) in READ_ONE {
            assert_eq!(read_one(BYTES), Some(SAMPLE.pack_flow), "{name}");
            for length in 0..LEN {
                assert_eq!(read_one(&BYTES[..length]), None, "{name}: {length}");
            }
        }
    }

    #[test]
    fn all_read_all_fields_and_refuse_what_is_shorter() {
        let expected = u64::from(SAMPLE.pack_flow) + 1 + 13 - 2 + 0x0506;
        for (name, read_all) in READ_ALL {
            assert_eq!(read_all(BYTES), Some(expected), "{name}");
            for length in 0..LEN {
                assert_eq!(read_all(&BYTES[..length]), None, "{name}: {length}");
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
