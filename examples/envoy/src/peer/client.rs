//! A client: it sends requests, many at once if asked to, and holds each reply against its request.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use metaproto_codec::{Direction, MessageType, Metadata, RequestId};
use tokio::io::{AsyncWriteExt, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::connection::{Connection, Stream};
use crate::wire::{Call, Wire};

/// A connection to a server, or to what stands before it.
pub(crate) struct Client {
    wire: &'static dyn Wire,
    write: WriteHalf<Box<dyn Stream>>,
    connection: Connection,
    /// The id of the last request.
    last: u64,
    /// Bytes that each payload has at least.
    least: usize,
    /// Requests that were not answered, by id.
    waiting: BTreeMap<u64, Sent>,
    events: usize,
}

struct Sent {
    operation: u16,
    payload: Vec<u8>,
    at: Instant,
}

/// A reply that belongs to a request of this connection and, if it is no error, has the request's payload.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// What it says of its request, by the protocol's number.
    pub(crate) code: i64,
    /// The name of the server; none, where it is an error.
    pub(crate) from: Option<String>,
    /// Which operation was called.
    pub(crate) operation: u16,
    /// All properties, by name.
    pub(crate) properties: BTreeMap<String, String>,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(wire: &'static dyn Wire, to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self::over(wire, Box::new(stream)))
    }

    /// Connects; dropped, the connection is reset and not ended.
    pub(crate) async fn connect_to_abort(wire: &'static dyn Wire, to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_zero_linger()?;
        Ok(Self::over(wire, Box::new(stream)))
    }

    /// A client over a connection that is there.
    pub(crate) fn over(wire: &'static dyn Wire, stream: Box<dyn Stream>) -> Self {
        let (read, write) = split(stream);
        Self {
            wire,
            write,
            connection: Connection::new(read, wire.codec(), Direction::ServerToClient),
            last: 0,
            least: 0,
            waiting: BTreeMap::new(),
            events: 0,
        }
    }

    /// From now on, payloads have at least so many bytes.
    pub(crate) fn fill(&mut self, least: usize) {
        self.least = least;
    }

    /// Sends one request.
    pub(crate) async fn send(&mut self, operation: u16) -> Result<()> {
        self.send_tagged(operation, &[]).await
    }

    /// Sends one request with properties.
    pub(crate) async fn send_tagged(
        &mut self,
        operation: u16,
        properties: &[(&str, &str)],
    ) -> Result<()> {
        let bytes = self.compose(operation, properties)?;
        self.send_bytes(&bytes).await
    }

    /// Writes one request down, which the caller is to send.
    pub(crate) fn compose(
        &mut self,
        operation: u16,
        properties: &[(&str, &str)],
    ) -> Result<Vec<u8>> {
        self.last += 1;
        let payload = payload(self.last, self.least);
        let bytes = self.wire.request(&Call {
            id: self.last,
            operation,
            payload: &payload,
            properties,
            one_way: false,
        })?;
        let at = Instant::now();
        let sent = Sent {
            operation,
            payload,
            at,
        };
        self.waiting.insert(self.last, sent);
        Ok(bytes)
    }

    /// Sends one request that is not answered.
    pub(crate) async fn send_one_way(&mut self, operation: u16) -> Result<()> {
        self.last += 1;
        let bytes = self.wire.request(&Call {
            id: self.last,
            operation,
            payload: &payload(self.last, 0),
            properties: &[],
            one_way: true,
        })?;
        self.send_bytes(&bytes).await
    }

    /// Sends whatever.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.write.write_all(bytes).await?)
    }

    /// Sends no more.
    pub(crate) async fn end(&mut self) -> Result<()> {
        Ok(self.write.shutdown().await?)
    }

    /// Requests that were not answered.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Events that came between replies.
    pub(crate) fn events(&self) -> usize {
        self.events
    }

    /// The next message, whatever it is; none where the other side has ended.
    pub(crate) async fn message(&mut self) -> Result<Option<&Metadata>> {
        self.connection.next_soon().await
    }

    /// The next reply; none where the other side has ended.
    pub(crate) async fn receive(&mut self) -> Result<Option<Reply>> {
        let message = loop {
            let next = self.connection.next_soon().await.with_context(|| {
                let waiting: Vec<_> = self.waiting.keys().take(4).collect();
                format!("{} unanswered: {waiting:?}", self.waiting.len())
            })?;
            match next {
                None => return Ok(None),
                Some(message) if message.kind() == MessageType::Event => self.events += 1,
                Some(message) => break message,
            }
        };
        let id = match message.request_id() {
            Some(RequestId::Number(id)) => Some(id),
            Some(RequestId::Bytes(_)) => bail!("a request id that is no number"),
            // Without ids, the oldest request is answered first.
            None => self.waiting.first_key_value().map(|(id, _)| *id),
        };
        let sent = id.and_then(|id| self.waiting.remove(&id));
        let sent = sent.with_context(|| format!("a reply without a request: {id:?}"))?;
        let from = match message.kind() {
            MessageType::Error => None,
            MessageType::Response => {
                let payload = self.wire.payload(message)?;
                let colon = payload.iter().position(|byte| *byte == b':');
                let (name, echo) = payload.split_at(colon.context("a reply without a name")?);
                ensure!(
                    echo[1..] == sent.payload,
                    "the reply to {id:?} has another payload, of {} bytes instead of {}",
                    echo.len() - 1,
                    sent.payload.len()
                );
                Some(String::from_utf8(name.to_vec())?)
            }
            kind => bail!("{kind} instead of a reply"),
        };
        let text = |(key, value): (&str, metaproto_codec::Value<'_>)| {
            (key.to_ascii_lowercase(), value.to_string())
        };
        Ok(Some(Reply {
            code: self.wire.code(message)?,
            from,
            operation: sent.operation,
            properties: message.properties().map(text).collect(),
            took: sent.at.elapsed(),
        }))
    }

    /// Sends one request and awaits its reply.
    pub(crate) async fn call(&mut self, operation: u16) -> Result<Reply> {
        self.call_tagged(operation, &[]).await
    }

    /// As [`call`](Self::call), with properties.
    pub(crate) async fn call_tagged(
        &mut self,
        operation: u16,
        properties: &[(&str, &str)],
    ) -> Result<Reply> {
        self.send_tagged(operation, properties).await?;
        self.receive().await?.context("closed without a reply")
    }

    /// Sends `count` requests, of which at most `depth` are under way, and awaits all replies.
    pub(crate) async fn calls(
        &mut self,
        operation: u16,
        count: usize,
        depth: usize,
    ) -> Result<Replies> {
        let mut replies = Vec::new();
        for number in 0..count {
            if number >= depth {
                replies.push(self.receive().await?.context("closed without a reply")?);
            }
            self.send(operation).await?;
        }
        while self.waiting() > 0 {
            replies.push(self.receive().await?.context("closed without a reply")?);
        }
        Ok(Replies(replies))
    }
}

/// What several clients do at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) operation: u16,
    /// Connections.
    pub(crate) clients: usize,
    /// Requests of each.
    pub(crate) count: usize,
    /// Requests of each that are under way at once.
    pub(crate) depth: usize,
}

/// Sends requests over several connections at once. The ids are the same on all, on purpose.
pub(crate) async fn load(wire: &'static dyn Wire, to: SocketAddr, load: Load) -> Result<Replies> {
    let mut clients = JoinSet::new();
    for _ in 0..load.clients {
        clients.spawn(async move {
            let mut client = Client::connect(wire, to).await?;
            client.calls(load.operation, load.count, load.depth).await
        });
    }
    let mut all = Vec::new();
    while let Some(replies) = clients.join_next().await {
        let Replies(replies) = replies??;
        all.extend(replies);
    }
    Ok(Replies(all))
}

/// Many replies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replies(pub(crate) Vec<Reply>);

impl Replies {
    /// How many came from the server `name`.
    pub(crate) fn from(&self, name: &str) -> usize {
        self.count(|reply| reply.from.as_deref() == Some(name))
    }

    /// How many have this code.
    pub(crate) fn code(&self, code: i64) -> usize {
        self.count(|reply| reply.code == code && reply.from.is_none())
    }

    /// How many are no errors.
    pub(crate) fn good(&self) -> usize {
        self.count(|reply| reply.from.is_some())
    }

    fn count(&self, is_it: impl Fn(&Reply) -> bool) -> usize {
        self.0.iter().filter(|reply| is_it(reply)).count()
    }
}

/// The payload of request `number`: of 0 to some 700 bytes more than `least`, another for each.
fn payload(number: u64, least: usize) -> Vec<u8> {
    let length = least as u64 + number.wrapping_mul(7919) % 701;
    let bytes =
        (0..length).map(|at| number.wrapping_mul(31).wrapping_add(at * 17).to_le_bytes()[0]);
    [&number.to_be_bytes()[4..], &bytes.collect::<Vec<_>>()].concat()
}
