//! What this end sends, and what is known of the streams.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::mem;

use bytes::{BufMut, Bytes, BytesMut};

use super::Role;
use super::error::{ErrorCode, Http2Error};
use super::fields::MAX_SIZE;
use super::flow::{Refill, Window, Windows};
use super::frame::{self, MAX_LEN, PREFACE};
use super::hpack;
use super::settings::{self, DEFAULT_WINDOW, Setting};
use super::stream::{End, Stream, Streams};

/// How many streams a client opens before it knows how many it may, as RFC 9113 section 6.5.2 recommends at least.
const DEFAULT_MAX_STREAMS: u32 = 100;
/// Ids of streams have 31 bits.
const MAX_STREAM: u32 = 0x7fff_ffff;

/// The sending side of a connection. Streams that are no more are passed over in silence: the peer may reset them at
/// any time.
#[derive(Debug)]
pub(crate) struct Sender {
    out: BytesMut,
    pub(super) role: Role,
    pub(super) streams: Streams,
    /// The last stream that the client began.
    pub(super) last: u32,
    peer: Peer,
    /// What we may send on all streams together.
    window: Window,
    refill: Refill,
    /// What a new stream begins with.
    stream_refill: Refill,
    /// Streams that wait for `window` alone, in turn. Empty while it is open.
    ready: VecDeque<u32>,
    /// All DATA that waits, bytes.
    queued: usize,
    /// Whether the next header block must begin with [`hpack::NO_TABLE`].
    must_resize: bool,
    /// Whether a stream was asked for when no more were allowed.
    is_starved: bool,
    pub(super) is_draining: bool,
    /// The peer knows our settings.
    pub(super) is_acknowledged: bool,
    /// The last stream that is served, once we said GOAWAY.
    pub(super) said_last: Option<u32>,
}

/// What the peer allows.
#[derive(Debug)]
struct Peer {
    max_streams: u32,
    initial_window: u32,
    /// Bytes.
    max_frame: usize,
    /// Whether its SETTINGS were seen.
    is_known: bool,
}

impl Sender {
    pub(super) fn new(role: Role, windows: Windows) -> Self {
        let mut out = BytesMut::new();
        let role_setting = match role {
            Role::Client => {
                out.extend_from_slice(PREFACE);
                (settings::ENABLE_PUSH, 0)
            }
            Role::Server {
                max_concurrent_streams,
            } => (settings::MAX_CONCURRENT_STREAMS, max_concurrent_streams),
        };
        let settings = [
            role_setting,
            (settings::INITIAL_WINDOW_SIZE, windows.stream),
            (settings::MAX_HEADER_LIST_SIZE, MAX_SIZE as u32),
        ];
        frame::settings(&mut out, &settings);
        let widened = windows.connection.saturating_sub(DEFAULT_WINDOW);
        if widened > 0 {
            frame::window_update(&mut out, 0, widened);
        }
        Self {
            out,
            role,
            streams: Streams::default(),
            last: 0,
            peer: Peer {
                max_streams: DEFAULT_MAX_STREAMS,
                initial_window: DEFAULT_WINDOW,
                max_frame: MAX_LEN as usize,
                is_known: false,
            },
            window: Window::new(DEFAULT_WINDOW),
            refill: Refill::new(windows.connection),
            stream_refill: Refill::new(windows.stream),
            ready: VecDeque::new(),
            queued: 0,
            must_resize: true,
            is_starved: false,
            is_draining: false,
            is_acknowledged: false,
            said_last: None,
        }
    }

    /// The frames to write. Whoever takes them leaves the buffer empty.
    pub(crate) fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Begins a stream, on which [`headers`](Self::headers) is to be called before another one is begun.
    ///
    /// `None` if the peer allows no more now ([`Event::Room`](super::Event::Room) follows), after GOAWAY, if the ids
    /// are used up, and always in a server.
    pub(crate) fn open(&mut self) -> Option<u32> {
        if !self.can_open() {
            self.is_starved = true;
            return None;
        }
        self.last = self.next_stream();
        self.begin(self.last);
        Some(self.last)
    }

    /// Whether [`open`](Self::open) would begin a stream.
    pub(crate) fn can_open(&self) -> bool {
        self.role == Role::Client
            && !self.is_draining
            && self.said_last.is_none()
            && !self.exhausted()
            && self.streams.len() < self.peer.max_streams as usize
    }

    /// How many streams the peer takes at a time, as far as it has said.
    pub(crate) fn max_streams(&self) -> u32 {
        self.peer.max_streams
    }

    /// Whether one side said GOAWAY, so that no more streams begin.
    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining || self.said_last.is_some()
    }

    /// Whether the ids of streams are used up, so that a new connection is needed, RFC 9113 section 5.1.1.
    pub(crate) fn exhausted(&self) -> bool {
        self.next_stream() > MAX_STREAM
    }

    /// How many streams are open, also half.
    #[cfg(test)]
    pub(crate) fn open_streams(&self) -> usize {
        self.streams.len()
    }

    /// How many bytes of DATA wait for the peer's windows.
    #[cfg(test)]
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }

    /// Sends the header block of a request or a response, once per stream and before its DATA; with `end` it has none.
    ///
    /// Names are in lower case, those that begin with a colon come first, and no value has control characters or
    /// spaces around it; else the peer resets the stream.
    pub(crate) fn headers<'a>(
        &mut self,
        stream: u32,
        fields: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
        end: bool,
    ) {
        let Some(state) = self.streams.get_mut(&stream) else {
            return;
        };
        if state.local != End::Idle {
            debug_assert!(false, "a second header block on stream {stream}");
            return;
        }
        state.local = End::Open;
        let must_resize = mem::take(&mut self.must_resize);
        let max_len = self.peer.max_frame;
        frame::headers(&mut self.out, stream, end, max_len, |out| {
            if must_resize {
                out.put_u8(hpack::NO_TABLE);
            }
            for (name, value) in fields {
                hpack::encode(out, name, value);
            }
        });
        if end {
            self.close_local(stream);
        }
    }

    /// Sends DATA, as soon as the peer's windows allow. `end` says that it is the last.
    pub(crate) fn data(&mut self, stream: u32, mut bytes: Bytes, end: bool) {
        let Some(state) = self.streams.get_mut(&stream) else {
            return;
        };
        if state.local != End::Open {
            debug_assert!(false, "DATA on a stream that is {:?}", state.local);
            return;
        }
        if end {
            state.local = End::Ending;
        }
        while state.queue.is_empty() {
            let most = self.peer.max_frame.min(self.window.room());
            let most = most.min(state.window.room()).min(bytes.len());
            let piece = bytes.split_to(most);
            let is_last = end && bytes.is_empty();
            if piece.is_empty() && !is_last {
                break;
            }
            self.window.spend(most);
            state.window.spend(most);
            frame::data(&mut self.out, stream, &piece, is_last);
            if is_last {
                self.close_local(stream);
                return;
            }
        }
        if !bytes.is_empty() {
            self.queued += bytes.len();
            state.queue.push_back(bytes);
            if state.becomes_ready() {
                self.ready.push_back(stream);
            }
        }
    }

    /// Ends a stream at once; nothing more is told of it.
    pub(crate) fn reset(&mut self, stream: u32, code: ErrorCode) {
        let Some(state) = self.drop_stream(stream) else {
            return;
        };
        // Of a stream that was opened without a header block, the peer knows nothing.
        if self.role != Role::Client || state.local != End::Idle {
            frame::rst_stream(&mut self.out, stream, code);
        }
    }

    /// Lets no more streams begin; those that are open go on.
    pub(crate) fn go_away(&mut self) {
        if self.said_last.is_none() {
            self.say_go_away(ErrorCode::NO_ERROR);
        }
    }

    /// The connection has ended with an error.
    pub(super) fn fail(&mut self, code: ErrorCode) {
        self.say_go_away(code);
    }

    /// Whether [`open`](Self::open) would now begin a stream and did not when it was last called; once.
    pub(super) fn has_room_again(&mut self) -> bool {
        let has_room = self.is_starved && self.can_open();
        self.is_starved &= !has_room;
        has_room
    }

    /// Whether a stream never began.
    pub(super) fn is_idle(&self, stream: u32) -> bool {
        stream.is_multiple_of(2) || stream > self.last
    }

    /// Whether no stream that a header block may be for has this id: a server's, or one that a client is told of
    /// before it was opened.
    pub(super) fn is_never(&self, stream: u32) -> bool {
        stream.is_multiple_of(2) || (self.role == Role::Client && stream > self.last)
    }

    /// Takes note of a stream of the client, which is the last one then.
    pub(super) fn begin(&mut self, stream: u32) {
        self.last = stream;
        let window = Window::new(self.peer.initial_window);
        let state = Stream::new(window, self.stream_refill);
        self.streams.insert(stream, state);
    }

    /// Takes note of a stream of the client that is not served, without a word if GOAWAY said so.
    pub(super) fn decline(&mut self, stream: u32) {
        self.last = stream;
        if self.said_last.is_none() {
            frame::rst_stream(&mut self.out, stream, ErrorCode::REFUSED_STREAM);
        }
    }

    /// Whether a server may take one more stream.
    pub(super) fn accepts(&self) -> bool {
        self.said_last.is_none()
            && match self.role {
                Role::Client => false,
                Role::Server {
                    max_concurrent_streams,
                } if self.is_acknowledged => self.streams.len() < max_concurrent_streams as usize,
                // The client does not know yet.
                Role::Server { .. } => self.streams.len() < settings::MAX_STREAMS_AT_FIRST,
            }
    }

    /// Forgets a stream, and what waits to be sent on it.
    pub(super) fn drop_stream(&mut self, stream: u32) -> Option<Stream> {
        let state = self.streams.remove(&stream)?;
        self.queued -= state.queue.iter().map(Bytes::len).sum::<usize>();
        if state.is_ready {
            self.ready.retain(|waiting| *waiting != stream);
        }
        Some(state)
    }

    /// The peer sends no more on a stream.
    pub(super) fn close_remote(&mut self, stream: u32) {
        self.close(stream, |state| state.remote = End::Closed);
    }

    /// A DATA frame of `len` bytes arrived, maybe for a stream that is no more.
    pub(super) fn received(&mut self, stream: u32, len: u32, end: bool) {
        if let Some(increment) = self.refill.take(len) {
            frame::window_update(&mut self.out, 0, increment);
        }
        if !end
            && let Some(state) = self.streams.get_mut(&stream)
            && let Some(increment) = state.refill.take(len)
        {
            frame::window_update(&mut self.out, stream, increment);
        }
    }

    /// The peer allows more bytes, of a stream or of all.
    pub(super) fn widen(&mut self, stream: u32, increment: u32) -> Result<(), Http2Error> {
        let too_large = |_| Http2Error::WindowTooLarge { stream };
        let by = i64::from(increment);
        if stream == 0 {
            self.window.change(by).map_err(too_large)?;
        } else if let Some(state) = self.streams.get_mut(&stream) {
            state.window.change(by).map_err(too_large)?;
            if state.becomes_ready() {
                self.ready.push_back(stream);
            }
        }
        self.send_queued();
        Ok(())
    }

    /// The peer says what it allows.
    pub(super) fn settings(&mut self, payload: &[u8]) -> Result<(), Http2Error> {
        if !mem::replace(&mut self.peer.is_known, true) {
            self.peer.max_streams = u32::MAX;
        }
        for setting in settings::read(payload) {
            match setting? {
                Setting::HeaderTableSize => self.must_resize = true,
                Setting::MaxConcurrentStreams(count) => self.peer.max_streams = count,
                Setting::MaxFrameSize(len) => self.peer.max_frame = len as usize,
                Setting::InitialWindowSize(size) => self.resize_windows(size)?,
            }
        }
        frame::settings_ack(&mut self.out);
        self.send_queued();
        Ok(())
    }

    /// Answers a PING.
    pub(super) fn pong(&mut self, payload: &[u8]) {
        frame::ping_ack(&mut self.out, payload);
    }

    /// RFC 9113 section 6.9.2: the windows of all streams change too, and may get negative.
    fn resize_windows(&mut self, size: u32) -> Result<(), Http2Error> {
        let by = i64::from(size) - i64::from(self.peer.initial_window);
        self.peer.initial_window = size;
        for (stream, state) in &mut self.streams {
            let stream = *stream;
            let too_large = |_| Http2Error::WindowTooLarge { stream };
            state.window.change(by).map_err(too_large)?;
            if state.becomes_ready() {
                self.ready.push_back(stream);
            }
        }
        Ok(())
    }

    /// Sends what the windows allow, of each stream a frame in turn.
    fn send_queued(&mut self) {
        while self.window.is_open()
            && let Some(stream) = self.ready.pop_front()
        {
            let Some(state) = self.streams.get_mut(&stream) else {
                continue;
            };
            let most = self.peer.max_frame.min(self.window.room());
            let piece = state.take_queued(most.min(state.window.room()));
            state.is_ready = state.can_send();
            if state.is_ready {
                self.ready.push_back(stream);
            }
            // SETTINGS may have closed the window meanwhile.
            if piece.is_empty() {
                continue;
            }
            self.window.spend(piece.len());
            state.window.spend(piece.len());
            self.queued -= piece.len();
            let is_last = state.queue.is_empty() && state.local == End::Ending;
            frame::data(&mut self.out, stream, &piece, is_last);
            if is_last {
                self.close_local(stream);
            }
        }
    }

    fn close_local(&mut self, stream: u32) {
        self.close(stream, |state| state.local = End::Closed);
    }

    fn close(&mut self, stream: u32, close_end: impl FnOnce(&mut Stream)) {
        if let Entry::Occupied(mut entry) = self.streams.entry(stream) {
            close_end(entry.get_mut());
            if entry.get().is_closed() {
                entry.remove();
            }
        }
    }

    fn say_go_away(&mut self, code: ErrorCode) {
        let last = match self.role {
            Role::Client => 0,
            Role::Server { .. } => self.said_last.unwrap_or(self.last),
        };
        self.said_last = Some(last);
        frame::go_away(&mut self.out, last, code);
    }

    fn next_stream(&self) -> u32 {
        if self.last == 0 { 1 } else { self.last + 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However long the window of the connection stays closed.
    #[test]
    fn nothing_is_left_of_a_stream_that_was_reset() {
        let mut client = Sender::new(Role::Client, Windows::LARGE);
        for _ in 0..3 {
            let stream = client.open().expect("there is room");
            client.headers(stream, [], false);
            client.data(stream, Bytes::from(vec![0; 70_000]), true);
            client.widen(stream, 100_000).expect("a small window");
        }
        assert_eq!((client.queued, client.ready.len()), (144_465, 3));
        client.reset(3, ErrorCode::CANCEL);
        client.reset(5, ErrorCode::CANCEL);
        assert_eq!(client.ready, [1]);
        client.reset(1, ErrorCode::CANCEL);
        assert_eq!((client.queued, client.ready.len()), (0, 0));
    }
}
