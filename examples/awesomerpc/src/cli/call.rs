//! `call`: sends requests over several connections and checks every reply.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use awesomerpc::AwesomeHeader;
use metaproto_codec::{Direction, Header};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Message, Reader, write_pieces};

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// Port of the server on 127.0.0.1.
    #[arg(long)]
    pub(crate) port: u16,
    /// The command of every request.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) cmd: i16,
    /// The command that the replies are to carry, if not the request's.
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) expect_cmd: Option<i16>,
    /// Requests in all.
    #[arg(long, default_value_t = 1)]
    pub(crate) count: usize,
    /// The largest payload, bytes; sizes vary from 0 to this.
    #[arg(long, default_value_t = 100)]
    pub(crate) size: usize,
    /// Connections over which the requests are spread.
    #[arg(long, default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub(crate) conns: usize,
    /// Requests in flight on each connection.
    #[arg(long, default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=65536))]
    pub(crate) depth: usize,
    /// Bytes to write at a time; 0 writes a request at once, -1 pieces of varying size.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) chunk: i64,
    /// Seconds without which a connection must have finished.
    #[arg(long, default_value_t = 30)]
    pub(crate) timeout: u64,
}

impl Options {
    /// One request of command `cmd` to `port`.
    pub(crate) fn new(port: u16, cmd: i16) -> Self {
        Self {
            port,
            cmd,
            expect_cmd: None,
            count: 1,
            size: 100,
            conns: 1,
            depth: 1,
            chunk: 0,
            timeout: 3,
        }
    }
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Requests written.
    pub(crate) sent: usize,
    /// Replies with the right id, command and payload; an error reply needs no payload.
    pub(crate) ok: usize,
    /// Wrong replies and missing ones.
    pub(crate) bad: usize,
    /// Replies by `rsp_code`.
    pub(crate) codes: BTreeMap<i16, usize>,
    /// Successful replies by the tag of the server that sent them.
    pub(crate) tags: BTreeMap<String, usize>,
}

impl Summary {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.ok += other.ok;
        self.bad += other.bad;
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        for (tag, count) in other.tags {
            *self.tags.entry(tag).or_default() += count;
        }
    }

    fn to_json(&self) -> serde_json::Value {
        let codes: BTreeMap<String, usize> = self
            .codes
            .iter()
            .map(|(code, count)| (code.to_string(), *count))
            .collect();
        serde_json::json!({ "sent": self.sent, "ok": self.ok, "bad": self.bad, "codes": codes, "tags": self.tags })
    }
}

pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let summary = call(&options).await;
    println!("{}", summary.to_json());
    let good = summary.bad == 0 && summary.ok == options.count;
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Sends what `options` say. A connection that fails leaves its unanswered requests in [`Summary::bad`].
pub(crate) async fn call(options: &Options) -> Summary {
    let mut connections = JoinSet::new();
    for index in 0..options.conns {
        let count =
            options.count / options.conns + usize::from(index < options.count % options.conns);
        connections.spawn(connection(options.clone(), index, count));
    }
    let mut total = Summary::default();
    while let Some(part) = connections.join_next().await {
        match part {
            Ok(part) => total.add(part),
            Err(error) => {
                eprintln!("{error}");
                total.bad += 1;
            }
        }
    }
    total
}

/// What the two halves of a connection share.
#[derive(Default)]
struct Shared {
    summary: Summary,
    /// Payloads of the requests in flight.
    waiting: HashMap<u32, Vec<u8>>,
}

async fn connection(options: Options, index: usize, count: usize) -> Summary {
    let shared = Arc::new(Mutex::new(Shared::default()));
    let exchange = exchange(&options, count, &shared);
    let result = match timeout(Duration::from_secs(options.timeout), exchange).await {
        Ok(result) => result,
        Err(_) => Err(anyhow::anyhow!("no answer within {} s", options.timeout)),
    };
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = result {
        eprintln!(
            "connection {index}: {error:#}, {} unanswered",
            shared.waiting.len()
        );
        shared.summary.bad = count.saturating_sub(shared.summary.ok).max(1);
    }
    std::mem::take(&mut shared.summary)
}

async fn exchange(options: &Options, count: usize, shared: &Mutex<Shared>) -> anyhow::Result<()> {
    let stream = TcpStream::connect(("127.0.0.1", options.port))
        .await
        .with_context(|| {
            let port = options.port;
            format!(
                "cannot connect to port {port}, where `awesomerpc serve --port {port}` would listen"
            )
        })?;
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let window = Semaphore::new(options.depth);

    let send = async {
        for number in 0..count {
            window.acquire().await?.forget();
            let payload = payload(number, options.size);
            // The same ids on every connection, on purpose.
            let pack_flow = u32::try_from(number + 1)?;
            let header = AwesomeHeader {
                version: 1,
                pack_flow,
                pack_len: 0,
                req_cmd: options.cmd,
                rsp_code: 0,
            };
            let frame = header.to_frame(&payload)?;
            lock(shared).waiting.insert(pack_flow, payload);
            write_pieces(&mut write, &frame, options.chunk).await?;
            lock(shared).summary.sent += 1;
        }
        anyhow::Ok(())
    };
    let receive = async {
        let mut reader = Reader::new(read, Direction::ServerToClient);
        for _ in 0..count {
            let reply = reader.next().await?.context("the connection was closed")?;
            check(&reply, options, &mut lock(shared));
            window.add_permits(1);
        }
        anyhow::Ok(())
    };
    // The first fault of either half ends both: a writer must not outlive a peer that no longer reads.
    tokio::try_join!(send, receive)?;
    Ok(())
}

fn check(reply: &Message, options: &Options, shared: &mut Shared) {
    let Message { header, body } = reply;
    let sent = shared.waiting.remove(&header.pack_flow);
    let (tag, echoed) = match body.iter().position(|byte| *byte == b':') {
        Some(colon) => (&body[..colon], &body[colon + 1..]),
        None => (&body[..], &body[..0]),
    };
    let cmd = if header.rsp_code == 0 {
        options.expect_cmd.unwrap_or(options.cmd)
    } else {
        options.cmd
    };
    let echo = header.rsp_code != 0 || sent.as_deref() == Some(echoed);
    let good = sent.is_some() && header.version == 1 && header.req_cmd == cmd && echo;
    let summary = &mut shared.summary;
    *(if good {
        &mut summary.ok
    } else {
        &mut summary.bad
    }) += 1;
    *summary.codes.entry(header.rsp_code).or_default() += 1;
    if header.rsp_code == 0 {
        *summary
            .tags
            .entry(String::from_utf8_lossy(tag).into_owned())
            .or_default() += 1;
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A payload of 0 to `size` bytes that differs from request to request and holds every byte value.
fn payload(number: usize, size: usize) -> Vec<u8> {
    let length = number.wrapping_mul(7919) % (size + 1);
    (0..length)
        .map(|at| {
            number
                .wrapping_mul(31)
                .wrapping_add(at.wrapping_mul(17))
                .to_le_bytes()[0]
        })
        .collect()
}
