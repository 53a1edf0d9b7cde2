//! Codecs of layer-7 protocols: write one as an annotated struct, run it in every host.
//!
//! A protocol author derives a [`Header`] and has a [`Codec`]; a host drives the codec with a [`Session`] and reads
//! [`Metadata`], changes messages with a [`Mutation`] and answers with [`Codec::on_error`].
//!
//! ```
//! use metaproto_codec::{Direction, Header, HeaderCodec, Limits, MIB, Metadata, Next, Session};
//!
//! /// Header of every message, big-endian.
//! #[derive(Header, Clone, Debug, PartialEq, Eq)]
//! #[header(big_endian)]
//! pub struct PingHeader {
//!     #[header(request_id)]
//!     pub id: u32,
//!     #[header(frame_len, max = MIB)]
//!     pub length: u32,
//!     #[header(metadata = "cmd")]
//!     pub cmd: i16,
//! }
//!
//! let message = PingHeader { id: 7, length: 0, cmd: -2 }.to_frame(b"hello").unwrap();
//! let mut session = Session::new(HeaderCodec::<PingHeader>::new(), Direction::ClientToServer, Limits::default());
//! let mut metadata = Metadata::default();
//!
//! session.receive(&message[..11]);
//! assert_eq!(session.next_message(&mut metadata).unwrap(), Next::Wait { at_least: 4 });
//! session.receive(&message[11..]);
//! assert_eq!(session.next_message(&mut metadata).unwrap(), Next::Message { offset: 0 });
//! assert_eq!(metadata.get("cmd").unwrap().to_string(), "-2");
//! assert_eq!(metadata.body(), b"hello");
//! ```
//!
//! Who writes a codec goes on to [`attributes`], or to [`Codec`] where a protocol is too irregular for them; who writes a host
//! to [`Session`] and [`Output`]. [`wire`] reads and writes bytes, for both; [`schema`] is the declaration as data, for tools.
//!
//! Two features, both off by default, add modules and change nothing else: `nom` adds `metaproto_codec::nom`, parsers made
//! with nom in a codec, and `tokio` adds `metaproto_codec::tokio`, a session as a decoder and encoder of tokio-util.
#![forbid(unsafe_code)]

extern crate self as metaproto_codec;

pub mod attributes;
mod codec;
mod codes;
mod declared;
mod error;
mod fixed;
mod frames;
mod header;
mod header_codec;
mod message;
mod metadata;
mod mutation;
#[cfg(feature = "nom")]
pub mod nom;
mod output;
mod owned;
mod patch;
#[doc(hidden)]
pub mod private;
pub mod schema;
mod session;
mod shared;
mod splice;
mod start;
#[cfg(feature = "tokio")]
pub mod tokio;
pub mod wire;

pub use codec::{Capabilities, Codec, DecodeStatus, IdSpace, Kinds};
pub use codes::Codes;
pub use error::{CodecError, Fault, FieldPath, MAX_DEPTH};
pub use frames::{Frame, Frames};
pub use header::{Choice, Header, OwnedHeader, Parsed, Part, Read, ReadChoice};
pub use header_codec::HeaderCodec;
pub use message::{Direction, Error, ErrorType, MessageType, ResponseStatus};
pub use metadata::{Metadata, Recorded, RequestId, Value, ValueBuf};
/// Implements [`Header`], [`Part`](trait@Part) and [`Read`](trait@Read) for a struct, and makes its view.
///
/// Every attribute, with an example, is in [`attributes`].
pub use metaproto_derive::Header;
pub use mutation::{Change, Mutation};
pub use output::{Mark, Output};
pub use owned::Message;
pub use schema::{FieldValue, Schema};
pub use session::{Limits, Next, Session};

/// What most of a codec's functions give: nothing, or a [`CodecError`].
pub type Result<T = (), E = CodecError> = std::result::Result<T, E>;

/// 1024 bytes.
pub const KIB: usize = 1024;
/// 1024 KiB.
pub const MIB: usize = 1024 * KIB;
