//! Vectors of a connection that is being watched.

use std::fmt;

use metaproto_codec::{Codec, CodecError, Direction, Limits, Metadata, Next, Session};

use super::{Block, Expect, Rejection, Vector, VectorFile};
use crate::facts::Facts;

/// Writes down both directions of a connection: the bytes, how they were cut, and what a codec says of them.
///
/// The bytes are truth; the expectations are what the codec under test found, until somebody has checked them.
pub struct Recorder {
    sides: [Side; 2],
}

impl Recorder {
    /// A recorder with a codec for each direction.
    pub fn new(make: impl Fn() -> Box<dyn Codec>) -> Self {
        Self {
            sides: [Direction::ClientToServer, Direction::ServerToClient]
                .map(|direction| Side::new(make(), direction)),
        }
    }

    /// Takes in bytes as they arrived.
    pub fn bytes(&mut self, direction: Direction, bytes: &[u8]) {
        let [c2s, s2c] = &mut self.sides;
        match direction {
            Direction::ClientToServer => c2s.receive(bytes),
            Direction::ServerToClient => s2c.receive(bytes),
        }
    }

    /// Ends the recording: one vector for each direction in which there were bytes, named `c2s` and `s2c`, with one
    /// block for each message; if the stream ended within a message or was refused, the last block says so.
    #[must_use]
    pub fn finish(self) -> VectorFile {
        VectorFile {
            origin: None,
            vectors: self.sides.into_iter().filter_map(Side::finish).collect(),
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let received = self.sides.iter().map(|side| side.stream.len());
        f.debug_struct("Recorder")
            .field("received", &received.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A session that no host limits: the codec's own limits hold.
pub(super) fn session(codec: Box<dyn Codec>, direction: Direction) -> Session<Box<dyn Codec>> {
    let limits = Limits {
        max_frame: usize::MAX,
    };
    Session::new(codec, direction, limits)
}

/// An error as an expectation; `base` bytes of the stream do not count.
pub(super) fn rejection(error: &CodecError, base: u64) -> Rejection {
    Rejection {
        limit: error.is_limit(),
        rule: Some(error.fault().rule().to_owned()),
        offset: Some(error.offset().saturating_sub(base)),
        field: Some(error.field().to_string()).filter(|field| !field.is_empty()),
    }
}

struct Side {
    session: Session<Box<dyn Codec>>,
    metadata: Metadata,
    vector: Vector,
    stream: Vec<u8>,
    /// Bytes of `stream` that are in blocks.
    written: usize,
    /// How it stands with the bytes after them.
    end: Result<usize, CodecError>,
}

impl Side {
    fn new(codec: Box<dyn Codec>, direction: Direction) -> Self {
        Self {
            session: session(codec, direction),
            metadata: Metadata::default(),
            vector: Vector::new(direction.as_str(), direction),
            stream: Vec::new(),
            written: 0,
            end: Ok(1),
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.stream.extend_from_slice(bytes);
        self.vector.chunks.push(bytes.len());
        self.session.receive(bytes);
        self.end = loop {
            match self.session.next_message(&mut self.metadata) {
                Ok(Next::Message { .. }) => {
                    let facts = Box::new(Facts::of(&self.metadata));
                    let frame = self.metadata.frame();
                    self.written += frame.len();
                    let block = Block::new(frame, Expect::Facts(facts));
                    self.vector.blocks.push(block);
                }
                Ok(Next::Wait { at_least }) => break Ok(at_least),
                Err(error) => break Err(error),
            }
        };
    }

    fn finish(mut self) -> Option<Vector> {
        let rest = self.stream.get(self.written..).unwrap_or_default();
        let expect = match self.end {
            Err(error) => Some(Expect::Reject(rejection(&error, 0))),
            Ok(_) if rest.is_empty() => None,
            Ok(at_least) => Some(Expect::Wait {
                at_least: Some(at_least),
            }),
        };
        self.vector
            .blocks
            .extend(expect.map(|expect| Block::new(rest, expect)));
        if let [_] = self.vector.chunks.as_slice() {
            self.vector.chunks.clear(); // one chunk needs no size
        } else {
            self.vector.chunks.pop(); // what is left is one more chunk
        }
        (!self.stream.is_empty()).then_some(self.vector)
    }
}
