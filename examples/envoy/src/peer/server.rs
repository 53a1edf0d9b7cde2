//! A server: it answers each request with its own name, a colon, and the payload.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use metaproto_codec::{Direction, MessageType, Metadata, Output};
use tokio::io::{AsyncWriteExt, WriteHalf, split};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, Stream};
use crate::wire::{Answer, StreamFrame, Wire, stream_frame};

/// What a server does with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Answers at once.
    #[default]
    Answer,
    /// Answers after this time, and so perhaps out of order.
    Late(Duration),
    /// Collects as many requests as this, and answers them last first.
    Reversed(usize),
    /// Answers with an error.
    Fail,
    /// Does not answer.
    Silent,
    /// Closes the connection.
    Close,
    /// Answers with bytes that are not the protocol.
    Garbage,
}

/// What was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) kind: MessageType,
    /// All properties, by name.
    pub(crate) properties: BTreeMap<String, String>,
}

/// A server. It ends when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

struct Shared {
    wire: &'static dyn Wire,
    name: &'static str,
    /// Whether responses are written one byte at a time.
    drips: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    behaviour: Behaviour,
    /// Properties of responses.
    properties: Vec<(&'static str, &'static str)>,
    received: Vec<Received>,
    /// Whether `received` stays empty.
    forgets: bool,
    /// What is written to each connection that is open; nothing closes it.
    open: Vec<UnboundedSender<Vec<u8>>>,
    connections: usize,
    /// Requests behind which others came before they were answered, where there are no ids.
    pipelined: usize,
    faults: Vec<String>,
}

impl Server {
    /// A server on a free port.
    pub(crate) async fn start(wire: &'static dyn Wire, name: &'static str) -> Result<Self> {
        Self::listen(wire, name, None, ([127, 0, 0, 1], 0).into()).await
    }

    /// A server at an address where there was one before.
    pub(crate) async fn start_at(
        wire: &'static dyn Wire,
        name: &'static str,
        address: SocketAddr,
    ) -> Result<Self> {
        Self::listen(wire, name, None, address).await
    }

    /// A server whose clients speak TLS.
    pub(crate) async fn start_tls(
        wire: &'static dyn Wire,
        name: &'static str,
        acceptor: TlsAcceptor,
    ) -> Result<Self> {
        Self::listen(wire, name, Some(acceptor), ([127, 0, 0, 1], 0).into()).await
    }

    async fn listen(
        wire: &'static dyn Wire,
        name: &'static str,
        acceptor: Option<TlsAcceptor>,
        address: SocketAddr,
    ) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Mutex::default();
        let drips = Arc::default();
        let shared = Arc::new(Shared {
            wire,
            name,
            drips,
            state,
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, acceptor, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            _tasks: tasks,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, it does this with requests.
    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.shared.state().behaviour = behaviour;
    }

    /// From now on, it writes one byte at a time.
    pub(crate) fn drip(&self) {
        self.shared.drips.store(true, Ordering::Relaxed);
    }

    /// From now on, its responses have these properties.
    pub(crate) fn tag(&self, properties: &[(&'static str, &'static str)]) {
        self.shared.state().properties = properties.to_vec();
    }

    /// All that was received, but for heartbeats.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// From now on, what is received is not kept, so that a server may run for long.
    pub(crate) fn forget(&self) {
        self.shared.state().forgets = true;
    }

    /// How many messages of this kind were received.
    pub(crate) fn count(&self, kind: MessageType) -> usize {
        let state = self.shared.state();
        let is_it = |received: &&Received| received.kind == kind;
        state.received.iter().filter(is_it).count()
    }

    /// How many requests were received.
    pub(crate) fn requests(&self) -> usize {
        self.count(MessageType::Request)
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Behind how many late requests others came on the same connection before they were answered, where there are no ids.
    pub(crate) fn pipelined(&self) -> usize {
        self.shared.state().pipelined
    }

    /// Sends `bytes` to all clients.
    pub(crate) fn send(&self, bytes: &[u8]) {
        let mut state = self.shared.state();
        state.open.retain(|open| open.send(bytes.to_vec()).is_ok());
    }

    /// What was wrong with what came.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.shared.state().faults.clone()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
        connections.spawn(async move {
            let _ = stream.set_nodelay(true);
            let stream: Box<dyn Stream> = match acceptor {
                None => Box::new(stream),
                Some(acceptor) => match acceptor.accept(stream).await {
                    Ok(stream) => Box::new(stream),
                    Err(error) => return shared.state().faults.push(error.to_string()),
                },
            };
            if let Err(error) = serve(stream, &shared).await {
                shared.state().faults.push(format!("{error:#}"));
            }
        });
    }
}

async fn serve(stream: Box<dyn Stream>, shared: &Arc<Shared>) -> Result<()> {
    let (read, write) = split(stream);
    let (answers, waiting) = unbounded_channel();
    {
        let mut state = shared.state();
        state.connections += 1;
        state.open.push(answers.clone());
    }
    let writer = tokio::spawn(write_all(write, waiting, Arc::clone(&shared.drips)));
    let mut connection = Connection::new(read, shared.wire.codec(), Direction::ClientToServer);
    let mut collected = Vec::new();
    let result = answer_all(&mut connection, shared, &answers, &mut collected).await;
    // An empty text ends the connection.
    let _ = answers.send(Vec::new());
    drop(answers);
    let _ = writer.await;
    // A proxy may end a connection in whatever way it likes.
    match result {
        Err(error) if error.is::<std::io::Error>() => Ok(()),
        result => result,
    }
}

async fn write_all(
    mut write: WriteHalf<Box<dyn Stream>>,
    mut waiting: tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>,
    drips: Arc<AtomicBool>,
) {
    'all: while let Some(bytes) = waiting.recv().await {
        let piece = if drips.load(Ordering::Relaxed) {
            1
        } else {
            bytes.len().max(1)
        };
        if bytes.is_empty() {
            break;
        }
        for piece in bytes.chunks(piece) {
            if write.write_all(piece).await.is_err() {
                break 'all;
            }
        }
    }
    let _ = write.shutdown().await;
}

async fn answer_all(
    connection: &mut Connection,
    shared: &Arc<Shared>,
    answers: &UnboundedSender<Vec<u8>>,
    collected: &mut Vec<Vec<u8>>,
) -> Result<()> {
    while let Some(message) = connection.next().await? {
        let kind = message.kind();
        if kind == MessageType::Ping {
            let message = message.clone();
            let mut output = Output::new();
            connection.codec().heartbeat_reply(&message, &mut output)?;
            shared.note(&message);
            let _ = answers.send(output.take_contiguous().into());
            continue;
        }
        shared.note(message);
        if let Some(bytes) = stream_answer(message)? {
            let _ = answers.send(bytes);
        }
        if kind != MessageType::Request {
            continue;
        }
        let (behaviour, properties) = {
            let state = shared.state();
            (state.behaviour, state.properties.clone())
        };
        let payload = shared.wire.payload(message)?;
        let payload = [shared.name.as_bytes(), b":", &payload].concat();
        let answer = Answer {
            payload: &payload,
            failed: behaviour == Behaviour::Fail,
            properties: &properties,
        };
        let bytes = shared.wire.reply(message, &answer)?;
        match behaviour {
            Behaviour::Answer | Behaviour::Fail => {
                let _ = answers.send(bytes);
            }
            Behaviour::Late(time) if !shared.wire.has_ids() => {
                tokio::time::sleep(time).await;
                // The client could not know yet that this one is answered.
                if connection.has_more().await {
                    shared.state().pipelined += 1;
                }
                let _ = answers.send(bytes);
            }
            Behaviour::Late(time) => {
                let answers = answers.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(time).await;
                    let _ = answers.send(bytes);
                });
            }
            Behaviour::Reversed(count) => {
                collected.push(bytes);
                if collected.len() == count {
                    let _ = answers.send(collected.drain(..).rev().flatten().collect());
                }
            }
            Behaviour::Garbage => {
                let _ = answers.send(vec![0xFF; 40]);
            }
            Behaviour::Silent => {}
            Behaviour::Close => return Ok(()),
        }
    }
    Ok(())
}

/// What is sent for a frame of a stream: the same back.
fn stream_answer(message: &Metadata) -> Result<Option<Vec<u8>>> {
    let id = message.stream_id().unwrap_or_default();
    let id = u32::try_from(id)?;
    Ok(match message.kind() {
        MessageType::StreamInit => Some(stream_frame(id, StreamFrame::Opened)?),
        MessageType::StreamData => Some(stream_frame(id, StreamFrame::Data(message.body()))?),
        MessageType::StreamClose => Some(stream_frame(id, StreamFrame::Close)?),
        _ => None,
    })
}

impl Shared {
    fn note(&self, message: &Metadata) {
        if self.state().forgets {
            return;
        }
        let text = |(key, value): (&str, metaproto_codec::Value<'_>)| {
            (key.to_ascii_lowercase(), value.to_string())
        };
        self.state().received.push(Received {
            kind: message.kind(),
            properties: message.properties().map(text).collect(),
        });
    }
}
