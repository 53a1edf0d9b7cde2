//! A connection with a transport socket: the half `upstream` between Envoy's HTTP/2 pool and the server, or `downstream`
//! between the client and the connection manager.
//!
//! Envoy's events are edges: reading goes on until there is no more, or Envoy is asked to come back. A read that leaves room
//! is not the last: the end of the peer's bytes may be behind it, and have no edge of its own.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use bytes::Buf;

use super::abi::{Action, IoResult};
use super::counters;
use super::ends::End;
use super::guard::{self, Panic};
use super::log::{Level, log};
use super::role::Role;
use super::wire::{Read, Socket, Written};
use crate::config::Config;
use crate::half::{Closing, Half};
use crate::tally::{Counter, Tally};

/// Bytes that are read at once, so that other connections have their turn.
const TURN: usize = 1 << 20;

/// Bytes that may wait for a peer that does not read. Beyond, Envoy's buffer fills, which holds back requests and responses,
/// and a client is not read either.
const WAITING: usize = 256 << 10;

/// One connection.
pub(super) struct Connection {
    role: Role,
    config: Arc<Config>,
    /// Gone after a panic, and when the connection is closed.
    half: RefCell<Option<Box<dyn Half>>>,
    /// Whether reading has stopped because there was no room.
    stopped: Cell<bool>,
    /// Whether the peer sends no more.
    ended: Cell<bool>,
    /// Whether the peer was told that no more comes.
    shut: Cell<bool>,
    /// Why the connection fails, as access logs show it.
    failure: OnceCell<String>,
}

impl Connection {
    pub(super) fn new(role: Role, config: Arc<Config>, half: Box<dyn Half>) -> Self {
        Self {
            role,
            config,
            half: RefCell::new(Some(half)),
            stopped: Cell::new(false),
            ended: Cell::new(false),
            shut: Cell::new(false),
            failure: OnceCell::new(),
        }
    }

    /// The TCP connection is there, and this needs nothing more.
    pub(super) fn connected(&self, socket: &Socket<'_>) {
        socket.raise_connected();
    }

    /// Envoy can read.
    pub(super) fn read(&self, socket: &Socket<'_>) -> IoResult {
        let mut half = self.half.borrow_mut();
        let Some(half) = half.as_deref_mut() else {
            return IoResult::CLOSE;
        };
        let mut given = give_http(half, socket);
        let (mut read, mut broken) = (0, false);
        while !self.ended.get() && half.closing().is_none() {
            self.stopped.set(!self.has_room(half));
            if self.stopped.get() {
                break;
            }
            if read >= TURN || socket.should_drain_read_buffer() {
                socket.set_is_readable();
                break;
            }
            match socket.read(half.read_buffer()) {
                Read::Bytes(count) => {
                    read += count;
                    half.received();
                }
                Read::Again => break,
                Read::End => {
                    self.ended.set(true);
                    half.end();
                }
                Read::Broken => broken = true,
            }
            given += give_http(half, socket);
            if broken {
                break;
            }
        }
        // What the peer is to be answered at once.
        broken |= self.write_peer(half, socket).is_none();
        given += give_http(half, socket);
        // The connection manager would take the end of a client's bytes for the end of the connection.
        let end = self.ended.get() && self.role == Role::Upstream;
        let bytes = if read > 0 { read } else { given };
        self.result(half, socket, bytes, end, broken)
    }

    /// Envoy has something to write, or the server has room again.
    pub(super) fn write(&self, socket: &mut Socket<'_>, end: bool) -> IoResult {
        let mut half = self.half.borrow_mut();
        let Some(half) = half.as_deref_mut() else {
            return IoResult::CLOSE;
        };
        let mut written = 0;
        let mut broken = false;
        loop {
            match self.write_peer(half, socket) {
                Some(count) => written += count,
                None => broken = true,
            }
            let waiting = End::Peer.owed(half);
            if broken || waiting > WAITING {
                break;
            }
            if socket.take_written(|bytes| half.receive_http(bytes)) == 0 {
                if end && waiting == 0 && !self.shut.replace(true) {
                    socket.shutdown_write();
                }
                break;
            }
        }
        let resumes = self.stopped.get() && self.has_room(half);
        if resumes || End::Http.owed(half) > 0 {
            socket.set_is_readable();
        }
        self.result(half, socket, written, false, broken)
    }

    /// Envoy closes the connection.
    pub(super) fn closed(&self, socket: &Socket<'_>) {
        // Envoy may close a connection while it reads or writes it: then that hook sees to the rest.
        let Ok(mut half) = self.half.try_borrow_mut() else {
            return;
        };
        if let Some(mut half) = half.take() {
            // What can still be written; nobody comes back for the rest.
            let _ = self.write_peer(half.as_mut(), socket);
            self.tell(half.as_mut());
            // What it keeps is given back while a filter can still tell the gauges.
        }
    }

    /// Whether the peer may be read: the half has room, and a client does not leave too much unread itself.
    fn has_room(&self, half: &mut dyn Half) -> bool {
        !half.is_full() && (self.role == Role::Upstream || End::Peer.owed(half) <= WAITING)
    }

    /// Why the connection fails, if the half says so.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// A hook panicked: this connection ends, and nothing else does.
    pub(super) fn panicked(&self, socket: &Socket<'_>, hook: &str, Panic(what): &Panic) {
        log(
            Level::Error,
            format_args!(
                "{}: {}: panic in {hook}, which costs this connection: {what}",
                self.role,
                socket.peer()
            ),
        );
        let mut tally = Tally::default();
        tally.count(Counter::Panic);
        counters::defer(&self.config.codec, self.role, &mut tally);
        let _ = self.failure.set("metaproto: panic".to_owned());
        // What is left of the half is not looked at again, but for what it does when it is dropped.
        if let Ok(mut half) = self.half.try_borrow_mut() {
            let half = half.take();
            let _ = guard::run(|| drop(half));
        }
        // Where the hook cannot answer that the connection is to be closed, the next one does.
        socket.set_is_readable();
    }

    /// Writes what the peer is owed, as far as it takes it; answers how many bytes, or nothing where the connection is broken.
    fn write_peer(&self, half: &mut dyn Half, socket: &Socket<'_>) -> Option<usize> {
        // Who has got an answer finds it counted.
        self.tell(half);
        let output = half.to_peer();
        let mut written = 0;
        while output.has_remaining() {
            match socket.write(output) {
                Written::Bytes(count) => {
                    written += count;
                    output.advance(count);
                }
                Written::Again => break,
                Written::Broken => return None,
            }
        }
        Some(written)
    }

    fn tell(&self, half: &mut dyn Half) {
        counters::defer(&self.config.codec, self.role, half.tally());
    }

    /// What Envoy is told at the end of a hook, which closes the connection if it is broken, or if the half wants that and
    /// owes nothing any more.
    fn result(
        &self,
        half: &mut dyn Half,
        socket: &Socket<'_>,
        bytes: usize,
        end: bool,
        broken: bool,
    ) -> IoResult {
        self.tell(half);
        let owed = End::Peer.owed(half) + End::Http.owed(half);
        let closing = half.closing().filter(|_| owed == 0);
        if let Some(Closing::Refused(why)) = closing
            && self.failure.set(format!("metaproto: {why}")).is_ok()
        {
            let peer = socket.peer();
            log(Level::Warn, format_args!("{}: {peer}: {why}", self.role));
        }
        IoResult {
            action: if broken || closing.is_some() {
                Action::Close
            } else {
                Action::KeepOpen
            },
            bytes: bytes as u64,
            end,
        }
    }
}

/// Hands Envoy what it is owed; answers how many bytes.
fn give_http(half: &mut dyn Half, socket: &Socket<'_>) -> usize {
    let mut given = 0;
    End::Http.pour(half, |bytes| {
        given += bytes.len();
        socket.add_read(bytes);
    });
    given
}
