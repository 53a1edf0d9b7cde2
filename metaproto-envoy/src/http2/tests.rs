//! Two connections that talk with each other.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{ErrorCode, Event, Http2, Role, Sender};

/// A client and a server, and the bytes between them.
struct Pair {
    client: Http2,
    server: Http2,
}

/// An event that owns what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Headers(u32, Vec<(Vec<u8>, Vec<u8>)>, bool),
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
            } => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| (name.to_vec(), value.to_vec()));
                Self::Headers(stream, fields.collect(), end)
            }
            Event::Data { stream, bytes, end } => Self::Data(stream, bytes.to_vec(), end),
            Event::Reset { stream, code } => Self::Reset(stream, code),
            Event::GoAway { last } => Self::GoAway(last),
            Event::Room => Self::Room,
        }
    }
}

const REQUEST: [(&[u8], &[u8]); 5] = [
    (b":method", b"POST"),
    (b":scheme", b"http"),
    (b":path", b"/echo?1f"),
    (b":authority", b"awesomerpc"),
    (b"mp-cmd", b"24"),
];
const RESPONSE: [(&[u8], &[u8]); 2] = [(b":status", b"200"), (b"mp-rsp-code", b"0")];

fn owned(fields: &[(&[u8], &[u8])]) -> Vec<(Vec<u8>, Vec<u8>)> {
    fields
        .iter()
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
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

    /// Moves bytes until both sides are silent, and what each side was told.
    fn settle(&mut self) -> (Vec<Told>, Vec<Told>) {
        let (mut by_client, mut by_server) = (Vec::new(), Vec::new());
        loop {
            let up = self.client.output().split();
            let down = self.server.output().split();
            if up.is_empty() && down.is_empty() {
                return (by_client, by_server);
            }
            let told = self
                .server
                .receive(&up, |_, event| by_server.push(Told::of(&event)));
            told.expect("the client keeps the rules");
            let told = self
                .client
                .receive(&down, |_, event| by_client.push(Told::of(&event)));
            told.expect("the server keeps the rules");
        }
    }
}

#[test]
fn a_request_is_answered() {
    let mut pair = Pair::new(10);
    let stream = pair.client.open().expect("streams can be opened at once");
    assert_eq!(stream, 1);
    pair.client.headers(stream, REQUEST, true);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_client, []);
    assert_eq!(by_server, [Told::Headers(1, owned(&REQUEST), true)]);

    pair.server.headers(1, RESPONSE, false);
    pair.server.data(1, Bytes::from_static(b"pong"), true);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_server, []);
    assert_eq!(
        by_client,
        [
            Told::Headers(1, owned(&RESPONSE), false),
            Told::Data(1, b"pong".to_vec(), true)
        ]
    );
    assert_eq!(pair.client.open_streams() + pair.server.open_streams(), 0);
    assert_eq!(pair.client.open(), Some(3));
}
