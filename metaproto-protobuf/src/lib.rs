//! Protobuf headers in frames, for codecs: read where they lie, and changed field by field.
//!
//! Many RPC protocols put service, method, ids and tags into a protobuf message behind a fixed header. A proxy wants to
//! know a few of its fields and to change fewer; the rest, including fields that nobody here has heard of, must leave as
//! it came. Generated code drops what it does not know, reorders what it does, and allocates for all of it. So here:
//!
//! * [`Message`] walks the fields of a message in place and allocates nothing. Texts are ranges of the frame, which
//!   [`Metadata`](metaproto_codec::Metadata) takes as they are; an error says at which byte of the frame it is.
//! * [`Edit`]s change single fields, also of messages within, and entries of maps. [`Message::edited`] writes the message
//!   with them, and copies all other bytes. Edits of a message that is [empty](Message::EMPTY) make a new one.
//!
//! ```
//! use metaproto_codec::{CodecError, Mutation};
//! use metaproto_protobuf::{Edit, Message, Value};
//!
//! // id (1) = 7, tags (3) = {"zone": "a"}, and a field that only the peers know.
//! let frame = b"..\x08\x07\x1a\x09\x0a\x04zone\x12\x01a\xc2\x3e\x01!";
//! let message = Message::new(frame, 2..frame.len(), "header");
//!
//! let mut id = 0;
//! for field in message.fields() {
//!     let field = field?;
//!     match (field.number, field.value) {
//!         (1, Value::Varint(value)) => id = value,
//!         (3, Value::Bytes(entry)) => {
//!             let (key, value) = message.entry(entry)?;
//!             assert_eq!((message.bytes(key), message.bytes(value)), (&b"zone"[..], &b"a"[..]));
//!         }
//!         _ => {}
//!     }
//! }
//! assert_eq!(id, 7);
//!
//! let mutation = Mutation::new().set("Zone", "blue").set("debug", "1");
//! let tags = Edit::entries(3, mutation.changes()).expect("names without control characters");
//! let edited = message.edited(vec![Edit::varint(1, 300), tags])?;
//! assert_eq!(edited, b"\x08\xac\x02\x1a\x0c\x0a\x04zone\x12\x04blue\x1a\x0a\x0a\x05debug\x12\x011\xc2\x3e\x01!");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>.
#![forbid(unsafe_code)]

mod edit;
mod message;
mod tags;

pub use edit::Edit;
pub use message::{Field, Fields, Message, Value};
pub use tags::Tags;
