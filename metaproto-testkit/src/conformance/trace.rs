//! A stream driven through a codec, as a host that knows nothing would: every chunk is shown to the codec as it comes.

use std::fmt;

use metaproto_codec::Direction;

use super::subject::{Answer, Instance, Subject};
use crate::facts::Facts;

/// What came of a stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trace {
    pub(crate) messages: Vec<Facts>,
    pub(crate) end: End,
}

/// How a stream ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// Waiting, with so many bytes left over.
    Waiting {
        left: usize,
    },
    /// Refused, after so many bytes had been consumed.
    Refused {
        after: usize,
        why: String,
    },
    /// The codec moved by an impossible number of bytes.
    Stuck {
        consumed: usize,
        of: usize,
    },
    Panicked(String),
}

impl PartialEq for End {
    /// Which of several faults is found first may depend on what has arrived; whether there is one may not.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Waiting { left: a }, Self::Waiting { left: b }) => a == b,
            (Self::Refused { after: a, .. }, Self::Refused { after: b, .. }) => a == b,
            (Self::Stuck { consumed: a, of: c }, Self::Stuck { consumed: b, of: d }) => {
                (a, c) == (b, d)
            }
            (Self::Panicked(_), Self::Panicked(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { left: 0 } => f.write_str("nothing left over"),
            Self::Waiting { left } => write!(f, "waiting, {left} bytes left over"),
            Self::Refused { why, .. } => write!(f, "an error: {why}"),
            Self::Stuck { consumed, of } => {
                write!(f, "Done {{ consumed: {consumed} }} of {of} bytes")
            }
            Self::Panicked(text) => write!(f, "a panic: {text}"),
        }
    }
}

/// One connection in one direction: what arrived and what was made of it so far.
pub(crate) struct Driver<'s> {
    subject: &'s Subject,
    codec: Instance,
    direction: Direction,
    buffer: Vec<u8>,
    consumed: usize,
    trace: Trace,
}

impl<'s> Driver<'s> {
    pub(crate) fn new(subject: &'s Subject, direction: Direction) -> Self {
        Self {
            subject,
            codec: subject.codec(),
            direction,
            buffer: Vec::new(),
            consumed: 0,
            trace: Trace {
                messages: Vec::new(),
                end: End::Waiting { left: 0 },
            },
        }
    }

    /// Shows the codec what has arrived until it waits.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.trace.end, End::Waiting { .. }) {
            return;
        }
        self.buffer.extend_from_slice(bytes);
        self.trace.end = loop {
            let had = self.buffer.len();
            match self
                .subject
                .ask(&mut *self.codec, self.direction, &self.buffer)
            {
                Answer::Wait { .. } => break End::Waiting { left: had },
                Answer::Error(error) => {
                    break End::Refused {
                        after: self.consumed,
                        why: error.to_string(),
                    };
                }
                Answer::Panic(text) => break End::Panicked(text),
                Answer::Done { consumed, .. } | Answer::Skip { consumed }
                    if consumed == 0 || consumed > had =>
                {
                    break End::Stuck { consumed, of: had };
                }
                Answer::Done { consumed, facts } => {
                    self.trace.messages.push(*facts);
                    self.drop_front(consumed);
                }
                Answer::Skip { consumed } => self.drop_front(consumed),
            }
            if self.buffer.is_empty() {
                break End::Waiting { left: 0 };
            }
        };
    }

    fn drop_front(&mut self, consumed: usize) {
        self.consumed += consumed;
        self.buffer.drain(..consumed);
    }

    pub(crate) fn finish(self) -> Trace {
        self.trace
    }
}

/// Drives one stream through a new instance.
pub(crate) fn drive<B: AsRef<[u8]>>(
    subject: &Subject,
    direction: Direction,
    chunks: impl IntoIterator<Item = B>,
) -> Trace {
    let mut driver = Driver::new(subject, direction);
    for chunk in chunks {
        driver.receive(chunk.as_ref());
    }
    driver.finish()
}
