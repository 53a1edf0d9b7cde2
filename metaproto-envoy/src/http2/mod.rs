//! One connection of HTTP/2, RFC 9113, over bytes in memory: no sockets and no clock.
//!
//! The peer is Envoy, in the same process. What it sends is taken in at once, so that its windows stay open; how much
//! may be held is for the caller to bound. Priorities are ignored and nothing is pushed. In steady state a stream
//! allocates nothing, unless DATA has to wait for a window.
//!
//! ```text
//! bytes -> Cutter -> frames -> Reader -> events -> the caller
//! bytes <- Sender <- open, headers, data, reset <- the caller
//! ```

mod cutter;
mod error;
mod fields;
mod flow;
mod frame;
mod hpack;
mod reader;
mod sender;
mod settings;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use error::{ErrorCode, Http2Error};
pub(crate) use fields::Fields;
pub(crate) use sender::Sender;

use std::ops::{Deref, DerefMut};

use cutter::Cutter;
use flow::Windows;
use reader::Reader;

/// Which end of the connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Opens streams.
    Client,
    /// Answers streams; the peer may have so many open at once.
    Server { max_concurrent_streams: u32 },
}

/// Something that the peer did, about a stream of which both ends were not yet closed.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A request or a response begins; with `end` it has no body.
    Headers {
        stream: u32,
        fields: &'a Fields,
        end: bool,
    },
    /// A piece of a body, maybe empty if it is the last one. Trailers are told as an empty last piece.
    Data {
        stream: u32,
        bytes: &'a [u8],
        end: bool,
    },
    /// The stream is no more, since the peer does not want it, does not look at it ([`ErrorCode::REFUSED_STREAM`]) or
    /// used it against the rules.
    Reset { stream: u32, code: ErrorCode },
    /// The peer wants no more streams; those up to `last` it still serves. Those beyond it are reset by events that
    /// follow.
    GoAway {
        #[cfg_attr(
            not(test),
            expect(
                dead_code,
                reason = "streams beyond it are reset by events of their own"
            )
        )]
        last: u32,
    },
    /// [`Sender::open`], which found no room, would find some now.
    Room,
}

/// One connection. What can be asked of it at any time is in [`Sender`].
#[derive(Debug)]
pub(crate) struct Http2 {
    cutter: Cutter,
    reader: Reader,
    sender: Sender,
    failed: Option<Http2Error>,
}

impl Http2 {
    /// A connection that begins. What it has to say first is in the output at once.
    pub(crate) fn new(role: Role) -> Self {
        Self::with_windows(role, Windows::LARGE)
    }

    fn with_windows(role: Role, windows: Windows) -> Self {
        Self {
            cutter: Cutter::new(role),
            reader: Reader::new(),
            sender: Sender::new(role, windows),
            failed: None,
        }
    }

    /// Takes in bytes, cut anywhere, and tells what they mean, in order.
    ///
    /// `tell` may send, open and reset streams; events about a stream that it resets do not follow.
    ///
    /// # Errors
    ///
    /// What the peer did wrong. The connection has ended then: GOAWAY is in the output, and more bytes meet the same
    /// error.
    pub(crate) fn receive(
        &mut self,
        bytes: &[u8],
        mut tell: impl FnMut(&mut Sender, Event<'_>),
    ) -> Result<(), Http2Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.try_receive(bytes, &mut tell).inspect_err(|error| {
            self.failed = Some(*error);
            self.sender.fail(error.code());
        })
    }

    fn try_receive(
        &mut self,
        mut bytes: &[u8],
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) -> Result<(), Http2Error> {
        while let Some(piece) = self.cutter.next(&mut bytes)? {
            self.reader.read(piece, &mut self.sender, tell)?;
            if self.sender.has_room_again() {
                tell(&mut self.sender, Event::Room);
            }
        }
        Ok(())
    }
}

impl Deref for Http2 {
    type Target = Sender;

    fn deref(&self) -> &Sender {
        &self.sender
    }
}

impl DerefMut for Http2 {
    fn deref_mut(&mut self) -> &mut Sender {
        &mut self.sender
    }
}
