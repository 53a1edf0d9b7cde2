//! What surrounds a parser of whole messages: frames in place where the chunk has them whole, and a buffer for the rest.

use super::{Framer, Sink};

/// Reads the message at the start of the bytes.
pub(super) trait Parse {
    fn parse(bytes: &[u8]) -> Step<'_>;
}

/// What a parser found.
pub(super) enum Step<'a> {
    /// A whole message.
    Message {
        flow: u32,
        cmd: i16,
        payload: &'a [u8],
        rest: &'a [u8],
    },
    More,
    Malformed,
}

/// A framer around a parser `P` that is asked anew with every chunk.
pub(super) struct Gather<P> {
    buffer: Vec<u8>,
    parser: std::marker::PhantomData<P>,
}

impl<P> Default for Gather<P> {
    fn default() -> Self {
        Self {
            buffer: Vec::new(),
            parser: std::marker::PhantomData,
        }
    }
}

impl<P: Parse> Framer for Gather<P> {
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        if self.buffer.is_empty() {
            let Some(rest) = messages::<P>(chunk, sink) else {
                return false;
            };
            self.buffer.extend_from_slice(rest);
            return true;
        }
        self.buffer.extend_from_slice(chunk);
        let Some(rest) = messages::<P>(&self.buffer, sink) else {
            return false;
        };
        let done = self.buffer.len() - rest.len();
        self.buffer.drain(..done);
        true
    }

    fn left(&self) -> usize {
        self.buffer.len()
    }
}

/// Hands on all whole messages; what is left, or nothing where the bytes are malformed.
#[inline(always)]
fn messages<'a, P: Parse>(mut bytes: &'a [u8], sink: &mut impl Sink) -> Option<&'a [u8]> {
    loop {
        match P::parse(bytes) {
            Step::Message {
                flow,
                cmd,
                payload,
                rest,
            } => {
                sink.message(flow, cmd, payload);
                bytes = rest;
            }
            Step::More => return Some(bytes),
            Step::Malformed => return None,
        }
    }
}
