//! The best that we know of: one check of the room, then stores at constant offsets; growth out of line.

use super::{Fields, LEN};

pub(super) use super::hand::{decode, read_all, read_one};

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    if out.capacity() - out.len() < LEN {
        return grow_and_encode(fields, out);
    }
    out.extend_from_slice(&fields.to_bytes());
    true
}

#[cold]
#[inline(never)]
fn grow_and_encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    out.reserve(LEN);
    out.extend_from_slice(&fields.to_bytes());
    true
}
