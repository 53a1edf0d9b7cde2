//! The best that we know of: as by hand, but the bytes that are wanted are remembered, so that a chunk that does not
//! complete anything is copied and no more.

use super::hand::frame_len;
use super::{Framer, Sink};
use crate::w1::LEN;

#[derive(Default)]
pub(super) struct Limit {
    buffer: Vec<u8>,
    /// Bytes that are missing, of the header or of the message; 0 while the buffer is empty.
    missing: usize,
}

impl Framer for Limit {
    #[inline(always)]
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        if chunk.len() < self.missing {
            self.buffer.extend_from_slice(chunk);
            self.missing -= chunk.len();
            return true;
        }
        self.advance(chunk, sink)
    }

    fn left(&self) -> usize {
        self.buffer.len()
    }
}

impl Limit {
    #[inline(never)]
    fn advance(&mut self, mut chunk: &[u8], sink: &mut impl Sink) -> bool {
        while self.missing > 0 {
            let Some((taken, rest)) = chunk.split_at_checked(self.missing) else {
                self.buffer.extend_from_slice(chunk);
                self.missing -= chunk.len();
                return true;
            };
            self.buffer.extend_from_slice(taken);
            chunk = rest;
            let Some(header) = self.buffer.first_chunk::<LEN>() else {
                return false;
            };
            let Some(length) = frame_len(header) else {
                return false;
            };
            self.missing = length - self.buffer.len();
            if self.missing == 0 {
                hand_on(header, &self.buffer[LEN..], sink);
                self.buffer.clear();
            }
        }
        while let Some((header, rest)) = chunk.split_first_chunk::<LEN>() {
            let Some(length) = frame_len(header) else {
                return false;
            };
            let Some((payload, rest)) = rest.split_at_checked(length - LEN) else {
                self.missing = length - chunk.len();
                self.buffer.extend_from_slice(chunk);
                return true;
            };
            hand_on(header, payload, sink);
            chunk = rest;
        }
        if !chunk.is_empty() {
            self.missing = LEN - chunk.len();
            self.buffer.extend_from_slice(chunk);
        }
        true
    }
}

#[inline(always)]
fn hand_on(header: &[u8; LEN], payload: &[u8], sink: &mut impl Sink) {
    let [_, f0, f1, f2, f3, _, _, _, _, c0, c1, ..] = *header;
    let flow = u32::from_be_bytes([f0, f1, f2, f3]);
    sink.message(flow, i16::from_be_bytes([c0, c1]), payload);
}
