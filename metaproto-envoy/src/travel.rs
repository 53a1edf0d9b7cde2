//! How the messages of one stream of HTTP get from one half to the other: beside it, in the store, or in its body.

use std::collections::VecDeque;

use bytes::Bytes;
use metaproto_codec::{Codec, CodecError, Direction, Limits, Metadata, Next, Session};

use crate::config::Body;
use crate::store::{self, Added, Token};

/// The header that says where the message of a response is: its number in the store, or [`INLINE`]. What comes without it
/// comes from Envoy.
pub(crate) const REPLY: &str = "x-metaproto-reply";

/// The value of [`REPLY`] for a message in the body.
pub(crate) const INLINE: &str = "inline";

/// Messages that arrive on one stream of HTTP.
pub(crate) enum Arriving {
    /// Their numbers do.
    Beside(Numbers),
    /// Their bytes do.
    Inline(Box<Session<Box<dyn Codec>>>),
}

/// Why a message that was announced is not there.
#[derive(Debug)]
pub(crate) enum Missing {
    /// The store does not have it any more.
    Lost,
    /// The body is no message, whatever a filter did to it.
    Malformed(CodecError),
}

impl Arriving {
    /// Messages in a body.
    pub(crate) fn inline(codec: Box<dyn Codec>, direction: Direction, limits: Limits) -> Self {
        Self::Inline(Box::new(Session::new(codec, direction, limits)))
    }

    /// Takes in a part of the body.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        match self {
            Self::Beside(numbers) => numbers.receive(bytes),
            Self::Inline(session) => session.receive(bytes),
        }
    }

    /// The next message of those that belong to the request `token`.
    pub(crate) fn next(&mut self, token: Option<Token>) -> Result<Option<Metadata>, Missing> {
        match self {
            Self::Beside(numbers) => {
                let Some(number) = numbers.whole.pop_front() else {
                    return Ok(None);
                };
                let message = token.and_then(|token| store::take(token, number));
                message.map(Some).ok_or(Missing::Lost)
            }
            Self::Inline(session) => {
                let mut message = store::blank();
                match session.next_message(&mut message) {
                    Ok(Next::Message { .. }) => Ok(Some(message)),
                    Ok(Next::Wait { .. }) => {
                        store::recycle(message);
                        Ok(None)
                    }
                    Err(error) => {
                        store::recycle(message);
                        Err(Missing::Malformed(error))
                    }
                }
            }
        }
    }

    /// The body is at its end.
    pub(crate) fn finish(&mut self) -> Result<(), Missing> {
        match self {
            Self::Beside(_) => Ok(()),
            Self::Inline(session) => session.finish().map_err(Missing::Malformed),
        }
    }
}

/// Numbers of messages, four bytes each, however they are cut.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    partial: [u8; 4],
    filled: usize,
    whole: VecDeque<u32>,
}

impl Numbers {
    /// Adds a number that came otherwise.
    pub(crate) fn push(&mut self, number: u32) {
        self.whole.push_back(number);
    }

    fn receive(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(place) = self.partial.get_mut(self.filled) {
                *place = *byte;
            }
            self.filled += 1;
            if self.filled == self.partial.len() {
                self.filled = 0;
                self.whole.push_back(u32::from_be_bytes(self.partial));
            }
        }
    }
}

/// What HTTP carries in place of a message that was sent.
pub(crate) enum Sent {
    /// The message is in the store, under this number.
    Beside(u32),
    /// The message itself.
    Inline(Bytes),
}

impl Sent {
    /// As a part of a body.
    pub(crate) fn into_body(self) -> Bytes {
        match self {
            Self::Beside(number) => Bytes::copy_from_slice(&number.to_be_bytes()),
            Self::Inline(bytes) => bytes,
        }
    }
}

/// Why a message is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// Nobody waits for it any more.
    Late,
    /// The thread keeps more than `worker_bytes`.
    OverLimit,
}

/// Sends `message` to the other half, as one of those that belong to the request `token`.
pub(crate) fn send(
    message: Metadata,
    token: Option<Token>,
    body: Body,
    worker_bytes: usize,
) -> Result<Sent, NotSent> {
    match (body, token) {
        (Body::Beside, Some(token)) => match store::add(token, message, worker_bytes) {
            Added::Number(number) => Ok(Sent::Beside(number)),
            Added::Late => Err(NotSent::Late),
            Added::OverLimit => Err(NotSent::OverLimit),
        },
        (Body::Beside, None) => Err(NotSent::Late),
        (Body::Inline, _) => {
            let bytes = message.share_frame();
            store::recycle(message);
            Ok(Sent::Inline(bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_cut_anywhere() {
        let bytes = [0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0, 1];
        for size in 1..bytes.len() {
            let mut numbers = Numbers::default();
            bytes.chunks(size).for_each(|chunk| numbers.receive(chunk));
            assert_eq!(numbers.whole, [1, u32::MAX], "in pieces of {size}");
        }
    }
}
