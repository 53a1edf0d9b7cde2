//! A connection of either side, from which whole messages are read.

use std::time::Duration;

use anyhow::{Context, Result};
use metaproto_codec::{Codec, Direction, Limits, Metadata, Next, Session};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadHalf};
use tokio::time::timeout;

/// How long anything may take that ought to happen at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, with TLS or without.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The side of a connection from which messages come.
pub(crate) struct Connection {
    read: ReadHalf<Box<dyn Stream>>,
    session: Session<Box<dyn Codec>>,
    metadata: Metadata,
}

impl Connection {
    /// Messages that travel in `direction`.
    pub(crate) fn new(
        read: ReadHalf<Box<dyn Stream>>,
        codec: Box<dyn Codec>,
        direction: Direction,
    ) -> Self {
        Self {
            read,
            session: Session::new(codec, direction, Limits::default()),
            metadata: Metadata::new(direction),
        }
    }

    /// The codec.
    pub(crate) fn codec(&self) -> &dyn Codec {
        self.session.codec()
    }

    /// The next message; none where the other side has ended between two.
    pub(crate) async fn next(&mut self) -> Result<Option<&Metadata>> {
        loop {
            if let Next::Message { .. } = self.session.next_message(&mut self.metadata)? {
                return Ok(Some(&self.metadata));
            }
            if self.read.read_buf(self.session.read_buffer()).await? == 0 {
                self.session.finish()?;
                return Ok(None);
            }
        }
    }

    /// Whether a part of another message is there already.
    pub(crate) async fn has_more(&mut self) -> bool {
        let read = self.read.read_buf(self.session.read_buffer());
        let _ = timeout(Duration::ZERO, read).await;
        self.session.buffered() > 0
    }

    /// As [`next`](Self::next), soon.
    pub(crate) async fn next_soon(&mut self) -> Result<Option<&Metadata>> {
        let next = timeout(PATIENCE, self.next()).await;
        next.context("nothing comes")?
    }
}
