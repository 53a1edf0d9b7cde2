//! The client: many requests in flight on one connection, answered in any order.

use std::io;
use std::sync::{Arc, OnceLock};

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use metaproto_codec::tokio::{MessageCodec, Outgoing, StreamError};
use metaproto_codec::{
    Codec, CodecError, Direction, Fault, IdSpace, Limits, MessageType, Metadata, Mutation, Next,
    Output, RequestId, Session,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio_util::codec::FramedRead;

use crate::pending::Pending;

/// Bytes that may wait for a server that does not read, beside those of one more request.
const MOST_UNSENT: usize = 256 * 1024;

/// A client of one connection, for any number of callers at once.
///
/// Each request gets an id of its own, which is used again once it is answered, be it that its caller has given up by then.
/// So no answer is ever taken for that of another request. Where ids are no numbers, one request is in flight at a time.
#[derive(Clone, Debug)]
pub struct Client<C> {
    codec: C,
    calls: mpsc::Sender<Call>,
    lost: Arc<OnceLock<Lost>>,
}

/// Why a request was not answered.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The request is not one whole message, not a request, or cannot carry the id; it was not sent.
    #[error("the request cannot be sent: {0}")]
    Request(#[from] CodecError),
    /// The connection was lost; whether the server got the request is not known.
    #[error(transparent)]
    Lost(#[from] Lost),
}

/// Why a connection was lost: the same for all requests that were in flight, and for all that come after.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// The server closed it.
    #[error("the server closed the connection")]
    Closed,
    /// It broke, or the server sent bytes that are no message.
    #[error("the connection broke: {0}")]
    Broken(Arc<StreamError>),
    /// The server answered what was not asked, or opened a stream.
    #[error("a {kind} that nobody asked for")]
    Unasked {
        /// What the message is.
        kind: MessageType,
    },
}

impl<C: Codec + Clone + 'static> Client<C> {
    /// A client over `stream`, which must write without waiting to be flushed, as TCP does. Of its requests `most_in_flight`
    /// wait for the server's answers, and others for these.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio.
    pub fn new<S>(stream: S, codec: C, most_in_flight: usize) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (calls, requests) = mpsc::channel(1);
        let lost = Arc::new(OnceLock::new());
        let connection = Connection::new(stream, codec.clone(), most_in_flight);
        tokio::spawn(connection.run(requests, lost.clone()));
        Self { codec, calls, lost }
    }

    /// Sends one whole message, a request with any id, and waits for what answers it: a response, or the protocol's own error.
    ///
    /// # Errors
    ///
    /// Where it cannot be sent, or the connection is lost before the answer.
    pub async fn call(&self, request: impl Into<Bytes>) -> Result<Metadata, CallError> {
        let request = self.message(request.into(), |kind| kind == MessageType::Request)?;
        let (answer, answered) = oneshot::channel();
        let answer = Some(answer);
        if self.calls.send(Call { request, answer }).await.is_err() {
            return Err(self.lost());
        }
        answered.await.unwrap_or_else(|_| Err(self.lost()))
    }

    /// Sends one whole message that is owed no answer: a one-way request, or a ping. It is on its way when this returns, and
    /// lost with the connection.
    ///
    /// # Errors
    ///
    /// Where it cannot be sent, or the connection is lost already.
    pub async fn tell(&self, message: impl Into<Bytes>) -> Result<(), CallError> {
        let request = self.message(message.into(), |kind| kind != MessageType::Request)?;
        let answer = None;
        let sent = self.calls.send(Call { request, answer }).await;
        sent.map_err(|_| self.lost())
    }

    fn message(
        &self,
        frame: Bytes,
        is_right: impl FnOnce(MessageType) -> bool,
    ) -> Result<Metadata, CodecError> {
        let (to_server, limits) = (Direction::ClientToServer, Limits::default());
        let mut session = Session::new(self.codec.clone(), to_server, limits);
        let mut message = Metadata::default();
        session.receive_shared(frame);
        let rule = match session.next_message(&mut message)? {
            Next::Wait { .. } => "not a whole message",
            Next::Message { .. } if session.buffered() > 0 => "more than one message",
            Next::Message { .. } if !is_right(message.kind()) => "call a request, tell others",
            Next::Message { .. } => return Ok(message),
        };
        Err(Fault::Protocol { rule }.at(0, "message"))
    }

    fn lost(&self) -> CallError {
        self.lost.get().cloned().unwrap_or(Lost::Closed).into()
    }
}

#[derive(Debug)]
struct Call {
    request: Metadata,
    /// Of a message that is owed one.
    answer: Option<Answer>,
}

type Answer = oneshot::Sender<Result<Metadata, CallError>>;

/// The task of a client.
struct Connection<S, C> {
    messages: FramedRead<ReadHalf<S>, MessageCodec<C>>,
    write: WriteHalf<S>,
    unsent: Output,
    pending: Pending<Answer>,
    /// Whether ids are numbers.
    has_numbers: bool,
}

impl<S: AsyncRead + AsyncWrite, C: Codec> Connection<S, C> {
    fn new(stream: S, codec: C, most_in_flight: usize) -> Self {
        let ids = codec.capabilities().request_id;
        let (read, write) = tokio::io::split(stream);
        let codec = MessageCodec::new(codec, Direction::ServerToClient, Limits::default());
        Self {
            messages: FramedRead::new(read, codec),
            write,
            unsent: Output::new(),
            pending: Pending::new(ids, most_in_flight),
            has_numbers: matches!(ids, IdSpace::Number { .. }),
        }
    }

    async fn run(mut self, mut calls: mpsc::Receiver<Call>, lost: Arc<OnceLock<Lost>>) {
        let reason = self.serve(&mut calls).await.err().unwrap_or(Lost::Closed);
        // Before the callers learn of it: what waits is dropped with `self`, what comes later is refused with `calls`.
        let _ = lost.set(reason);
    }

    /// Serves callers until there are none, or the connection is lost.
    async fn serve(&mut self, calls: &mut mpsc::Receiver<Call>) -> Result<(), Lost> {
        let mut has_callers = true;
        while has_callers || self.unsent.has_remaining() {
            let may_send = self.pending.has_room() && self.unsent.remaining() < MOST_UNSENT;
            tokio::select! {
                call = calls.recv(), if has_callers && may_send => match call {
                    Some(call) => self.send(call),
                    None => has_callers = false,
                },
                message = self.messages.next() => match message {
                    Some(message) => self.receive(message.map_err(broken)?)?,
                    None => return Err(Lost::Closed),
                },
                written = self.write.write_buf(&mut self.unsent), if self.unsent.has_remaining() => {
                    if written.map_err(broken)? == 0 {
                        return Err(broken(io::Error::from(io::ErrorKind::WriteZero)));
                    }
                }
            }
        }
        self.write.shutdown().await.map_err(broken)
    }

    fn send(&mut self, Call { request, answer }: Call) {
        if answer.as_ref().is_some_and(Answer::is_closed) {
            return; // its caller has given up
        }
        let mut mutation = Mutation::new();
        let id = answer.map(|answer| self.pending.add(answer));
        if let (Some(id), true) = (id, self.has_numbers) {
            mutation.set_request_id(RequestId::Number(id));
        }
        let outgoing = Outgoing::changed(request, mutation);
        let written = outgoing.append_to(self.messages.decoder().codec(), &mut self.unsent);
        if let (Err(error), Some(id)) = (written, id) {
            self.answer(id, Err(error.into()));
        }
    }

    fn receive(&mut self, message: Metadata) -> Result<(), Lost> {
        let kind = message.kind();
        match kind {
            MessageType::Response | MessageType::Error => {
                let id = match message.request_id() {
                    Some(RequestId::Number(id)) if self.has_numbers => id,
                    _ => 0,
                };
                if !self.answer(id, Ok(message)) {
                    return Err(Lost::Unasked { kind });
                }
            }
            MessageType::Ping => {
                let pong = Outgoing::HeartbeatReply(message);
                pong.append_to(self.messages.decoder().codec(), &mut self.unsent)
                    .map_err(broken)?;
            }
            MessageType::Pong | MessageType::Event => {}
            _ => return Err(Lost::Unasked { kind }),
        }
        Ok(())
    }

    /// Whether somebody asked. Who asked may be gone.
    fn answer(&mut self, id: u64, answer: Result<Metadata, CallError>) -> bool {
        let Some(waiting) = self.pending.remove(id) else {
            return false;
        };
        let _ = waiting.send(answer);
        true
    }
}

fn broken(error: impl Into<StreamError>) -> Lost {
    Lost::Broken(Arc::new(error.into()))
}
