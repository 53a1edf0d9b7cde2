//! The server: requests of a connection are handled side by side, and answered when they are done.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Buf;
use futures_util::StreamExt;
use metaproto_codec::tokio::{MessageCodec, Outgoing, StreamError};
use metaproto_codec::{
    Codec, CodecError, Direction, ErrorType, Fault, Limits, MessageType, Metadata, Output,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, WriteHalf};
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;

/// How long to wait until a connection is accepted again after that has failed.
const PAUSE: Duration = Duration::from_millis(50);

/// A server of one protocol, with a function from requests to answers.
///
/// A handler answers with a whole message that bears the id of its request, or with a [`Failure`], which becomes the protocol's
/// own error. What it answers to a one-way request is dropped. Pings are answered here. A handler that panics or whose answer
/// cannot be written, or a peer that sends bytes that are no message, costs its connection.
#[derive(Clone, Debug)]
pub struct Server<C, H> {
    codec: C,
    handler: H,
    settings: Settings,
}

/// What a server may hold at once, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections; others wait to be accepted. Default 1024.
    pub most_connections: usize,
    /// Requests of one connection that are handled at once; then it is not read. Default 64.
    pub most_in_flight: usize,
    /// Bytes of answers that wait for a client that does not read; then it is not read either. The answers to requests in
    /// flight may come on top. Default 256 KiB.
    pub most_unsent: usize,
    /// How long connections may take to answer what they have read, once the server stops. Default 10 s.
    pub patience: Duration,
    /// The largest message and the like.
    pub limits: Limits,
    /// Is told why a connection was closed, unless its client has closed it, or the server.
    pub report: fn(SocketAddr, &StreamError),
}

/// What a handler says where it has no answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// For the protocol's status code.
    pub r#type: ErrorType,
    /// For a human.
    pub text: Cow<'static, str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            most_connections: 1024,
            most_in_flight: 64,
            most_unsent: 256 * 1024,
            patience: Duration::from_secs(10),
            limits: Limits::default(),
            report: |_, _| (),
        }
    }
}

impl Failure {
    /// A failure of this type.
    pub fn new(r#type: ErrorType, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self { r#type, text }
    }
}

impl From<CodecError> for Failure {
    fn from(error: CodecError) -> Self {
        Self::new(ErrorType::Unspecified, error.to_string())
    }
}

impl<C, H, F> Server<C, H>
where
    C: Codec + Clone + Sync + 'static,
    H: Fn(Metadata) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Outgoing, Failure>> + Send + 'static,
{
    /// A server with a handler.
    pub fn new(codec: C, handler: H, settings: Settings) -> Self {
        Self {
            codec,
            handler,
            settings,
        }
    }

    /// Accepts connections until `stop`, and then answers what was read.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let mut connections = JoinSet::new();
        let stopping = CancellationToken::new();
        tokio::pin!(stop);
        loop {
            let has_room = connections.len() < self.settings.most_connections;
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept(), if has_room => match accepted {
                    Ok((stream, peer)) => {
                        let (server, stopping) = (self.clone(), stopping.clone());
                        connections.spawn(async move {
                            if let Err(error) = server.serve(stream, stopping).await {
                                (server.settings.report)(peer, &error);
                            }
                        });
                    }
                    // There are no files left, for instance: others may be closed soon.
                    Err(_) => sleep(PAUSE).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(listener);
        stopping.cancel();
        let all = async { while connections.join_next().await.is_some() {} };
        let _ = timeout(self.settings.patience, all).await;
    }

    /// Serves one connection until its client closes it or `stop` is cancelled, and answers what was read. `stream` must write
    /// without waiting to be flushed, as TCP does.
    ///
    /// # Errors
    ///
    /// Where the connection breaks, its bytes are no messages, or a handler panics.
    pub async fn serve<S: AsyncRead + AsyncWrite>(
        &self,
        stream: S,
        stop: CancellationToken,
    ) -> Result<(), StreamError> {
        let Settings {
            most_in_flight,
            most_unsent,
            limits,
            ..
        } = self.settings;
        let (read, mut write) = tokio::io::split(stream);
        let codec = MessageCodec::new(self.codec.clone(), Direction::ClientToServer, limits);
        let mut messages = FramedRead::new(read, codec);
        let mut running = JoinSet::new();
        let mut unsent = Output::new();
        let mut is_reading = true;
        while is_reading || !running.is_empty() || unsent.has_remaining() {
            let has_room =
                running.len() < most_in_flight.max(1) && unsent.remaining() < most_unsent;
            tokio::select! {
                () = stop.cancelled(), if is_reading => {
                    is_reading = false;
                    Outgoing::GoAway.append_to(&self.codec, &mut unsent)?;
                }
                message = messages.next(), if is_reading && has_room => match message {
                    Some(message) => self.take(message?, &mut running, &mut unsent)?,
                    // The client sends no more, and may yet read.
                    None => is_reading = false,
                },
                Some(done) = running.join_next() => self.answer(done, &mut unsent)?,
                written = send(&mut write, &mut unsent), if unsent.has_remaining() => written?,
            }
        }
        Ok(write.shutdown().await?)
    }

    fn take(
        &self,
        message: Metadata,
        running: &mut JoinSet<Done>,
        unsent: &mut Output,
    ) -> Result<(), StreamError> {
        match message.kind() {
            MessageType::Request | MessageType::OneWay => {
                let answer = (self.handler)(message.clone());
                running.spawn(async { (message, answer.await) });
            }
            MessageType::Ping => {
                Outgoing::HeartbeatReply(message).append_to(&self.codec, unsent)?;
            }
            MessageType::Pong | MessageType::Event => {}
            _ => {
                let rule = "this server has no streams";
                return Err(Fault::Protocol { rule }.at(0, "message").into());
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        done: Result<Done, JoinError>,
        unsent: &mut Output,
    ) -> Result<(), StreamError> {
        let (request, answer) = done.map_err(io::Error::other)?;
        let answer = match answer {
            Ok(_) if request.kind() == MessageType::OneWay => return Ok(()),
            Ok(answer) => answer,
            Err(Failure { r#type, text }) => Outgoing::error_reply(request, r#type, text),
        };
        Ok(answer.append_to(&self.codec, unsent)?)
    }
}

/// A request and what its handler said.
type Done = (Metadata, Result<Outgoing, Failure>);

/// Writes some bytes, payloads without a copy.
async fn send<S: AsyncWrite>(write: &mut WriteHalf<S>, unsent: &mut Output) -> io::Result<()> {
    match write.write_buf(unsent).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(()),
    }
}
