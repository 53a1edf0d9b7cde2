//! Vectors of recorded traffic: raw streams and packet captures.
//!
//! The bytes of an imported vector are truth; its expectations are what the codec under test found, until somebody has
//! checked them.

mod capture;
mod directory;
mod packet;
mod tcp;

use metaproto_codec::{Codec, Direction};

use super::{Recorder, VectorFile};

pub use capture::{Capture, ImportError, MAX_CAPTURE, pcap};
pub use directory::{DirectoryError, directory, pending};
pub use tcp::{Connection, MAX_CONNECTIONS, Piece};

/// Vectors of the two streams of a connection, either of which may be empty.
#[must_use]
pub fn raw(c2s: &[u8], s2c: &[u8], make: impl Fn() -> Box<dyn Codec>) -> VectorFile {
    let mut recorder = Recorder::new(make);
    recorder.bytes(Direction::ClientToServer, c2s);
    recorder.bytes(Direction::ServerToClient, s2c);
    recorder.finish()
}
