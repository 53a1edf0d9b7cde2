//! The header of `docs/frames.md`.

use metaproto_codec::{Header, HeaderCodec};

/// Header of a note, 4 bytes.
#[derive(Header)]
#[header(big_endian)]
pub struct Note {
    /// "N1".
    #[header(constant = 0x4E31)]
    pub magic: u16,
    /// Length of the text, bytes.
    #[header(body_len, max = 1024)]
    pub length: u16,
}

/// The codec of notes.
pub type Notes = HeaderCodec<Note>;
