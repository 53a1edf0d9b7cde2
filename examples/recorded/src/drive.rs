//! Feeds a codec some bytes, as a host does.

use std::fmt;

use bytes::Bytes;
use metaproto_codec::{Codec, CodecError, Direction, Limits, Metadata, Next, Session};

/// What a session made of some bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Every whole message, in order.
    pub messages: Vec<Found>,
    /// The error, or what [`Session::finish`] says.
    pub end: Result<(), CodecError>,
    /// Whether the error came while there were bytes to come, not from the end of the stream.
    pub poisoned: bool,
}

/// A message that a session found.
#[derive(Clone)]
pub struct Found {
    /// Bytes of the stream before it.
    pub offset: u64,
    /// What the codec says of it.
    pub metadata: Metadata,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.metadata, &other.metadata);
        self.offset == other.offset
            && a.frame() == b.frame()
            && a.header_size() == b.header_size()
            && a.kind() == b.kind()
            && a.status() == b.status()
            && a.request_id() == b.request_id()
            && a.stream_id() == b.stream_id()
            && a.operation() == b.operation()
            && a.properties().eq(b.properties())
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metadata = &self.metadata;
        f.debug_struct("Found")
            .field("offset", &self.offset)
            .field("length", &metadata.frame().len())
            .field("header_size", &metadata.header_size())
            .field("kind", &metadata.kind())
            .field("status", &metadata.status())
            .field("request_id", &metadata.request_id())
            .field("stream_id", &metadata.stream_id())
            .field("operation", &metadata.operation())
            .field("properties", &metadata.properties().collect::<Vec<_>>())
            .finish()
    }
}

/// Feeds `pieces` to a session over `codec`, one after another, until an error or the end.
///
/// # Panics
///
/// Where the session is not poisoned by its error.
#[must_use]
pub fn drive<'a>(
    codec: Box<dyn Codec>,
    direction: Direction,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut session = Session::new(
        codec,
        direction,
        Limits {
            max_frame: usize::MAX,
        },
    );
    let mut messages = Vec::new();
    for piece in pieces {
        session.receive(piece);
        loop {
            let mut metadata = Metadata::new(direction);
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => messages.push(Found { offset, metadata }),
                Ok(Next::Wait { .. }) => break,
                Err(error) => {
                    let again = session.next_message(&mut metadata);
                    assert_eq!(again, Err(error.clone()), "an error holds for good");
                    return Outcome {
                        messages,
                        end: Err(error),
                        poisoned: true,
                    };
                }
            }
        }
    }
    Outcome {
        messages,
        end: session.finish(),
        poisoned: false,
    }
}

/// What `codec` says of one whole message.
pub(crate) fn decode_one(
    codec: Box<dyn Codec>,
    direction: Direction,
    frame: &Bytes,
) -> Result<Metadata, String> {
    let outcome = drive(codec, direction, [&frame[..]]);
    if let Err(error) = outcome.end {
        return Err(error.to_string());
    }
    let count = outcome.messages.len();
    let mut messages = outcome.messages.into_iter();
    match (messages.next(), count) {
        (Some(Found { metadata, .. }), 1) => Ok(metadata),
        _ => Err(format!("it is {count} messages")),
    }
}

/// Where `other` differs from what was found in the whole stream.
pub(crate) fn first_difference(whole: &Outcome, cut: &Outcome) -> String {
    let pairs = whole.messages.iter().zip(&cut.messages);
    match pairs.into_iter().position(|(a, b)| a != b) {
        Some(index) => format!(
            "message {index} is {:?}, whole {:?}",
            cut.messages[index], whole.messages[index]
        ),
        None => format!(
            "{} messages and {:?}, whole {} and {:?}",
            cut.messages.len(),
            cut.end,
            whole.messages.len(),
            whole.end
        ),
    }
}
