//! Golden vectors: bytes of a protocol and what a codec must make of them, in text that people read and review.
//!
//! A `.mpv` file holds vectors; a [`Vector`] is one direction of one connection, cut into [`Block`]s of bytes, each with
//! what is expected of them. `docs/vectors.md` describes the format.
//!
//! * [`VectorFile::parse`] and [`VectorFile::read`] read; `Display` writes the canonical text.
//! * [`replay`] runs a codec over a vector and compares; [`observe`] states what the codec does, and [`bless`] puts that
//!   into the text without touching anything else in it.
//! * [`Recorder`] and [`import`] make vectors of recorded traffic.
//!
//! ```
//! use metaproto_testkit::vector::{Expect, VectorFile};
//!
//! let file = VectorFile::parse("mpv 1\n[half a header]\n").unwrap_err();
//! assert_eq!((file.line, file.column), (2, 7));
//!
//! let file = VectorFile::parse("mpv 1\n[half]\ndirection c2s\nbytes\n  01 00\nexpect wait 11\n")?;
//! assert_eq!(file.vectors[0].blocks[0].bytes, [1, 0]);
//! assert_eq!(file.vectors[0].blocks[0].expect, Expect::Wait { at_least: Some(11) });
//! assert_eq!(VectorFile::parse(&file.to_string())?, file);
//! # Ok::<(), metaproto_testkit::vector::ParseError>(())
//! ```

mod bless;
mod error;
pub mod import;
mod lex;
mod mismatch;
mod parse;
mod print;
mod record;
mod replay;
mod words;

use metaproto_codec::{Direction, ErrorType, Mutation};

use crate::facts::Facts;

pub use bless::bless;
pub use error::{ParseError, ReadError};
pub use mismatch::{Mismatch, Row};
pub use record::Recorder;
pub use replay::{observe, replay};

/// The most bytes that one file may spell, repetitions included.
pub const MAX_BYTES: usize = 64 << 20;

/// The most chunks that one vector may have.
pub const MAX_CHUNKS: usize = 1 << 20;

/// A file of vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VectorFile {
    /// Who made the bytes: an implementation other than the codec under test, and when.
    pub origin: Option<String>,
    /// The vectors, each with a name of its own.
    pub vectors: Vec<Vector>,
}

/// Bytes of one direction of one connection, and what is expected of them.
///
/// Two vectors are equal if they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Vector {
    /// Its name, unique in the file.
    pub name: String,
    /// Where the bytes travel.
    pub direction: Direction,
    /// How the stream of all blocks is cut: sizes in bytes, each at least 1, in sum at most the stream; what is left is
    /// one more chunk.
    pub chunks: Vec<usize>,
    /// Bytes that a codec saw earlier. Whole messages came earlier on the same connection, and offsets do not count
    /// them; anything else came on a connection of its own.
    pub before: Vec<Vec<u8>>,
    /// The stream, piece by piece.
    pub blocks: Vec<Block>,
    /// The conformance rule whose failure this is, for saved failures.
    pub rule: Option<String>,
    /// The codec that failed, for saved failures.
    pub codec: Option<String>,
    /// The error that a host asks the codec to report, for saved failures.
    pub reply: Option<(ErrorType, String)>,
    /// Line of the file at which the vector starts, from 1; 0 for one that was not read.
    pub line: usize,
}

impl Vector {
    /// A vector without blocks.
    #[must_use]
    pub fn new(name: impl Into<String>, direction: Direction) -> Self {
        Self {
            name: name.into(),
            direction,
            chunks: Vec::new(),
            before: Vec::new(),
            blocks: Vec::new(),
            rule: None,
            codec: None,
            reply: None,
            line: 0,
        }
    }

    /// The bytes of all blocks.
    #[must_use]
    pub fn stream(&self) -> Vec<u8> {
        self.blocks
            .iter()
            .flat_map(|block| block.bytes.iter().copied())
            .collect()
    }
}

impl PartialEq for Vector {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.direction == other.direction
            && self.reply == other.reply
            && self.chunks == other.chunks
            && self.before == other.before
            && self.blocks == other.blocks
            && self.rule == other.rule
            && self.codec == other.codec
    }
}

impl Eq for Vector {}

/// A piece of the stream, and what is expected once it has arrived.
///
/// Two blocks are equal if they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Block {
    /// The piece.
    pub bytes: Vec<u8>,
    /// What is expected at its end.
    pub expect: Expect,
    /// Changes of the message that ends here, and what comes of them.
    pub edits: Vec<Edit>,
    /// Line of the file at which the block starts, from 1; 0 for one that was not read.
    pub line: usize,
}

impl Block {
    /// A block without edits.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>, expect: Expect) -> Self {
        Self {
            bytes: bytes.into(),
            expect,
            edits: Vec::new(),
            line: 0,
        }
    }
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.expect == other.expect && self.edits == other.edits
    }
}

impl Eq for Block {}

/// What is expected at the end of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing is stated: the block is input only.
    Anything,
    /// One whole message ends here; what it is, is not stated yet.
    Message,
    /// One whole message ends here, and this is all that a codec says of it.
    Facts(Box<Facts>),
    /// The message is not whole.
    Wait {
        /// Bytes that the session asks for, where that is stated.
        at_least: Option<usize>,
    },
    /// The bytes are refused.
    Reject(Rejection),
}

/// Why bytes are refused. What is `None` is not stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejection {
    /// Whether a limit refuses them; otherwise they are malformed.
    pub limit: bool,
    /// [`Fault::rule`](metaproto_codec::Fault::rule).
    pub rule: Option<String>,
    /// Offset in the stream, bytes.
    pub offset: Option<u64>,
    /// Path of the field.
    pub field: Option<String>,
}

/// A change of a message, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The change.
    pub mutation: Mutation,
    /// What comes of it.
    pub result: EditResult,
}

/// What comes of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditResult {
    /// The message becomes these bytes.
    Becomes(Vec<u8>),
    /// The codec refuses the change.
    Refused {
        /// [`Fault::rule`](metaproto_codec::Fault::rule), where that is stated.
        rule: Option<String>,
    },
    /// Not stated yet.
    Unstated,
}
