//! What a fuzzer does to the halves. Not a part of the interface; behind the feature `fuzzing`.

use std::sync::Arc;

use bytes::Buf;
use metaproto_codec::{Codec, Direction, Metadata, Next, Output, Session};

use crate::config::{Body, Config};
use crate::downstream::Downstream;
use crate::half::Half;
use crate::registry::MakeCodec;
use crate::store;
use crate::upstream::Upstream;

/// Joins both halves of a codec, lets `input` act as client, server and Envoy, and checks what must hold whatever they do: the
/// halves end what they write in messages, come to rest, and give everything back.
///
/// Each step is a byte that says who acts, a byte that says how many bytes follow, and these.
///
/// # Panics
///
/// Where that does not hold.
pub fn halves(make: MakeCodec, mut input: &[u8]) {
    let Some((&kind, rest)) = input.split_first() else {
        return;
    };
    input = rest;
    let mut config = Config::of("fuzzed");
    config.body = if kind & 1 == 0 {
        Body::Beside
    } else {
        Body::Inline
    };
    config.limits.in_flight = 8;
    config.limits.message_bytes = 4096;
    let config = Arc::new(config);
    let mut joined = Joined::new(&config, make);
    let mut answers = Session::new(
        make(),
        Direction::ServerToClient,
        config.limits.of_messages(),
    );
    let mut requests = Session::new(
        make(),
        Direction::ClientToServer,
        config.limits.of_messages(),
    );
    while let Some(([actor, length], rest)) = input.split_first_chunk() {
        let (bytes, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        input = rest;
        match actor % 6 {
            0 | 1 => joined.down.receive(bytes),
            2 | 3 => joined.up.receive(bytes),
            4 => joined.down.receive_http(bytes),
            _ => joined.up.receive_http(bytes),
        }
        joined.settle();
        read(&mut answers, joined.down.to_peer());
        read(&mut requests, joined.up.to_peer());
    }
    joined.down.end();
    joined.up.end();
    joined.settle();
    read(&mut answers, joined.down.to_peer());
    drop(joined);
    assert_eq!(
        (store::entries(), store::bytes()),
        (0, 0),
        "everything is given back"
    );
}

/// Reads what a half has written, which must be messages.
fn read(session: &mut Session<Box<dyn Codec>>, output: &mut Output) {
    while output.has_remaining() {
        let chunk = output.chunk();
        session.receive(chunk);
        let length = chunk.len();
        output.advance(length);
    }
    let mut message = Metadata::default();
    while let Next::Message { .. } = session
        .next_message(&mut message)
        .expect("what a half writes is a message")
    {}
    assert_eq!(session.buffered(), 0, "a half writes whole messages");
}

/// Both halves, one of which reads what the other writes.
pub(crate) struct Joined {
    pub(crate) down: Downstream,
    pub(crate) up: Upstream,
}

impl Joined {
    pub(crate) fn new(config: &Arc<Config>, make: MakeCodec) -> Self {
        Self {
            down: Downstream::new(Arc::clone(config), make),
            up: Upstream::new(Arc::clone(config), make),
        }
    }

    /// Lets both talk until neither has anything to say.
    pub(crate) fn settle(&mut self) {
        loop {
            let to_up = self.down.to_http().split();
            let to_down = self.up.to_http().split();
            if to_up.is_empty() && to_down.is_empty() {
                return;
            }
            // HTTP may cut anywhere.
            to_up
                .chunks(7)
                .for_each(|bytes| self.up.receive_http(bytes));
            to_down
                .chunks(7)
                .for_each(|bytes| self.down.receive_http(bytes));
        }
    }
}
