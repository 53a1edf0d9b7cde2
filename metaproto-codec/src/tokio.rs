//! A session as a decoder and encoder of [tokio-util]: messages over any `AsyncRead` and `AsyncWrite`. Behind the feature
//! `tokio`, which brings no runtime.
//!
//! [`MessageCodec`] is what `tokio_util::codec::Framed` (`FramedRead`, `FramedWrite`) asks for. What is read are messages,
//! each as the [`Metadata`] that describes it and shares its bytes; what is written is an [`Outgoing`].
//!
//! ```
//! use bytes::BytesMut;
//! use metaproto_codec::tokio::{MessageCodec, Outgoing, StreamError};
//! use metaproto_codec::{Direction, Header, HeaderCodec, Limits, Mutation};
//! use tokio_util::codec::{Decoder, Encoder};
//!
//! #[derive(Header)]
//! struct Note {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(metadata = "topic")]
//!     topic: u8,
//! }
//!
//! let mut codec = MessageCodec::new(HeaderCodec::<Note>::new(), Direction::ClientToServer, Limits::default());
//! let mut input = BytesMut::from(&b"\x04\x07hi\x05"[..]);
//! let note = codec.decode(&mut input)?.expect("one message is whole");
//! assert_eq!((note.get("topic").unwrap().to_string(), note.body()), ("7".to_owned(), &b"hi"[..]));
//! assert!(codec.decode(&mut input)?.is_none());
//!
//! let mut output = BytesMut::new();
//! codec.encode(Outgoing::changed(note, Mutation::new().set("topic", "8")), &mut output)?;
//! assert_eq!(output, &b"\x04\x08hi"[..]);
//! assert_eq!(
//!     codec.decode_eof(&mut input).unwrap_err().to_string(),
//!     "byte 5, field message: the stream ended 4 or more bytes before the end of the message"
//! );
//! # Ok::<(), StreamError>(())
//! ```
//!
//! # Reading
//!
//! The session has a buffer, and so has `Framed`; they are made one. Whenever the decoder waits, the two are exchanged: what
//! has come of the next message lies in `Framed`'s buffer, which reads on behind it, and the session takes it back with
//! what was added. So what the kernel writes is what messages share. Moved is only the start of a message that was cut, when
//! the buffer before it belongs to messages already, or when it grows: by doubling, never on the word of a length. As long
//! as the decoder waits, `Framed::into_parts` gives all that no message was made of.
//!
//! Memory is bounded by the smaller of [`Limits::max_frame`](crate::Limits) and what the codec states, as in the
//! [`Session`]. `Framed` reads only when it is polled and no whole message is there: who does not ask for messages holds
//! back the peer. A message keeps its whole chunk alive: copy what is to be kept for long.
//!
//! Bytes that belong to no message ([`DecodeStatus::Skip`](crate::DecodeStatus)) are dropped. An error is final: it is given
//! again by every later call, and what else arrives is dropped.
//!
//! # Writing
//!
//! `Framed` writes from one buffer, into which [`Encoder::encode`] must copy, the payload too. To write
//! without that copy, collect messages in an [`Output`] by [`Outgoing::append_to`], and give it to `write_all_buf` of
//! tokio's `AsyncWriteExt`: one vectored write for many of its pieces.
//!
//! [tokio-util]: https://docs.rs/tokio-util/0.7

use std::borrow::Cow;
use std::{io, mem};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::{
    Codec, CodecError, Direction, Error, ErrorType, Limits, Metadata, Mutation, Next, Output,
    Session,
};

/// Reads the messages of one direction of a connection and writes those of the other.
///
/// See [the module](self) for how it handles bytes.
#[derive(Debug)]
pub struct MessageCodec<C> {
    session: Session<C>,
    /// Whether the reader has the session's buffer, and the session the reader's, which is empty.
    lent: bool,
}

/// What is written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outgoing {
    /// A message that was read, with changes; without any, the very bytes that came.
    Message {
        /// The message.
        message: Metadata,
        /// What to change in it.
        mutation: Mutation,
    },
    /// One whole message, made here: written as it is.
    Frame(Bytes),
    /// As [`Frame`](Self::Frame), of a message in pieces, which shares its payload.
    Pieces(Output),
    /// The protocol's own error reply, see [`Codec::on_error`]; for a one-way request, nothing.
    ErrorReply {
        /// What is answered.
        request: Metadata,
        /// What happened, for the protocol's status code.
        r#type: ErrorType,
        /// Text for a human.
        text: Cow<'static, str>,
    },
    /// The answer to a ping, see [`Codec::heartbeat_reply`].
    HeartbeatReply(Metadata),
    /// A server's request for no more requests, see [`Codec::go_away`]; nothing where the protocol has none.
    GoAway,
}

/// Why a stream of messages cannot go on, or a message cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Reading from or writing to the connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Reading: the peer's bytes are no message, break a limit, or end within a message; this is final. Writing: the message
    /// cannot be made; nothing of it was written, and others can be.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl<C: Codec> MessageCodec<C> {
    /// Reads messages that travel in `direction`: [`ClientToServer`](Direction::ClientToServer) in a server. The smaller of the
    /// codec's and the host's limits holds.
    pub fn new(codec: C, direction: Direction, limits: Limits) -> Self {
        Self {
            session: Session::new(codec, direction, limits),
            // So that what is in the reader's buffer from the start becomes the session's without a copy.
            lent: true,
        }
    }

    /// The codec, for encoding.
    pub fn codec(&self) -> &C {
        self.session.codec()
    }

    /// Bytes of the stream before the next message.
    pub fn offset(&self) -> u64 {
        self.session.offset()
    }

    fn lend(&mut self, buffer: &mut BytesMut) {
        self.session.lend_buffer(buffer);
        self.lent = true;
    }

    fn take_back(&mut self, buffer: &mut BytesMut) {
        if mem::take(&mut self.lent) {
            self.session.take_buffer_back(buffer);
        } else if !buffer.is_empty() {
            // Somebody added bytes while there still were messages to take.
            self.session.receive_shared(buffer.split().freeze());
        }
    }
}

impl<C: Codec> Decoder for MessageCodec<C> {
    type Item = Metadata;
    type Error = StreamError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Metadata>, StreamError> {
        self.take_back(buffer);
        let mut message = Metadata::default();
        Ok(match self.session.next_message(&mut message)? {
            Next::Message { .. } => Some(message),
            Next::Wait { .. } => {
                self.lend(buffer);
                None
            }
        })
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Metadata>, StreamError> {
        let message = self.decode(buffer)?;
        if message.is_none() {
            self.take_back(buffer);
            self.session.finish()?;
        }
        Ok(message)
    }
}

impl<C: Codec> Encoder<Outgoing> for MessageCodec<C> {
    type Error = StreamError;

    fn encode(&mut self, message: Outgoing, buffer: &mut BytesMut) -> Result<(), StreamError> {
        let mut output = Output::new();
        message.append_to(self.codec(), &mut output)?;
        buffer.reserve(output.remaining());
        buffer.put(output);
        Ok(())
    }
}

impl Outgoing {
    /// A message that was read, with changes.
    #[must_use]
    pub fn changed(message: Metadata, mutation: Mutation) -> Self {
        Self::Message { message, mutation }
    }

    /// The protocol's own error reply to `request`.
    pub fn error_reply(
        request: Metadata,
        r#type: ErrorType,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::ErrorReply {
            request,
            r#type,
            text: text.into(),
        }
    }

    /// Appends the bytes to `output`, where payloads are shared.
    ///
    /// # Errors
    ///
    /// Where `codec` refuses; `output` is as it was.
    pub fn append_to<C: Codec + ?Sized>(
        self,
        codec: &C,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        match self {
            Self::Message { message, mutation } => codec.encode(&message, &mutation, output),
            Self::Frame(frame) => {
                output.push_shared(frame);
                Ok(())
            }
            Self::Pieces(pieces) => {
                output.append(pieces);
                Ok(())
            }
            Self::ErrorReply {
                request,
                r#type,
                text,
            } => {
                let message = &*text;
                codec.on_error(&request, &Error { r#type, message }, output)
            }
            Self::HeartbeatReply(ping) => codec.heartbeat_reply(&ping, output),
            Self::GoAway => codec.go_away(output),
        }
    }
}

impl From<Metadata> for Outgoing {
    /// The message as it came.
    fn from(message: Metadata) -> Self {
        Self::changed(message, Mutation::new())
    }
}

impl From<Bytes> for Outgoing {
    fn from(frame: Bytes) -> Self {
        Self::Frame(frame)
    }
}

impl From<Vec<u8>> for Outgoing {
    fn from(frame: Vec<u8>) -> Self {
        Self::Frame(frame.into())
    }
}

impl From<Output> for Outgoing {
    fn from(pieces: Output) -> Self {
        Self::Pieces(pieces)
    }
}
