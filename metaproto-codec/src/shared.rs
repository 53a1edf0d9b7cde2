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
