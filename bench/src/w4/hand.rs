//! As one writes it: messages in place, and a buffer for the one that straddles chunks, whose length is read anew with
//! every chunk.

use super::{Framer, MAX_FRAME, Sink};
use crate::w1::LEN;

#[derive(Default)]
pub(super) struct Hand {
    buffer: Vec<u8>,
}

impl Framer for Hand {
    fn feed(&mut self, mut chunk: &[u8], sink: &mut impl Sink) -> bool {
        while !self.buffer.is_empty() {
            let Some(wanted) = wanted(&self.buffer) else {
                return false;
            };
            let count = chunk.len().min(wanted - self.buffer.len());
            let (taken, rest) = chunk.split_at(count);
            self.buffer.extend_from_slice(taken);
            chunk = rest;
            if self.buffer.len() < wanted {
                return true;
            }
            match message(&self.buffer, sink) {
                Ok(Some(_)) => self.buffer.clear(),
                Ok(None) => {}
                Err(()) => return false,
            }
        }
        loop {
            match message(chunk, sink) {
                Ok(Some(length)) => chunk = &chunk[length..],
                Ok(None) => break,
                Err(()) => return false,
            }
        }
        self.buffer.extend_from_slice(chunk);
        true
    }

    fn left(&self) -> usize {
        self.buffer.len()
    }
}

/// Bytes of the message, or of the header where that is not there; nothing where the length is out of bounds.
fn wanted(bytes: &[u8]) -> Option<usize> {
    bytes.first_chunk::<LEN>().map_or(Some(LEN), frame_len)
}

/// Hands on the message at the start of the bytes, if it is whole, and says how long it is.
#[inline(always)]
fn message(bytes: &[u8], sink: &mut impl Sink) -> Result<Option<usize>, ()> {
    let Some(header) = bytes.first_chunk::<LEN>() else {
        return Ok(None);
    };
    let length = frame_len(header).ok_or(())?;
    let Some(frame) = bytes.get(..length) else {
        return Ok(None);
    };
    let [_, f0, f1, f2, f3, _, _, _, _, c0, c1, ..] = *header;
    let flow = u32::from_be_bytes([f0, f1, f2, f3]);
    sink.message(flow, i16::from_be_bytes([c0, c1]), &frame[LEN..]);
    Ok(Some(length))
}

/// The length that a header states, if it is within bounds.
#[inline(always)]
pub(super) fn frame_len(header: &[u8; LEN]) -> Option<usize> {
    let [_, _, _, _, _, l0, l1, l2, l3, ..] = *header;
    let length = u32::from_be_bytes([l0, l1, l2, l3]);
    (LEN as u32..=MAX_FRAME)
        .contains(&length)
        .then_some(length as usize)
}
