//! The requests that a server has not answered yet, and the ids under which it knows them.

use std::collections::VecDeque;

use metaproto_codec::{IdSpace, MessageType, Metadata, RequestId};
use rustc_hash::FxHashMap;

use crate::headers::Changes;
use crate::store::Token;
use crate::travel::Arriving;

/// Requests of one connection, answered late or never, beyond which it takes no more.
const MAX_WAITING: usize = 1 << 15;

/// Fewer bits of an id than these are too few to tell requests apart for long.
const MIN_BITS: u32 = 16;

/// A request on its way to the server.
pub(super) struct Call {
    pub(super) token: Option<Token>,
    pub(super) kind: MessageType,
    /// The id that this connection gave the request.
    pub(super) id: Option<u64>,
    /// The id that this connection gave the stream.
    pub(super) stream_id: Option<u64>,
    /// Messages that come behind the first; in a body, the first as well.
    pub(super) arriving: Arriving,
    /// Changes of a message that is in the body.
    pub(super) changes: Option<Changes>,
    /// The server was given the first message.
    pub(super) has_begun: bool,
    /// The server has sent something.
    pub(super) has_answered: bool,
    pub(super) client_ended: bool,
    pub(super) server_ended: bool,
}

impl Call {
    pub(super) fn new(token: Option<Token>, arriving: Arriving) -> Self {
        Self {
            token,
            kind: MessageType::Request,
            id: None,
            stream_id: None,
            arriving,
            changes: None,
            has_begun: false,
            has_answered: false,
            client_ended: false,
            server_ended: false,
        }
    }
}

/// Whose answer a message is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// That of the request on this stream of HTTP.
    Stream(u32),
    /// That of a request that was given up.
    Abandoned,
    /// Nobody's.
    Nothing,
}

/// How requests are told apart on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    /// By ids that are made here, up to `last`.
    Made { previous: u64, last: u64 },
    /// By their order.
    Order,
}

impl Ids {
    fn of(space: IdSpace) -> Self {
        match space {
            // A signed id stays positive, for the sake of servers that take a negative one for something special.
            IdSpace::Number { bits, signed } if bits >= MIN_BITS => {
                let bits = bits.saturating_sub(signed.into()).min(63);
                let last = (1 << bits) - 1;
                Self::Made { previous: 0, last }
            }
            IdSpace::Number { .. } | IdSpace::Bytes | IdSpace::None => Self::Order,
        }
    }
}

/// The requests of one connection to a server. No peer chooses the keys by which they are found.
pub(super) struct Calls {
    calls: FxHashMap<u32, Call>,
    ids: Ids,
    /// Streams of HTTP by the ids of their requests; none for a request that was given up.
    by_id: FxHashMap<u64, Option<u32>>,
    by_stream_id: FxHashMap<u64, u32>,
    /// Streams of HTTP in the order of their requests, where there are no ids.
    in_order: VecDeque<u32>,
    /// Those that came while another was under way: Envoy does not know from the first moment on that there must be none.
    waiting: VecDeque<u32>,
}

impl Calls {
    pub(super) fn new(space: IdSpace) -> Self {
        Self {
            calls: FxHashMap::default(),
            ids: Ids::of(space),
            by_id: FxHashMap::default(),
            by_stream_id: FxHashMap::default(),
            in_order: VecDeque::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Requests that Envoy may have on this connection at a time.
    pub(super) fn max_concurrent(&self) -> u32 {
        match self.ids {
            Ids::Made { last, .. } => u32::try_from(last / 2)
                .unwrap_or(u32::MAX)
                .min(MAX_WAITING as u32),
            Ids::Order => 1,
        }
    }

    /// Whether the server must answer before it is given another request.
    pub(super) fn is_busy(&self) -> bool {
        !self.in_order.is_empty()
    }

    /// Notes a call that is to begin later.
    pub(super) fn wait(&mut self, stream: u32) {
        if !self.waiting.contains(&stream) {
            self.waiting.push_back(stream);
        }
    }

    /// A call that is to begin now.
    pub(super) fn next_waiting(&mut self) -> Option<u32> {
        if self.is_busy() {
            return None;
        }
        self.waiting.pop_front()
    }

    pub(super) fn get_mut(&mut self, stream: u32) -> Option<&mut Call> {
        self.calls.get_mut(&stream)
    }

    /// Gives the call of `message` the ids under which the server will know it; `false` where there is none left.
    pub(super) fn assign(&mut self, call: &mut Call, message: &Metadata) -> bool {
        if self.ids == Ids::Order {
            return true;
        }
        if message.request_id().is_some() {
            call.id = self.fresh_id();
            if call.id.is_none() {
                return false;
            }
        }
        if message.kind() == MessageType::StreamInit && message.stream_id().is_some() {
            call.stream_id = self.fresh_id();
            return call.stream_id.is_some();
        }
        true
    }

    /// Whether there is no id for another request.
    pub(super) fn is_full(&self) -> bool {
        let Ids::Made { last, .. } = self.ids else {
            return false;
        };
        // Half of the ids stay free, so that a free one is found soon.
        let taken = self.by_id.len() + self.by_stream_id.len();
        taken >= MAX_WAITING || taken as u64 >= last / 2
    }

    fn fresh_id(&mut self) -> Option<u64> {
        if self.is_full() {
            return None;
        }
        let Ids::Made { previous, last } = &mut self.ids else {
            return None;
        };
        loop {
            // Never 0, which some protocols keep for messages without response.
            *previous = if *previous >= *last { 1 } else { *previous + 1 };
            if !self.by_id.contains_key(previous) && !self.by_stream_id.contains_key(previous) {
                return Some(*previous);
            }
        }
    }

    /// Adds a call whose answers will come.
    pub(super) fn insert(&mut self, stream: u32, call: Call) {
        if call.has_begun {
            if let Some(id) = call.id {
                self.by_id.insert(id, Some(stream));
            }
            if let Some(id) = call.stream_id {
                self.by_stream_id.insert(id, stream);
            }
            if self.ids == Ids::Order {
                self.in_order.push_back(stream);
            }
        }
        self.calls.insert(stream, call);
    }

    /// Takes a call out.
    pub(super) fn remove(&mut self, stream: u32) -> Option<Call> {
        let call = self.calls.remove(&stream)?;
        if let Some(id) = call.stream_id {
            self.by_stream_id.remove(&id);
        }
        Some(call)
    }

    /// Notes that nobody waits for the answer to a call that was taken out; `false` where the next answers could not be told
    /// apart any more.
    pub(super) fn abandon(&mut self, stream: u32, call: &Call) -> bool {
        if let Some(id) = call.id
            && let Some(waiting) = self.by_id.get_mut(&id)
        {
            *waiting = None;
        }
        !self.in_order.contains(&stream)
    }

    /// Whose answer `message` is.
    pub(super) fn find(&mut self, message: &Metadata) -> Found {
        if self.ids == Ids::Order {
            let stream = self.in_order.pop_front();
            return stream.map_or(Found::Nothing, Found::Stream);
        }
        if matches!(
            message.kind(),
            MessageType::StreamInit | MessageType::StreamData | MessageType::StreamClose
        ) {
            let stream = message
                .stream_id()
                .and_then(|id| self.by_stream_id.get(&id));
            return stream.map_or(Found::Nothing, |stream| Found::Stream(*stream));
        }
        let Some(RequestId::Number(id)) = message.request_id() else {
            return Found::Nothing;
        };
        match self.by_id.remove(&id) {
            Some(Some(stream)) => Found::Stream(stream),
            Some(None) => Found::Abandoned,
            None => Found::Nothing,
        }
    }

    /// Takes all calls out: those that nothing was answered to yet, and the others.
    pub(super) fn drain(&mut self) -> (Vec<u32>, Vec<u32>) {
        let calls = std::mem::take(&mut self.calls);
        let (begun, waiting): (Vec<_>, Vec<_>) =
            calls.into_iter().partition(|(_, call)| call.has_answered);
        let streams =
            |calls: Vec<(u32, Call)>| calls.into_iter().map(|(stream, _)| stream).collect();
        (streams(waiting), streams(begun))
    }
}
