//! A message in bytes that it shares with its neighbours.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

/// The bytes of a message: a range of a chunk.
///
/// There is one handle of the chunk for all the messages in it, so that to go on to the next counts no references.
/// Handles of a message's own are made when somebody [`share`](Self::share)s it.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    chunk: Bytes,
    start: usize,
    /// 0 if there is no message.
    end: usize,
}

impl Shared {
    /// The message.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.chunk.get(self.start..self.end).unwrap_or_default()
    }

    /// A handle of bytes of the message; empty where the range is not within it.
    pub(crate) fn share(&self, Range { start, end }: Range<usize>) -> Bytes {
        match self.bytes().get(start..end) {
            Some(_) => self.chunk.slice(self.start + start..self.start + end),
            None => Bytes::new(),
        }
    }

    /// Turns to a message of which the handle is its own.
    #[inline]
    pub(crate) fn set(&mut self, message: Bytes) {
        (self.start, self.end) = (0, message.len());
        self.chunk = message;
    }

    /// Turns to the message at `range` of `chunk`, of which a handle is taken unless it is the same as before.
    #[inline]
    pub(crate) fn turn_to(&mut self, chunk: &Bytes, range: Range<usize>) {
        // Both are alive, so what lies in the same place is the same.
        if self.chunk.as_ptr() != chunk.as_ptr() || self.chunk.len() != chunk.len() {
            self.take_handle(chunk);
        }
        (self.start, self.end) = (range.start, range.end);
    }

    #[inline(never)]
    fn take_handle(&mut self, chunk: &Bytes) {
        self.chunk = chunk.clone();
    }

    /// Is empty from now on, but keeps its handle, for the next message of the chunk.
    #[inline]
    pub(crate) fn empty(&mut self) {
        self.end = 0;
    }

    /// Is empty from now on, and keeps nothing alive.
    #[inline]
    pub(crate) fn release(&mut self) {
        self.empty();
        if !self.chunk.is_empty() {
            self.chunk = Bytes::new();
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.share(0..self.bytes().len()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_a_chunk_are_shared_with_it() {
        let chunk = Bytes::from(b"firstsecond".to_vec());
        let mut shared = Shared::default();
        for range in [0..5, 5..11] {
            shared.turn_to(&chunk, range.clone());
            assert_eq!(shared.bytes(), &chunk[range.clone()]);
            assert_eq!(shared.share(0..1).as_ptr(), chunk[range].as_ptr());
            shared.empty();
            assert!(shared.bytes().is_empty());
        }
    }

    #[test]
    fn a_chunk_that_is_let_go_is_nobodys() {
        let chunk = Bytes::from(vec![1; 100]);
        let mut shared = Shared::default();
        shared.turn_to(&chunk, 10..20);
        assert!(!chunk.is_unique());
        shared.empty();
        assert!(!chunk.is_unique());
        shared.release();
        assert!(chunk.is_unique());
    }

    #[test]
    fn other_bytes_in_the_same_allocation_are_another_chunk() {
        let whole = Bytes::from(b"abcdef".to_vec());
        let mut shared = Shared::default();
        shared.turn_to(&whole.slice(..4), 0..4);
        shared.turn_to(&whole, 3..6);
        assert_eq!(shared.bytes(), b"def");
        shared.turn_to(&whole.slice(1..), 0..2);
        assert_eq!(shared.bytes(), b"bc");
    }

    #[test]
    fn a_range_outside_the_message_is_empty() {
        let mut shared = Shared::default();
        shared.set(Bytes::from_static(b"message"));
        assert_eq!(shared.share(2..7), "ssage");
        for (start, end) in [(2, 8), (5, 4), (8, 9)] {
            assert!(shared.share(start..end).is_empty());
        }
    }
}
