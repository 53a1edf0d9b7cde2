//! The streams that are open, RFC 9113 section 5.1.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};
use rustc_hash::FxHashMap;

use super::flow::{Refill, Window};

/// Streams by id. One of which both ends are closed is not there any more.
pub(super) type Streams = FxHashMap<u32, Stream>;

/// A stream of which one end at least is open.
#[derive(Debug)]
pub(super) struct Stream {
    /// What we may send.
    pub(super) window: Window,
    /// What the peer may send.
    pub(super) refill: Refill,
    pub(super) local: End,
    pub(super) remote: End,
    /// DATA that waits for a window, empty when none does.
    pub(super) queue: VecDeque<Bytes>,
    /// Whether the stream is among those that wait for the window of the connection.
    pub(super) is_ready: bool,
}

/// How far one side of a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// Before its header block.
    Idle,
    /// Before its last frame.
    Open,
    /// What is queued is the last.
    Ending,
    Closed,
}

impl Stream {
    pub(super) fn new(window: Window, refill: Refill) -> Self {
        Self {
            window,
            refill,
            local: End::Idle,
            remote: End::Idle,
            queue: VecDeque::new(),
            is_ready: false,
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.local == End::Closed && self.remote == End::Closed
    }

    /// Whether queued DATA could be sent, were it not for the window of the connection.
    pub(super) fn can_send(&self) -> bool {
        !self.queue.is_empty() && self.window.is_open()
    }

    /// Whether the stream is to be put in line for the window of the connection, in which it then is.
    pub(super) fn becomes_ready(&mut self) -> bool {
        let becomes_ready = !self.is_ready && self.can_send();
        self.is_ready |= becomes_ready;
        becomes_ready
    }

    /// Takes up to `most` bytes off the queue, all from one buffer.
    pub(super) fn take_queued(&mut self, most: usize) -> Bytes {
        let Some(first) = self.queue.front_mut() else {
            return Bytes::new();
        };
        let piece = first.split_to(most.min(first.len()));
        if !first.has_remaining() {
            self.queue.pop_front();
        }
        piece
    }
}
