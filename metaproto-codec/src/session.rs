//! The sans-I/O driver of one direction of one connection.

use bytes::BytesMut;

use crate::{Codec, CodecError, DecodeStatus, Direction, Fault, FieldPath, Metadata};

/// Limits that a host sets, beside those that the codec states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message, bytes. Default 16 MiB.
    pub max_frame: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: 16 << 20,
        }
    }
}

/// What [`Session::next_message`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// One message: the metadata describes it and shares its bytes.
    Message {
        /// Bytes of the stream before the message.
        offset: u64,
    },
    /// No whole message is buffered.
    Wait {
        /// Additional bytes without which the next call cannot answer otherwise; at least 1.
        at_least: usize,
    },
}

/// Drives a [`Codec`] over one direction of one connection: no sockets, no clocks.
///
/// It buffers what arrives, calls the codec only when an answer is possible, hands out whole messages that share the
/// bytes that arrived, and holds the codec to its contract: progress, limits, direction. After an error it is poisoned
/// and gives the same error again, for half a message must never be taken for a whole one.
///
/// Work is linear in the bytes, whatever their fragmentation; buffered memory is at most about twice the larger of
/// [`Limits::max_frame`] and what was received at once.
#[derive(Debug)]
pub struct Session<C> {
    codec: C,
    direction: Direction,
    max_frame: usize,
    fixed_header: usize,
    buffer: BytesMut,
    /// Buffered bytes below which the codec need not be asked.
    ask_at: usize,
    /// Buffered bytes below which there is no message.
    wanted: usize,
    /// Bytes of the stream before the buffer.
    offset: u64,
    poison: Option<CodecError>,
}

impl<C: Codec> Session<C> {
    /// A session over bytes that travel in `direction`. The smaller of the codec's and the host's limits holds.
    pub fn new(codec: C, direction: Direction, limits: Limits) -> Self {
        let capabilities = codec.capabilities();
        Self {
            codec,
            direction,
            max_frame: limits.max_frame.min(capabilities.max_frame),
            fixed_header: capabilities.fixed_header,
            buffer: BytesMut::new(),
            ask_at: 1,
            wanted: 1,
            offset: 0,
            poison: None,
        }
    }

    /// The codec, for encoding.
    pub fn codec(&self) -> &C {
        &self.codec
    }

    /// The direction in which the bytes travel.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Bytes that arrived and are not part of a message handed out.
    pub fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// Bytes of the stream before the next message.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes in bytes that arrived; ignored once the session is poisoned.
    pub fn receive(&mut self, bytes: &[u8]) {
        if self.poison.is_none() {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The buffer to which a host may append what it reads from a socket, and do nothing else.
    pub fn read_buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Looks for the next message and describes it in `metadata`, which is left empty if there is none.
    ///
    /// # Errors
    ///
    /// What the codec reports, or the limit or clause of its contract that was broken, with the offset in the
    /// *stream*. The same error is given at every later call.
    pub fn next_message(&mut self, metadata: &mut Metadata) -> Result<Next, CodecError> {
        metadata.reset(self.direction);
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        if self.buffer.len() < self.ask_at {
            return Ok(Next::Wait {
                at_least: self.wanted.saturating_sub(self.buffer.len()).max(1),
            });
        }
        self.decode(metadata).map_err(|error| {
            metadata.clear();
            self.poisoned_by(error)
        })
    }

    /// States that no more bytes will come.
    ///
    /// # Errors
    ///
    /// The earlier error; what the codec says of the bytes that are left, which so does not depend on how the stream
    /// was cut; or [`Fault::Truncated`] if it ended within a message.
    pub fn finish(&mut self) -> Result<(), CodecError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        let error = match self
            .codec
            .decode(&self.buffer, &mut Metadata::new(self.direction))
        {
            Err(error) => error,
            Ok(DecodeStatus::Done { .. }) => broken("Done where a message was waited for"),
            Ok(DecodeStatus::WaitForData { at_least }) => {
                let fault = Fault::Truncated { missing: at_least };
                CodecError::new(self.buffer.len(), FieldPath::new("message"), fault)
            }
        };
        Err(self.poisoned_by(error))
    }

    fn poisoned_by(&mut self, error: CodecError) -> CodecError {
        let error = error.moved_by(self.offset);
        self.poison = Some(error.clone());
        error
    }

    fn decode(&mut self, metadata: &mut Metadata) -> Result<Next, CodecError> {
        let have = self.buffer.len();
        match self.codec.decode(&self.buffer, metadata)? {
            DecodeStatus::WaitForData { at_least: 0 } => {
                Err(broken("WaitForData asks for 0 bytes"))
            }
            DecodeStatus::WaitForData { at_least } => {
                metadata.clear();
                self.wanted = have
                    .checked_add(at_least)
                    .ok_or_else(|| broken("WaitForData asks for too much"))?;
                self.check_frame(self.wanted)?;
                self.ask_at = if have < self.fixed_header {
                    have + 1
                } else {
                    self.wanted
                };
                Ok(Next::Wait { at_least })
            }
            DecodeStatus::Done { consumed: 0 } => Err(broken("Done consumes 0 bytes")),
            DecodeStatus::Done { consumed } if consumed > have => {
                Err(broken("Done consumes more than there is"))
            }
            DecodeStatus::Done { consumed } => {
                self.check_frame(consumed)?;
                if !metadata.kind().may_travel(self.direction) {
                    let fault = Fault::Direction {
                        kind: metadata.kind(),
                        direction: self.direction,
                    };
                    return Err(CodecError::new(0, FieldPath::new("message"), fault));
                }
                metadata.attach_frame(self.buffer.split_to(consumed).freeze());
                let offset = self.offset;
                self.offset += consumed as u64;
                (self.ask_at, self.wanted) = (1, 1);
                Ok(Next::Message { offset })
            }
        }
    }

    fn check_frame(&self, length: usize) -> Result<(), CodecError> {
        if length <= self.max_frame {
            return Ok(());
        }
        let fault = Fault::AboveMaximum {
            found: length as u128,
            max: self.max_frame,
        };
        Err(CodecError::new(0, FieldPath::new("message"), fault))
    }
}

fn broken(rule: &'static str) -> CodecError {
    CodecError::new(0, FieldPath::new("message"), Fault::Contract { rule })
}
