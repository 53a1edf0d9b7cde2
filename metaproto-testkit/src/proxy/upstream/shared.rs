//! One upstream connection for the requests of all clients, told apart by fresh request ids.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metaproto_codec::{Codec, MessageType, Metadata, Next, Output, RequestId, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};

use super::{Dialer, Ids};
use crate::proxy::stats::Recorder;
use crate::proxy::task::Task;

/// Messages that may wait to be written.
const QUEUE: usize = 256;
/// Requests, answered late or never, after which a connection takes no more.
const MAX_WAITING: usize = 1 << 15;

/// What comes of a request: the response, or why there is none.
type Outcome = Result<Metadata, String>;

/// The connection of one endpoint, made when it is needed.
#[derive(Default)]
pub(super) struct Pool(tokio::sync::Mutex<Option<Arc<Shared>>>);

impl Pool {
    pub(super) async fn get(&self, address: SocketAddr, dialer: &Dialer) -> Option<Arc<Shared>> {
        // Held while connecting: who comes meanwhile wants the same connection.
        let mut present = self.0.lock().await;
        if let Some(connection) = present.as_ref().filter(|connection| connection.has_room()) {
            return Some(Arc::clone(connection));
        }
        let stream = dialer.connect(address).await?;
        let connection = Arc::new(Shared::new(stream, address, dialer));
        *present = Some(Arc::clone(&connection));
        Some(connection)
    }
}

/// A connection; it ends when the last owner drops it.
pub(in crate::proxy) struct Shared {
    address: SocketAddr,
    queue: mpsc::Sender<Output>,
    waiting: Arc<Waiting>,
    _task: Task,
}

/// A fresh request id, and where its response will arrive.
pub(in crate::proxy) struct Slot {
    pub(in crate::proxy) id: u64,
    pub(in crate::proxy) outcome: oneshot::Receiver<Outcome>,
}

impl Shared {
    fn new(stream: TcpStream, address: SocketAddr, dialer: &Dialer) -> Self {
        let (reader, writer) = stream.into_split();
        let (queue, queued) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Waiting::new(dialer.ids));
        let receiver = Receiver {
            address,
            session: dialer.session(),
            queue: queue.clone(),
            waiting: Arc::clone(&waiting),
            recorder: Arc::clone(&dialer.recorder),
        };
        let ended = Arc::clone(&waiting);
        let task = Task::spawn(async move {
            let reason = tokio::select! {
                reason = receiver.run(reader) => reason,
                result = write(writer, queued) => match result {
                    Ok(()) => "upstream connection closed".to_owned(),
                    Err(error) => format!("upstream connection failed: {error}"),
                },
            };
            ended.close(&reason);
        });
        Self {
            address,
            queue,
            waiting,
            _task: task,
        }
    }

    pub(in crate::proxy) fn address(&self) -> SocketAddr {
        self.address
    }

    /// An id for a request that waits for a response; `None` once the connection is closed or full.
    pub(in crate::proxy) fn reserve(&self) -> Option<Slot> {
        let mut state = self.waiting.lock();
        let id = state.fresh_id()?;
        let (sender, outcome) = oneshot::channel();
        state.requests.insert(id, sender);
        Some(Slot { id, outcome })
    }

    /// An id for a request without response; `None` once the connection is closed or full.
    pub(in crate::proxy) fn passing_id(&self) -> Option<u64> {
        self.waiting.lock().fresh_id()
    }

    /// Gives an id back that was never sent.
    pub(in crate::proxy) fn release(&self, id: u64) {
        self.waiting.lock().requests.remove(&id);
    }

    /// Queues a message; `false` if the connection is closed.
    pub(in crate::proxy) async fn send(&self, message: Output) -> bool {
        self.queue.send(message).await.is_ok()
    }

    fn has_room(&self) -> bool {
        self.waiting.lock().has_room()
    }
}

/// The requests on a connection that wait for their responses.
struct Waiting(Mutex<State>);

struct State {
    /// A request whose receiver is gone was given up; its id stays taken, for the response may still come.
    requests: HashMap<u64, oneshot::Sender<Outcome>>,
    previous: u64,
    last: u64,
    closed: bool,
}

impl Waiting {
    fn new(ids: Ids) -> Self {
        let last = if let Ids::Shared { last } = ids {
            last
        } else {
            u64::MAX >> 1
        };
        Self(Mutex::new(State {
            requests: HashMap::new(),
            previous: 0,
            last,
            closed: false,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a response to its request; `false` if none waits for it.
    fn deliver(&self, response: Metadata) -> bool {
        let Some(RequestId::Number(id)) = response.request_id() else {
            return false;
        };
        let request = self.lock().requests.remove(&id);
        request.is_some_and(|request| request.send(Ok(response)).is_ok())
    }

    fn close(&self, reason: &str) {
        let requests = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.requests)
        };
        for request in requests.into_values() {
            let _ = request.send(Err(reason.to_owned()));
        }
    }
}

impl State {
    fn has_room(&self) -> bool {
        // Half of the ids stay free, so that a free one is found soon.
        !self.closed
            && self.requests.len() < MAX_WAITING
            && (self.requests.len() as u64) < self.last / 2
    }

    fn fresh_id(&mut self) -> Option<u64> {
        if !self.has_room() {
            return None;
        }
        loop {
            // Never 0, which some protocols keep for messages without response.
            self.previous = if self.previous >= self.last {
                1
            } else {
                self.previous + 1
            };
            if !self.requests.contains_key(&self.previous) {
                return Some(self.previous);
            }
        }
    }
}

struct Receiver {
    address: SocketAddr,
    session: Session<Box<dyn Codec>>,
    queue: mpsc::Sender<Output>,
    waiting: Arc<Waiting>,
    recorder: Arc<Recorder>,
}

impl Receiver {
    /// Reads until the connection ends, and says why.
    async fn run(mut self, mut reader: OwnedReadHalf) -> String {
        loop {
            if let Err(reason) = self.take_messages() {
                return reason;
            }
            match reader.read_buf(self.session.read_buffer()).await {
                Ok(0) => return self.end_of_stream(),
                Ok(_) => {}
                Err(error) => return format!("upstream connection failed: {error}"),
            }
        }
    }

    fn take_messages(&mut self) -> Result<(), String> {
        loop {
            let mut message = Metadata::default();
            match self.session.next_message(&mut message) {
                Ok(Next::Message { .. }) => self.take(message),
                Ok(Next::Wait { .. }) => return Ok(()),
                Err(error) => {
                    let text = format!("upstream {}: {error}", self.address);
                    self.recorder.update(|stats| stats.count_decode_error(text));
                    return Err(format!("malformed response: {error}"));
                }
            }
        }
    }

    fn take(&self, message: Metadata) {
        match message.kind() {
            MessageType::Response | MessageType::Error => {
                if !self.waiting.deliver(message) {
                    self.recorder.update(|stats| stats.late_responses += 1);
                }
            }
            MessageType::Pong if self.waiting.deliver(message.clone()) => {}
            MessageType::Ping => {
                let mut output = Output::new();
                if self
                    .session
                    .codec()
                    .heartbeat_reply(&message, &mut output)
                    .is_ok()
                {
                    // An upstream that does not read needs no sign of life.
                    let _ = self.queue.try_send(output);
                }
            }
            _ => self.recorder.update(|stats| stats.ignored += 1),
        }
    }

    fn end_of_stream(&mut self) -> String {
        if let Err(error) = self.session.finish() {
            let text = format!("upstream {}: {error}", self.address);
            self.recorder.update(|stats| stats.count_decode_error(text));
        }
        "upstream closed the connection".to_owned()
    }
}

async fn write(mut writer: OwnedWriteHalf, mut queue: mpsc::Receiver<Output>) -> io::Result<()> {
    while let Some(mut message) = queue.recv().await {
        writer.write_all_buf(&mut message).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_while_they_wait_and_come_round() {
        let waiting = Waiting::new(Ids::Shared { last: 7 });
        let mut state = waiting.lock();
        let (sender, _receiver) = oneshot::channel();
        state.requests.insert(2, sender);
        let ids: Vec<_> = (0..8).filter_map(|_| state.fresh_id()).collect();
        assert_eq!(ids, [1, 3, 4, 5, 6, 7, 1, 3]);
        for id in [4, 5] {
            state.requests.insert(id, oneshot::channel().0);
        }
        assert_eq!(state.fresh_id(), None, "half of the ids are taken");
    }
}
