//! `serve`: answers each request with the tag, a colon and the request's payload.
//!
//! Some commands misbehave on purpose: 900 answers 50 ms late and so out of order, 901 never, 902 with `rsp_code` 7,
//! 903 closes the connection, 904 answers with garbage, 905 one byte at a time.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use awesomerpc::AwesomeHeader;
use metaproto_codec::{Direction, Header};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{Message, Reader, write_pieces};

/// Replies that may wait for a slow client before the server stops reading.
const QUEUE: usize = 1024;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What every reply's payload starts with.
    #[arg(long, default_value = "v1")]
    tag: String,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening {}", listener.local_addr()?.port());
    serve(listener, Arc::new(Server::new(options.tag))).await?;
    Ok(ExitCode::SUCCESS)
}

/// What the connections of a server share.
pub(crate) struct Server {
    tag: String,
    seen: Mutex<BTreeMap<i16, usize>>,
}

impl Server {
    /// A server whose replies start with `tag`.
    pub(crate) fn new(tag: impl Into<String>) -> Self {
        Self {
            tag: tag.into(),
            seen: Mutex::default(),
        }
    }

    /// How many requests of command `cmd` have come.
    pub(crate) fn seen(&self, cmd: i16) -> usize {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&cmd)
            .copied()
            .unwrap_or_default()
    }
}

/// Serves connections until accepting fails.
pub(crate) async fn serve(listener: TcpListener, server: Arc<Server>) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            if let Err(error) = connection(stream, &server).await {
                eprintln!("connection closed: {error:#}");
            }
        });
    }
}

/// What is to be written to a client.
struct Reply {
    bytes: Vec<u8>,
    /// As in [`write_pieces`].
    chunk: i64,
}

async fn connection(stream: TcpStream, server: &Server) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut reader = Reader::new(read, Direction::ClientToServer);
    let (replies, mut outgoing) = mpsc::channel::<Reply>(QUEUE);
    let writer = tokio::spawn(async move {
        while let Some(reply) = outgoing.recv().await {
            if write_pieces(&mut write, &reply.bytes, reply.chunk)
                .await
                .is_err()
            {
                return;
            }
        }
        // The client may be gone already, which is no fault.
        let _ = write.shutdown().await;
    });
    let result = answer_all(&mut reader, server, &replies).await;
    drop(replies);
    let _ = writer.await;
    result
}

async fn answer_all(
    reader: &mut Reader,
    server: &Server,
    replies: &mpsc::Sender<Reply>,
) -> anyhow::Result<()> {
    while let Some(request) = reader.next().await? {
        let command = request.header.req_cmd;
        let tag = server.tag.as_str();
        *server
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(command)
            .or_default() += 1;
        let reply = match command {
            901 => continue,
            903 => return Ok(()),
            904 => Reply {
                bytes: vec![0xff; 40],
                chunk: 0,
            },
            905 => Reply {
                bytes: answer(&request, tag, 0)?,
                chunk: 1,
            },
            902 => Reply {
                bytes: answer(&request, tag, 7)?,
                chunk: 0,
            },
            _ => Reply {
                bytes: answer(&request, tag, 0)?,
                chunk: 0,
            },
        };
        if command == 900 {
            let replies = replies.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let _ = replies.send(reply).await;
            });
        } else if replies.send(reply).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn answer(request: &Message, tag: &str, rsp_code: i16) -> anyhow::Result<Vec<u8>> {
    let header = AwesomeHeader {
        rsp_code,
        ..request.header.clone()
    };
    Ok(header.to_frame(&[tag.as_bytes(), b":", &request.body].concat())?)
}
