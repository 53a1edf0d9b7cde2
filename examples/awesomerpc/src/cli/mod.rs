//! The subcommands, one file each, and what they share.

pub(crate) mod call;
pub(crate) mod demo;
pub(crate) mod dump;
pub(crate) mod proxy;
pub(crate) mod serve;

use std::future::Future;
use std::process::ExitCode;

use anyhow::Context;
use awesomerpc::{AwesomeHeader, AwesomeRpc};
use metaproto_codec::{Direction, Header, Limits, Metadata, Next, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Runs one subcommand on a fresh runtime.
pub(crate) fn block_on(
    main: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("cannot start the runtime")?;
    let result = runtime.block_on(main);
    // A pending read of stdin must not hold up the exit.
    runtime.shutdown_background();
    result
}

/// One message as the subcommands handle it.
pub(crate) struct Message {
    pub(crate) header: AwesomeHeader,
    pub(crate) body: bytes::Bytes,
}

/// Reads whole messages off one direction of a connection.
pub(crate) struct Reader {
    stream: OwnedReadHalf,
    session: Session<AwesomeRpc>,
    metadata: Metadata,
}

impl Reader {
    /// A reader of what travels in `direction`.
    pub(crate) fn new(stream: OwnedReadHalf, direction: Direction) -> Self {
        let session = Session::new(AwesomeRpc::default(), direction, Limits::default());
        Self {
            stream,
            session,
            metadata: Metadata::new(direction),
        }
    }

    /// The next message, or `None` where the stream ended between two messages.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<Message>> {
        loop {
            if let Next::Message { .. } = self.session.next_message(&mut self.metadata)? {
                let header = AwesomeHeader::read_frame(self.metadata.frame())?;
                return Ok(Some(Message {
                    header,
                    body: self.metadata.share_body(),
                }));
            }
            if self.stream.read_buf(self.session.read_buffer()).await? == 0 {
                self.session.finish()?;
                return Ok(None);
            }
        }
    }
}

/// Writes `bytes` in pieces of `chunk` bytes: 0 writes all at once, a negative number writes pieces of varying size.
pub(crate) async fn write_pieces(
    stream: &mut OwnedWriteHalf,
    bytes: &[u8],
    chunk: i64,
) -> std::io::Result<()> {
    let mut rest = bytes;
    let mut varying = 0;
    while !rest.is_empty() {
        let step = match usize::try_from(chunk) {
            Ok(0) => rest.len(),
            Ok(step) => step.min(rest.len()),
            Err(_) => {
                varying = (varying * 7 + 5) % 41;
                (varying + 1).min(rest.len())
            }
        };
        let (now, later) = rest.split_at(step);
        stream.write_all(now).await?;
        rest = later;
        if chunk != 0 {
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}
