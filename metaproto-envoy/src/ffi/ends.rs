//! The two ends of a half, each of which takes in bytes and is owed bytes.

use bytes::{Buf, Bytes, BytesMut};

use super::filter::Pieces;
use crate::half::Half;

/// An end of a half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client or the server, which speaks the protocol.
    Peer,
    /// Envoy, which speaks HTTP/2.
    Http,
}

/// Pieces of at most this many bytes are joined before they are handed on alone.
const JOINED: usize = 64 << 10;

/// A buffer of more room than this is given back when it is empty.
const KEPT: usize = 256 << 10;

impl End {
    /// Hands bytes from this end to the half.
    pub(super) fn give(self, half: &mut dyn Half, pieces: Pieces<'_>) {
        match self {
            Self::Peer => {
                // A message in several pieces is not moved once for each.
                half.reserve(pieces.len());
                pieces.iter().for_each(|bytes| half.receive(bytes));
            }
            Self::Http => pieces.iter().for_each(|bytes| half.receive_http(bytes)),
        }
    }

    /// How many bytes this end is owed.
    pub(super) fn owed(self, half: &mut dyn Half) -> usize {
        match self {
            Self::Peer => half.to_peer().remaining(),
            Self::Http => half.to_http().len(),
        }
    }

    /// Hands all bytes that this end is owed to `sink`, in pieces.
    pub(super) fn pour(self, half: &mut dyn Half, mut sink: impl FnMut(&[u8])) {
        match self {
            Self::Peer => {
                let output = half.to_peer();
                while output.has_remaining() {
                    sink(output.chunk());
                    output.advance(output.chunk().len());
                }
            }
            Self::Http => {
                let bytes = half.to_http();
                if !bytes.is_empty() {
                    sink(bytes);
                    empty(bytes);
                }
            }
        }
    }

    /// Takes bytes that this end is owed, for a sink that must not be called while the half is borrowed; empty when
    /// there are no more.
    pub(super) fn take(self, half: &mut dyn Half) -> Bytes {
        match self {
            Self::Peer => {
                let output = half.to_peer();
                let first = output.chunk().len();
                output.copy_to_bytes(output.remaining().min(JOINED).max(first))
            }
            Self::Http => half.to_http().split().freeze(),
        }
    }
}

/// Empties a buffer, and keeps what of its room is worth it.
pub(super) fn empty(bytes: &mut BytesMut) {
    bytes.clear();
    if bytes.capacity() > KEPT {
        *bytes = BytesMut::new();
    }
}
