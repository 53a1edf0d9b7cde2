//! Upstream connections that serve one request at a time.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use metaproto_codec::{Codec, MessageType, Metadata, Next, Output, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Dialer;
use crate::proxy::stats::Recorder;

/// Connections to one endpoint, those in use and those that are kept. A request beyond waits for one of them: an
/// endpoint's queue of connections to accept is short.
const MAX_CONNECTIONS: usize = 128;

/// The connections of one endpoint.
pub(super) struct Pool {
    idle: Mutex<Vec<Exclusive>>,
    permits: Arc<Semaphore>,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
        }
    }
}

impl Pool {
    pub(super) async fn get(&self, address: SocketAddr, dialer: &Dialer) -> Option<Exclusive> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        if let Some(mut connection) = self.idle() {
            connection.permit = permit;
            return Some(connection);
        }
        let stream = dialer.connect(address).await?;
        let recorder = Arc::clone(&dialer.recorder);
        Some(Exclusive {
            address,
            stream,
            session: dialer.session(),
            recorder,
            permit,
        })
    }

    pub(super) fn put(&self, mut connection: Exclusive) {
        let permit = connection.permit.take();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(connection);
        // After the connection is there for the next to take.
        drop(permit);
    }

    fn idle(&self) -> Option<Exclusive> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(connection) = idle.pop() {
            if connection.is_quiet() {
                return Some(connection);
            }
        }
        None
    }
}

/// A connection on which at most one request is in flight. Dropped, it is closed.
pub(in crate::proxy) struct Exclusive {
    address: SocketAddr,
    stream: TcpStream,
    session: Session<Box<dyn Codec>>,
    recorder: Arc<Recorder>,
    /// Held while the connection is in use.
    permit: Option<OwnedSemaphorePermit>,
}

impl Exclusive {
    pub(in crate::proxy) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a message that has no response.
    pub(in crate::proxy) async fn send(&mut self, mut message: Output) -> Result<(), String> {
        let sent = self.stream.write_all_buf(&mut message).await;
        sent.map_err(|error| format!("upstream connection failed: {error}"))
    }

    /// Sends a request and waits for the response, or says why there is none. After an error, or if the wait is given
    /// up, the connection is of no more use.
    pub(in crate::proxy) async fn exchange(&mut self, request: Output) -> Result<Metadata, String> {
        self.send(request).await?;
        loop {
            while let Some(message) = self.next()? {
                match message.kind() {
                    MessageType::Response | MessageType::Error | MessageType::Pong => {
                        return Ok(message);
                    }
                    MessageType::Ping => {
                        let mut pong = Output::new();
                        let made = self.session.codec().heartbeat_reply(&message, &mut pong);
                        if made.is_ok() {
                            self.send(pong).await?;
                        }
                    }
                    _ => self.recorder.update(|stats| stats.ignored += 1),
                }
            }
            match self.stream.read_buf(self.session.read_buffer()).await {
                Ok(0) => return Err(self.end_of_stream()),
                Ok(_) => {}
                Err(error) => return Err(format!("upstream connection failed: {error}")),
            }
        }
    }

    fn next(&mut self) -> Result<Option<Metadata>, String> {
        let mut message = Metadata::default();
        match self.session.next_message(&mut message) {
            Ok(Next::Message { .. }) => Ok(Some(message)),
            Ok(Next::Wait { .. }) => Ok(None),
            Err(error) => {
                let text = format!("upstream {}: {error}", self.address);
                self.recorder.update(|stats| stats.count_decode_error(text));
                Err(format!("malformed response: {error}"))
            }
        }
    }

    fn end_of_stream(&mut self) -> String {
        if let Err(error) = self.session.finish() {
            let text = format!("upstream {}: {error}", self.address);
            self.recorder.update(|stats| stats.count_decode_error(text));
        }
        "upstream closed the connection".to_owned()
    }

    /// Whether the connection is open and nothing arrived unasked.
    fn is_quiet(&self) -> bool {
        let nothing_read = self.stream.try_read(&mut [0]);
        self.session.buffered() == 0
            && nothing_read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}
