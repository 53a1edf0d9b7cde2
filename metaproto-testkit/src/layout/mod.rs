//! The schema, interpreted: reads, writes and makes messages from what a header *declares*.
//!
//! `#[derive(Header)]` turns a declaration into code; this module gives the same [`Schema`](metaproto_codec::Schema) a
//! second meaning that shares no code with the first. So the two can be compared, and where they differ one is wrong.
//! It is also what makes messages for tests, valid ones and ones with a single mistake, and what names each bit of a
//! hexdump.
//!
//! Guarantees: [`read`] answers for any bytes, without a panic and without memory on the word of a length field;
//! [`write()`] gives back the bytes of every message that [`read`] accepts; [`generate`] makes the same bytes at every run.
//!
//! ```
//! use metaproto_codec::{Codec, Direction, Header, HeaderCodec};
//! use metaproto_testkit::layout::{self, Outcome};
//!
//! #[derive(Header, Clone, Debug, PartialEq, Eq)]
//! #[header(big_endian)]
//! struct Hello {
//!     #[header(constant = *b"HI")]
//!     magic: [u8; 2],
//!     #[header(body_len, max = 64)]
//!     size: u16,
//! }
//!
//! let schema = HeaderCodec::<Hello>::new().schema(Direction::ClientToServer).unwrap();
//! let reading = layout::read(&schema, Direction::ClientToServer, b"HI\0\x01!");
//! let names: Vec<_> = reading.spans.iter().map(|span| span.path.as_str()).collect();
//! assert_eq!(names, ["magic", "size", "body"]);
//!
//! let Outcome::Message(message, facts) = reading.outcome else { panic!("it is one message") };
//! assert_eq!((facts.header_size, facts.length), (4, 5));
//! assert_eq!(layout::write(&message, &[]), b"HI\0\x01!");
//! ```

mod account;
mod bits;
mod cases;
mod facts;
pub(crate) mod generate;
mod measure;
pub(crate) mod models;
mod near;
mod outcome;
mod pairs;
mod path;
mod random;
mod read;
mod scope;
mod shrink;
pub(crate) mod sites;
mod spans;
mod tree;
mod variants;
mod varint;
mod wide;
pub(crate) mod write;

#[cfg(test)]
mod tests;

pub use cases::{Class, Generated, Truth};
pub use generate::generate;
pub use outcome::{FaultClass, Outcome, Reading};
pub(crate) use read::mended;
pub use read::read;
pub use shrink::shrink;
pub use spans::{Span, SpanKind};
pub use tree::{Message, Node, Value};
pub use write::{Override, write};
