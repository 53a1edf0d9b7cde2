//! What is to be written: owned pieces and shared segments, for a vectored write.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes, BytesMut};

/// An outgoing byte stream made of owned pieces and shared segments.
///
/// Encoding appends here. A payload is appended by reference ([`push_shared`](Self::push_shared)), never copied. Read it
/// as [`bytes::Buf`]; `chunks_vectored` hands all segments to one vectored write.
///
/// ```
/// use bytes::{Buf, Bytes};
/// use metaproto_codec::Output;
///
/// let payload = Bytes::from(vec![7; 1 << 20]);
/// let mut output = Output::new();
/// output.push(b"header");
/// output.push_shared(payload.clone());
/// assert_eq!(output.remaining(), 6 + (1 << 20));
/// output.advance(6);
/// assert_eq!(output.chunk().as_ptr(), payload.as_ptr(), "the payload is shared");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Output {
    segments: VecDeque<Bytes>,
    /// Owned bytes after the last segment.
    tail: BytesMut,
    /// Bytes in `segments`.
    shared: usize,
}

/// A place in an [`Output`] to fall back to, see [`Output::mark`].
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

impl Output {
    /// An empty output.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a copy of `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
    }

    /// Appends `bytes` by reference.
    pub fn push_shared(&mut self, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        if !self.tail.is_empty() {
            let owned = self.tail.split().freeze();
            self.shared += owned.len();
            self.segments.push_back(owned);
        }
        self.shared += bytes.len();
        self.segments.push_back(bytes);
    }

    /// Appends all of `other`, sharing what it shares.
    ///
    /// ```
    /// use metaproto_codec::Output;
    ///
    /// let (mut output, mut other) = (Output::new(), Output::new());
    /// output.push(b"first ");
    /// other.push(b"second");
    /// output.append(other);
    /// assert_eq!(output.take_contiguous(), "first second");
    /// ```
    pub fn append(&mut self, other: Self) {
        for segment in other.segments {
            self.push_shared(segment);
        }
        self.push(&other.tail);
    }

    /// The present end, to which [`rollback`](Self::rollback) returns.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.remaining())
    }

    /// Takes back all that was appended since `mark`. Valid as long as nothing was read in between.
    pub fn rollback(&mut self, mark: Mark) {
        let Mark(length) = mark;
        if length >= self.shared {
            self.tail.truncate(length - self.shared);
            return;
        }
        self.tail.clear();
        while self.shared > length {
            let Some(mut last) = self.segments.pop_back() else {
                return;
            };
            self.shared -= last.len();
            if self.shared < length {
                last.truncate(length - self.shared);
                self.shared = length;
                self.segments.push_back(last);
            }
        }
    }

    /// Shows the last `count` bytes, in pieces.
    pub(crate) fn show_last(&self, count: usize, show: &mut dyn FnMut(&[u8])) {
        let mut before = self.remaining().saturating_sub(count);
        let pieces = self.segments.iter().map(Bytes::as_ref);
        for piece in pieces.chain([self.tail.as_ref()]) {
            let skipped = before.min(piece.len());
            before -= skipped;
            show(piece.get(skipped..).unwrap_or_default());
        }
    }

    /// The last `count` bytes, as far as they are owned and not shared.
    pub(crate) fn last_owned_mut(&mut self, count: usize) -> &mut [u8] {
        let start = self.tail.len().saturating_sub(count);
        self.tail.get_mut(start..).unwrap_or_default()
    }

    /// Copies everything into one contiguous buffer, leaving the output empty. For tests and small messages.
    #[must_use]
    pub fn take_contiguous(&mut self) -> Bytes {
        self.copy_to_bytes(self.remaining())
    }
}

impl Buf for Output {
    fn remaining(&self) -> usize {
        self.shared + self.tail.len()
    }

    fn chunk(&self) -> &[u8] {
        self.segments.front().map_or(&self.tail, Bytes::as_ref)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let tail = Some(self.tail.as_ref()).filter(|tail| !tail.is_empty());
        let mut filled = 0;
        for (slice, chunk) in slices
            .iter_mut()
            .zip(self.segments.iter().map(Bytes::as_ref).chain(tail))
        {
            *slice = IoSlice::new(chunk);
            filled += 1;
        }
        filled
    }

    fn advance(&mut self, mut count: usize) {
        assert!(
            count <= self.remaining(),
            "cannot advance past the end of the output"
        );
        while let Some(front) = self.segments.front_mut() {
            let step = count.min(front.len());
            front.advance(step);
            self.shared -= step;
            count -= step;
            if !front.is_empty() {
                return;
            }
            self.segments.pop_front();
        }
        self.tail.advance(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Output {
        let mut output = Output::new();
        output.push(b"ab");
        output.push_shared(Bytes::from_static(b"cde"));
        output.push(b"fg");
        output
    }

    #[test]
    fn rollback_returns_to_every_mark() {
        for length in 0..=7 {
            let mut output = sample();
            output.rollback(Mark(length));
            output.push(b"!");
            assert_eq!(
                output.take_contiguous(),
                [&b"abcdefg"[..length], b"!"].concat()
            );
        }
    }

    #[test]
    fn vectored_reading_sees_all_segments_in_order() {
        let mut output = sample();
        output.advance(1);
        let mut slices = [IoSlice::new(&[]); 8];
        let count = output.chunks_vectored(&mut slices);
        let seen: Vec<u8> = slices[..count]
            .iter()
            .flat_map(|slice| slice.to_vec())
            .collect();
        assert_eq!(seen, b"bcdefg");
        assert_eq!(count, 3);
    }
}
