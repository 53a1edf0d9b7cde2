//! W7: what a host does with a message, from the bytes that arrive to those that leave. Nobody else does this.

use std::collections::HashMap;
use std::hint::black_box;

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Codec, Direction, Header, HeaderCodec, Limits, Metadata, Mutation, Next, Output, Session, Value,
};

use crate::task::Task;
use crate::{w1, w3};

/// A host of codec `C`, that keeps what it needs from one message to the next.
struct Host<C> {
    session: Session<C>,
    metadata: Metadata,
    output: Output,
}

type Step = fn(&mut World) -> bool;

/// Hosts, their messages and their routes.
struct World {
    numbers: Host<HeaderCodec<w1::AwesomeHeader>>,
    texts: Host<HeaderCodec<w3::CallHeader>>,
    message: Bytes,
    call: Bytes,
    routes: HashMap<i64, &'static str>,
    mutation: Mutation,
}

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    let task = |name, about, step: Step| {
        let table: [(&str, Step); 1] = [("ours", step)];
        Task::new(
            name,
            about,
            |_| true,
            &table,
            |step| {
                move |turns| {
                    let mut world = World::new();
                    for _ in 0..turns {
                        black_box(step(black_box(&mut world)));
                    }
                }
            },
        )
    };
    vec![
        task(
            "w7-forward",
            "receive a message of W1 with 100 bytes, look up its command among routes, pass it on as it is",
            forward,
        ),
        task(
            "w7-set-text",
            "receive a message of W3, set a text to a longer one, write it with all lengths repaired",
            set_text,
        ),
    ]
}

fn forward(world: &mut World) -> bool {
    let World {
        numbers, routes, ..
    } = world;
    if !numbers.receive(&world.message) {
        return false;
    }
    let Some(Value::Signed(command)) = numbers.metadata.get("cmd") else {
        return false;
    };
    routes.contains_key(&command) && numbers.pass_on(&Mutation::new())
}

fn set_text(world: &mut World) -> bool {
    world.texts.receive(&world.call) && world.texts.pass_on(&world.mutation)
}

impl World {
    fn new() -> Self {
        let header = w1::AwesomeHeader {
            version: 1,
            pack_flow: 7,
            pack_len: 0,
            req_cmd: 42,
            rsp_code: 0,
        };
        Self {
            numbers: Host::new(HeaderCodec::new()),
            texts: Host::new(HeaderCodec::new()),
            message: header.to_frame(&[7; 100]).unwrap_or_default().into(),
            call: w3::sample().into(),
            routes: (0..100).map(|command| (command, "cluster")).collect(),
            mutation: Mutation::new().set("region", "eu-central-1-blue"),
        }
    }
}

impl<C: Codec> Host<C> {
    fn new(codec: C) -> Self {
        let direction = Direction::ClientToServer;
        Self {
            session: Session::new(codec, direction, Limits::default()),
            metadata: Metadata::new(direction),
            output: Output::new(),
        }
    }

    /// Whether the bytes are one message, which the metadata then describes.
    fn receive(&mut self, bytes: &[u8]) -> bool {
        self.session.receive(bytes);
        let found = self.session.next_message(&mut self.metadata);
        matches!(found, Ok(Next::Message { .. }))
    }

    /// Encodes the message and lets the bytes go, as a socket does that takes them all.
    fn pass_on(&mut self, mutation: &Mutation) -> bool {
        let Self {
            session,
            metadata,
            output,
        } = self;
        let encoded = session.codec().encode(metadata, mutation, output);
        black_box(output.chunk());
        output.advance(output.remaining());
        encoded.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_through() {
        let mut world = World::new();
        for _ in 0..3 {
            assert!(forward(&mut world));
            assert!(set_text(&mut world));
        }
        assert_eq!(world.numbers.session.buffered(), 0);
        assert_eq!(world.texts.session.buffered(), 0);
    }

    #[test]
    fn a_command_without_a_route_is_not_passed_on() {
        let mut world = World::new();
        world.routes.remove(&42);
        assert!(!forward(&mut world));
    }

    #[test]
    fn the_text_is_set_and_nothing_else() {
        let mut world = World::new();
        assert!(world.texts.receive(&world.call));
        let Host {
            session,
            metadata,
            output,
        } = &mut world.texts;
        session
            .codec()
            .encode(metadata, &world.mutation, output)
            .unwrap();
        assert_eq!(output.take_contiguous(), w3::changed("eu-central-1-blue"));
    }
}
