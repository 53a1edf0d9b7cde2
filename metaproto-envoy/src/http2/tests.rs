//! Two connections that talk with each other, and what a peer may not do.

mod conversation;
mod interop;
mod rules;

use std::collections::BTreeMap;

use bytes::Bytes;

use super::flow::Windows;
use super::{ErrorCode, Event, Http2, Role};

/// A list of fields.
type List = Vec<(Vec<u8>, Vec<u8>)>;

const REQUEST: [(&[u8], &[u8]); 5] = [
    (b":method", b"POST"),
    (b":scheme", b"http"),
    (b":path", b"/echo?1f"),
    (b":authority", b"awesomerpc"),
    (b"mp-cmd", b"24"),
];
const RESPONSE: [(&[u8], &[u8]); 2] = [(b":status", b"200"), (b"mp-rsp-code", b"0")];

/// An event that owns what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Headers(u32, List, bool),
    Data(u32, Vec<u8>, bool),
    Reset(u32, ErrorCode),
    GoAway(u32),
    Room,
}

impl Told {
    fn of(event: &Event<'_>) -> Self {
        match *event {
            Event::Headers {
                stream,
                fields,
                end,
            } => Self::Headers(stream, owned(fields.iter()), end),
            Event::Data { stream, bytes, end } => Self::Data(stream, bytes.to_vec(), end),
            Event::Reset { stream, code } => Self::Reset(stream, code),
            Event::GoAway { last } => Self::GoAway(last),
            Event::Room => Self::Room,
        }
    }
}

fn owned<'a>(fields: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> List {
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

/// What one end was told of the bodies of all streams.
#[derive(Debug, Default, PartialEq, Eq)]
struct Bodies(BTreeMap<u32, Body>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Body {
    bytes: Vec<u8>,
    is_whole: bool,
}

impl Bodies {
    fn note(&mut self, event: &Event<'_>) {
        let (stream, bytes, end): (u32, &[u8], bool) = match *event {
            Event::Headers { stream, end, .. } => (stream, &[], end),
            Event::Data { stream, bytes, end } => (stream, bytes, end),
            _ => return,
        };
        let body = self.0.entry(stream).or_default();
        assert!(!body.is_whole, "stream {stream} goes on after its end");
        body.bytes.extend_from_slice(bytes);
        body.is_whole = end;
    }
}

/// A client and a server, and nothing between them.
struct Pair {
    client: Http2,
    server: Http2,
}

impl Pair {
    fn new(max_concurrent_streams: u32) -> Self {
        Self {
            client: Http2::new(Role::Client),
            server: Http2::new(Role::Server {
                max_concurrent_streams,
            }),
        }
    }

    /// Begins a stream with [`REQUEST`].
    fn request(&mut self, end: bool) -> u32 {
        let stream = self.client.open().expect("there is room for a stream");
        self.client.headers(stream, REQUEST, end);
        stream
    }

    /// Moves bytes until both sides are silent, and what client and server were told.
    fn settle(&mut self) -> (Vec<Told>, Vec<Told>) {
        let (mut by_client, mut by_server) = (Vec::new(), Vec::new());
        loop {
            let up = self.client.output().split();
            let down = self.server.output().split();
            if up.is_empty() && down.is_empty() {
                return (by_client, by_server);
            }
            let server = &mut self.server;
            let told = server.receive(&up, |_, event| by_server.push(Told::of(&event)));
            told.expect("the client keeps the rules");
            let client = &mut self.client;
            let told = client.receive(&down, |_, event| by_client.push(Told::of(&event)));
            told.expect("the server keeps the rules");
        }
    }
}
