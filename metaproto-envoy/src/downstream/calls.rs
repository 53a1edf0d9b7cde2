//! The requests of one client that are not answered yet, and the order in which their answers may be written.

use std::collections::HashMap;

use metaproto_codec::{MessageType, Metadata, Output, RequestId};
use rustc_hash::FxHashMap;

use super::local_reply::Heard;
use crate::headers::Changes;
use crate::store::Kept;
use crate::travel::Arriving;

/// A request that is not answered yet.
pub(super) struct Call {
    pub(super) kept: Kept,
    pub(super) kind: MessageType,
    /// The client's own id of it.
    pub(super) id: Option<RequestId>,
    /// The client's own id of the stream that it opened.
    pub(super) stream_id: Option<u64>,
    /// What comes back.
    pub(super) coming: Coming,
    bytes: usize,
    /// Whether something of what came back was written.
    pub(super) has_begun: bool,
    /// The call of the same id that must be answered first.
    after: Option<u32>,
    /// The call of the same id that must be answered next.
    before: Option<u32>,
    /// The answer, until its turn comes.
    answer: Option<Output>,
}

/// What has come back for a request so far.
pub(super) enum Coming {
    /// Nothing.
    Nothing,
    /// A response of Envoy's own.
    Local(Heard),
    /// Messages of the server.
    Messages {
        arriving: Arriving,
        /// Changes of the first.
        changes: Option<Changes>,
    },
}

impl Call {
    /// A call of the request that is `kept`.
    pub(super) fn new(kept: Kept, message: Facts) -> Self {
        let Facts {
            kind,
            id,
            stream_id,
            bytes,
        } = message;
        Self {
            kept,
            kind,
            id,
            stream_id,
            bytes,
            coming: Coming::Nothing,
            has_begun: false,
            after: None,
            before: None,
            answer: None,
        }
    }

    /// Whether answers to requests of the same id come in the order of these.
    fn has_turn(&self) -> bool {
        matches!(self.kind, MessageType::Request | MessageType::Ping)
    }
}

/// What of a request is needed when its message is in the store.
pub(super) struct Facts {
    pub(super) kind: MessageType,
    pub(super) id: Option<RequestId>,
    pub(super) stream_id: Option<u64>,
    pub(super) bytes: usize,
}

impl Facts {
    pub(super) fn of(message: &Metadata) -> Self {
        Self {
            kind: message.kind(),
            id: message.request_id(),
            stream_id: message.stream_id(),
            bytes: message.frame().len(),
        }
    }
}

/// The unanswered requests, by the streams of HTTP on which they are.
///
/// Where a client uses an id twice at a time, or the protocol has none, order is all that ties a response to its request:
/// answers to requests of the same id are held back until their turn comes.
#[derive(Default)]
pub(super) struct Calls {
    calls: FxHashMap<u32, Call>,
    /// The latest call of each id.
    latest: HashMap<Option<RequestId>, u32>,
    bytes: usize,
    /// Numbers of calls that are on no stream are even, as those of streams are not.
    last_local: u32,
}

impl Calls {
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Bytes of all requests.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn get_mut(&mut self, stream: u32) -> Option<&mut Call> {
        self.calls.get_mut(&stream)
    }

    /// Adds a call that is on `stream`.
    pub(super) fn insert(&mut self, stream: u32, mut call: Call) {
        if call.has_turn() {
            call.after = self.latest.insert(call.id.clone(), stream);
            if let Some(before) = call.after.and_then(|after| self.calls.get_mut(&after)) {
                before.before = Some(stream);
            }
        }
        self.bytes += call.bytes;
        self.calls.insert(stream, call);
    }

    /// Adds a call that is on no stream; the number that it has instead.
    pub(super) fn insert_local(&mut self, call: Call) -> u32 {
        self.last_local = self.last_local.wrapping_add(2);
        self.insert(self.last_local, call);
        self.last_local
    }

    /// Whether what comes back for a call may be written.
    pub(super) fn may_answer(&self, stream: u32) -> bool {
        self.calls
            .get(&stream)
            .is_some_and(|call| call.after.is_none())
    }

    /// Keeps the answer to a call until [`finish`](Self::finish) finds that its turn has come.
    pub(super) fn hold(&mut self, stream: u32, answer: Output) {
        if let Some(call) = self.calls.get_mut(&stream) {
            call.answer = Some(answer);
        }
    }

    /// Ends a call whose answer was written. Answers that waited for that are appended to `output`; `done` is told all calls
    /// that are ended.
    pub(super) fn finish(&mut self, stream: u32, output: &mut Output, mut done: impl FnMut(Call)) {
        let mut ended = self.remove(stream);
        while let Some(call) = ended {
            let next = call.before;
            done(call);
            ended = next.and_then(|next| {
                let answer = self.calls.get_mut(&next)?.answer.take()?;
                output.append(answer);
                self.remove(next)
            });
        }
    }

    /// Takes a call out.
    pub(super) fn remove(&mut self, stream: u32) -> Option<Call> {
        let call = self.calls.remove(&stream)?;
        self.bytes -= call.bytes;
        if call.has_turn() {
            if self.latest.get(&call.id) == Some(&stream) {
                self.latest.remove(&call.id);
            }
            if let Some(next) = call.before.and_then(|next| self.calls.get_mut(&next)) {
                next.after = call.after;
            }
            if let Some(previous) = call
                .after
                .and_then(|previous| self.calls.get_mut(&previous))
            {
                previous.before = call.before;
            }
        }
        Some(call)
    }
}
