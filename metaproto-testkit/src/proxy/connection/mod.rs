//! One client's connection: reads requests, has them forwarded, and hands what comes of them to the writer.

mod call;
mod forward;
mod turn;
mod writer;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use metaproto_codec::{
    Codec, Direction, ErrorType, MessageType, Metadata, Mutation, Next, Output, Session,
};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use self::call::{Call, Fault, Outbound};
use self::turn::{Turn, Turns};
use super::task::Task;
use super::upstream::{Cluster, Ids};
use super::{Heartbeat, Host};

/// Requests of one client that may be in flight.
const MAX_IN_FLIGHT: usize = 1024;
/// Messages to one client that may wait to be written.
const QUEUE: usize = 64;
/// How long a client whose bytes were malformed may take to read what it is still owed.
const LINGER: Duration = Duration::from_secs(1);

/// Serves a client until its connection ends.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, host: Arc<Host>) {
    // Only a matter of latency.
    let _ = stream.set_nodelay(true);
    let (mut reader, writer) = stream.into_split();
    let (queue, queued) = mpsc::channel(QUEUE);
    let writing = Task::spawn(writer::run(writer, queued, Arc::clone(&host)));
    let session = Session::new((host.factory)(), Direction::ClientToServer, host.limits);
    let in_flight = Arc::new(Semaphore::new(MAX_IN_FLIGHT));
    let mut connection = Connection {
        peer,
        host,
        session,
        queue,
        in_flight,
        calls: JoinSet::new(),
        turns: Turns::default(),
    };
    match connection.read(&mut reader).await {
        End::Closed => {
            connection.drain().await;
            drop(connection);
            writing.finish().await;
        }
        End::Malformed => {
            // What came before the fault is still owed its answers. Unread input would reset the connection, and the
            // client might never see them.
            let _ = tokio::time::timeout(LINGER, async {
                connection.drain().await;
                drop(connection);
                writing.finish().await;
                discard(&mut reader).await;
            })
            .await;
        }
        End::Broken => {}
    }
}

struct Connection {
    peer: SocketAddr,
    host: Arc<Host>,
    session: Session<Box<dyn Codec>>,
    queue: mpsc::Sender<Outbound>,
    in_flight: Arc<Semaphore>,
    calls: JoinSet<()>,
    turns: Turns,
}

/// How reading ended.
enum End {
    /// The client sends no more, but may still read.
    Closed,
    /// What the client sends is not the protocol.
    Malformed,
    /// The client can neither be read nor written.
    Broken,
}

impl Connection {
    async fn read(&mut self, reader: &mut OwnedReadHalf) -> End {
        loop {
            loop {
                let mut message = Metadata::default();
                match self.session.next_message(&mut message) {
                    Ok(Next::Message { .. }) => self.take(message).await,
                    Ok(Next::Wait { .. }) => break,
                    Err(error) => return self.malformed(&error),
                }
                if self.queue.is_closed() {
                    return End::Broken;
                }
            }
            while self.calls.try_join_next().is_some() {}
            let queue = self.queue.clone();
            let read = tokio::select! {
                read = reader.read_buf(self.session.read_buffer()) => read,
                () = queue.closed() => return End::Broken,
            };
            match read {
                Ok(0) => {
                    return match self.session.finish() {
                        Ok(()) => End::Closed,
                        Err(error) => self.malformed(&error),
                    };
                }
                Ok(_) => {}
                Err(_) => return End::Broken,
            }
        }
    }

    fn malformed(&self, error: &metaproto_codec::CodecError) -> End {
        let text = format!("client {}: {error}", self.peer);
        self.host
            .recorder
            .update(|stats| stats.count_decode_error(text));
        End::Malformed
    }

    /// Waits until all calls are answered, or nobody is there any more to read the answers.
    async fn drain(&mut self) {
        let queue = self.queue.clone();
        tokio::select! {
            () = async { while self.calls.join_next().await.is_some() {} } => {}
            () = queue.closed() => {}
        }
    }

    async fn take(&mut self, message: Metadata) {
        match message.kind() {
            MessageType::Request => {
                self.host.recorder.update(|stats| stats.requests += 1);
                self.route(message).await;
            }
            MessageType::OneWay => {
                self.host.recorder.update(|stats| stats.one_ways += 1);
                self.route(message).await;
            }
            MessageType::Ping => {
                self.host.recorder.update(|stats| stats.heartbeats += 1);
                match self.host.heartbeat {
                    Heartbeat::Forward if self.can_forward(&message) => self.route(message).await,
                    _ => self.answer_heartbeat(&message).await,
                }
            }
            _ => self.host.recorder.update(|stats| stats.ignored += 1),
        }
    }

    /// On a shared connection, an answer without id could not be told from another's.
    fn can_forward(&self, ping: &Metadata) -> bool {
        !matches!(self.host.ids, Ids::Shared { .. }) || ping.request_id().is_some()
    }

    async fn answer_heartbeat(&mut self, ping: &Metadata) {
        let mut output = Output::new();
        match self.session.codec().heartbeat_reply(ping, &mut output) {
            // A closed queue is noticed by the loop that reads.
            Ok(()) => drop(self.queue.send(Outbound::Ready(output)).await),
            Err(error) => {
                let text = format!("client {}: heartbeat: {error}", self.peer);
                self.host
                    .recorder
                    .update(|stats| stats.count_decode_error(text));
            }
        }
    }

    async fn route(&mut self, request: Metadata) {
        let Ok(permit) = Arc::clone(&self.in_flight).acquire_owned().await else {
            return;
        };
        let route = self.host.route(&request);
        let turn = match request.request_id() {
            Some(id) if request.kind() != MessageType::OneWay => self.turns.take(id),
            _ => Turn::default(),
        };
        let mut call = Call::new(request, route, turn, permit);
        match self.admit(&call) {
            Ok(cluster) => self.forward(call, cluster).await,
            Err(fault) => {
                call.fail(fault);
                self.push(call).await;
            }
        }
    }

    /// The cluster that serves the call.
    fn admit(&self, call: &Call) -> Result<Arc<Cluster>, Fault> {
        let Some(route) = &call.route else {
            return Err(Fault::new(ErrorType::RouteNotFound, "no route matches"));
        };
        self.host
            .recorder
            .update(|stats| stats.count_route(&route.name));
        if !route.admits(Instant::now()) {
            let text = format!("route {:?} is over its rate limit", route.name);
            return Err(Fault::new(ErrorType::OverLimit, text));
        }
        let name = route.next_cluster();
        self.host.clusters.get(&name).cloned().ok_or_else(|| {
            Fault::new(
                ErrorType::ClusterNotFound,
                format!("there is no cluster {name:?}"),
            )
        })
    }

    async fn forward(&mut self, mut call: Call, cluster: Arc<Cluster>) {
        match self.host.ids {
            // Sent from here, so that requests of one client leave in their order; awaited elsewhere.
            Ids::Shared { .. } => match self.send_shared(&mut call, &cluster).await {
                Ok(Some(pending)) => {
                    let queue = self.queue.clone();
                    self.calls.spawn(async move {
                        pending.wait(&mut call).await;
                        send(&queue, call).await;
                    });
                }
                Ok(None) => {}
                Err(fault) => {
                    call.fail(fault);
                    self.push(call).await;
                }
            },
            Ids::Exclusive => {
                let Some(request) = self.encode_unchanged_id(&mut call) else {
                    return self.push(call).await;
                };
                let (queue, host) = (self.queue.clone(), Arc::clone(&self.host));
                self.calls.spawn(async move {
                    forward::exclusive(&mut call, request, &cluster, &host.recorder).await;
                    send(&queue, call).await;
                });
            }
            // Without ids, order is all that ties a response to its request.
            Ids::Ordered => {
                if let Some(request) = self.encode_unchanged_id(&mut call) {
                    let host = Arc::clone(&self.host);
                    forward::exclusive(&mut call, request, &cluster, &host.recorder).await;
                }
                self.push(call).await;
            }
        }
    }

    fn encode_unchanged_id(&self, call: &mut Call) -> Option<Output> {
        let result = self.encode(call, call.request_mutation());
        result.map_err(|fault| call.fail(fault)).ok()
    }

    fn encode(&self, call: &Call, mutation: Mutation) -> Result<Output, Fault> {
        let mut output = Output::new();
        match self
            .session
            .codec()
            .encode(&call.request, &mutation, &mut output)
        {
            Ok(()) => Ok(output),
            Err(error) => {
                let text = format!("request not changed: {error}");
                self.host
                    .recorder
                    .update(|stats| stats.count_refusal(text.clone()));
                Err(Fault::new(ErrorType::Unspecified, text))
            }
        }
    }

    async fn push(&mut self, mut call: Call) {
        if call.turn.has_come() {
            return send(&self.queue, call).await;
        }
        // What comes before it may rest on requests that are still to be read.
        let queue = self.queue.clone();
        self.calls.spawn(async move { send(&queue, call).await });
    }
}

/// Hands a call to the writer when its turn has come. A closed queue is noticed by the loop that reads.
async fn send(queue: &mpsc::Sender<Outbound>, mut call: Call) {
    tokio::select! {
        () = call.turn.wait() => {}
        () = queue.closed() => {}
    }
    let _ = queue.send(Outbound::Call(Box::new(call))).await;
}

async fn discard(reader: &mut OwnedReadHalf) {
    let mut sink = [0; 4096];
    while reader.read(&mut sink).await.is_ok_and(|count| count > 0) {}
}
