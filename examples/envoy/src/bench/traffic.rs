//! The messages of a measurement, who sends them and who answers them.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::{Buf, BytesMut};
use metaproto_codec::{Direction, Limits, Metadata, Next, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::wire::{Answer, Call, Dubbo, Thrift, Wire};

/// Room for what is read at once, bytes.
const ROOM: usize = 256 << 10;

/// Messages of one protocol and one size: all are the same but for their ids, so that to write one is to copy it, and to
/// check one to compare it.
pub(super) struct Traffic {
    request: Vec<u8>,
    reply: Vec<u8>,
    id: Place,
    reply_id: Place,
}

/// Where a number lies, big-endian.
type Place = Range<usize>;

impl Traffic {
    /// Calls of operation 1 with `payload` bytes there and back, of Dubbo, awesomeRPC or Thrift.
    pub(super) fn new(wire: &dyn Wire, payload: usize) -> Result<Self> {
        let payload: Vec<u8> = (0..payload).map(|place| (place % 251) as u8).collect();
        let call = Call {
            id: 1,
            operation: 1,
            payload: &payload,
            ..Call::default()
        };
        let answer = Answer {
            payload: &payload,
            failed: false,
            properties: &[],
        };
        let request = wire.request(&call)?;
        let mut session = Session::new(wire.codec(), Direction::ClientToServer, Limits::default());
        session.receive(&request);
        let mut metadata = Metadata::new(Direction::ClientToServer);
        let next = session.next_message(&mut metadata)?;
        ensure!(matches!(next, Next::Message { .. }), "no whole message");
        let reply = wire.reply(&metadata, &answer)?;
        if wire.name() == Thrift.name() {
            return Ok(Self::framed(&request, &reply));
        }
        let id = if wire.name() == Dubbo.name() {
            4..12
        } else {
            1..5
        };
        Ok(Self {
            request,
            reply,
            reply_id: id.clone(),
            id,
        })
    }

    /// Of messages in THeader, what is in their frames: the plain frames that Envoy's own proxy reads faster.
    fn framed(request: &[u8], reply: &[u8]) -> Self {
        // Length, magic and flags, sequence id, words of the header, header.
        let bare = |message: &[u8]| {
            let header = 4 * number(message, 12..14).unwrap_or_default();
            let body = message.get(14 + header..).unwrap_or_default();
            let mut frame = Vec::from((body.len() as u32).to_be_bytes());
            frame.extend(body);
            frame
        };
        // Length, version and kind, name, sequence id.
        let id_in = |frame: &[u8]| {
            let start = 12 + number(frame, 8..12).unwrap_or_default();
            start..start + 4
        };
        let (request, reply) = (bare(request), bare(reply));
        Self {
            id: id_in(&request),
            reply_id: id_in(&reply),
            request,
            reply,
        }
    }

    fn put_request(&self, id: usize, out: &mut BytesMut) {
        let start = out.len();
        out.extend_from_slice(&self.request);
        let bytes = (id as u64).to_be_bytes();
        let place = start + self.id.start..start + self.id.end;
        out[place].copy_from_slice(&bytes[8 - self.id.len()..]);
    }

    fn put_reply(&self, request: &[u8], out: &mut BytesMut) {
        let start = out.len();
        out.extend_from_slice(&self.reply);
        let place = start + self.reply_id.start..start + self.reply_id.end;
        out[place].copy_from_slice(&request[self.id.clone()]);
    }
}

/// A server that answers what it knows.
pub(super) struct Echo {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Echo {
    /// A server of these messages.
    pub(super) async fn start(traffic: Arc<Traffic>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let traffic = Arc::clone(&traffic);
                connections.spawn(async move {
                    if let Err(error) = answer(stream, &traffic).await {
                        eprintln!("server: {error:#}");
                    }
                });
            }
        });
        Ok(Self {
            address,
            _tasks: tasks,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn answer(mut stream: TcpStream, traffic: &Traffic) -> Result<()> {
    stream.set_nodelay(true)?;
    let len = traffic.request.len();
    let (mut read, mut write) = (BytesMut::new(), BytesMut::new());
    loop {
        read.reserve(ROOM);
        if stream.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
        while read.len() >= len {
            let frame = &read[..len];
            check(frame, &traffic.request, &traffic.id)?;
            traffic.put_reply(frame, &mut write);
            read.advance(len);
        }
        stream.write_all(&write).await?;
        write.clear();
    }
}

/// How many requests are under way.
#[derive(Clone, Copy)]
pub(super) struct Load {
    /// Connections.
    pub(super) clients: usize,
    /// Requests on each.
    pub(super) depth: usize,
}

/// Clients that keep requests under way until they are told to stop.
pub(super) struct Clients {
    tasks: JoinSet<Result<()>>,
    replies: UnboundedReceiver<Duration>,
    stop: Arc<AtomicBool>,
}

impl Clients {
    pub(super) async fn start(to: SocketAddr, traffic: &Arc<Traffic>, load: Load) -> Result<Self> {
        let (sender, replies) = unbounded_channel();
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for client in 0..load.clients {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            let caller = Caller {
                traffic: Arc::clone(traffic),
                first: 1 + client * load.depth,
                sent: vec![None; load.depth],
                replies: sender.clone(),
                stop: Arc::clone(&stop),
            };
            tasks.spawn(caller.run(stream));
        }
        Ok(Self {
            tasks,
            replies,
            stop,
        })
    }

    /// The time that each reply took which has come since this was last asked.
    pub(super) fn replies(&mut self) -> Vec<Duration> {
        let mut all = Vec::with_capacity(self.replies.len());
        while let Ok(took) = self.replies.try_recv() {
            all.push(took);
        }
        all
    }

    /// Waits for what is under way; the times of all replies that were not asked for.
    pub(super) async fn stop(mut self) -> Result<Vec<Duration>> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(self.replies())
    }
}

/// One client. Its ids are `first` and those behind it, one for each place in `sent`.
struct Caller {
    traffic: Arc<Traffic>,
    first: usize,
    /// When what is under way was sent.
    sent: Vec<Option<Instant>>,
    replies: UnboundedSender<Duration>,
    stop: Arc<AtomicBool>,
}

impl Caller {
    async fn run(mut self, mut stream: TcpStream) -> Result<()> {
        let (mut read, mut write) = (BytesMut::new(), BytesMut::new());
        for place in 0..self.sent.len() {
            self.call(place, &mut write);
        }
        loop {
            stream.write_all(&write).await?;
            write.clear();
            if self.sent.iter().all(Option::is_none) {
                return Ok(());
            }
            read.reserve(ROOM);
            let count = stream.read_buf(&mut read).await?;
            ensure!(count > 0, "the connection was closed");
            let len = self.traffic.reply.len();
            while read.len() >= len {
                self.take(&read[..len], &mut write)?;
                read.advance(len);
            }
        }
    }

    fn call(&mut self, place: usize, out: &mut BytesMut) {
        self.traffic.put_request(self.first + place, out);
        self.sent[place] = Some(Instant::now());
    }

    fn take(&mut self, reply: &[u8], out: &mut BytesMut) -> Result<()> {
        let traffic = &self.traffic;
        check(reply, &traffic.reply, &traffic.reply_id)?;
        let id = number(reply, traffic.reply_id.clone()).unwrap_or_default();
        let place = id.wrapping_sub(self.first);
        let sent = self.sent.get_mut(place).and_then(Option::take);
        let sent =
            sent.with_context(|| format!("a reply to request {id}, which waits for none"))?;
        // Whoever measures may have stopped already.
        let _ = self.replies.send(sent.elapsed());
        if !self.stop.load(Ordering::Relaxed) {
            self.call(place, out);
        }
        Ok(())
    }
}

/// Whether a message is as it should be; its id may be any.
fn check(message: &[u8], expected: &[u8], id: &Place) -> Result<()> {
    let same = message.len() == expected.len()
        && message[..id.start] == expected[..id.start]
        && message[id.end..] == expected[id.end..];
    ensure!(
        same,
        "another message: {:02x?}",
        &message[..message.len().min(64)]
    );
    Ok(())
}

fn number(bytes: &[u8], place: Place) -> Option<usize> {
    let digits = bytes.get(place)?.iter();
    Some(digits.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::super::path::Protocol;
    use super::*;

    #[tokio::test]
    async fn clients_and_servers_understand_each_other() {
        let load = Load {
            clients: 2,
            depth: 3,
        };
        for protocol in Protocol::ALL {
            for payload in [100, 64 << 10] {
                let traffic = Arc::new(Traffic::new(protocol.wire(), payload).unwrap());
                let server = Echo::start(Arc::clone(&traffic)).await.unwrap();
                let clients = Clients::start(server.address(), &traffic, load).await;
                let mut clients = clients.unwrap();
                sleep(Duration::from_millis(50)).await;
                assert!(clients.replies().len() > 6, "{protocol:?}, {payload} bytes");
                clients.stop().await.unwrap();
            }
        }
    }

    #[test]
    fn a_message_may_differ_in_its_id_alone() {
        let traffic = Traffic::new(Protocol::Dubbo.wire(), 10).unwrap();
        let mut out = BytesMut::new();
        traffic.put_request(0x0102, &mut out);
        assert_eq!(out[4..12], [0, 0, 0, 0, 0, 0, 1, 2]);
        check(&out, &traffic.request, &traffic.id).unwrap();
        for place in [3, 12, out.len() - 1] {
            let mut other = out.clone();
            other[place] ^= 1;
            check(&other, &traffic.request, &traffic.id).unwrap_err();
        }
    }
}
