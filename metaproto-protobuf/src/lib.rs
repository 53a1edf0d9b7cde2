//! Protobuf headers in frames, for codecs: read where they lie, and changed field by field.
//!
//! Many RPC protocols put service, method, ids and tags into a protobuf message behind a fixed header. A proxy wants to
//! know a few of its fields and to change fewer; the rest, including fields that nobody here has heard of, must leave as
//! it came. Generated code drops what it does not know, reorders what it does, and allocates for all of it. So here:
//!
//! * A [`Layout`] names the fields that a codec reads, by their paths, and reads them in place without allocating. Texts are
//!   ranges of the frame, which [`Metadata`](metaproto_codec::Metadata) takes as they are; an error says at which byte of the
//!   frame it is. ([`Message::fields`] walks all of them.)
//! * [`Edit`]s change single fields and entries of maps. [`Message::edited`] writes the message with them, and copies all other
//!   bytes. Edits of a message that is [empty](Message::EMPTY) make a new one.
//! * [`Changes`] say what a host may change, and make edits of a [`Mutation`](metaproto_codec::Mutation).
//!
//! ```
//! use metaproto_codec::{CodecError, Metadata, Mutation};
//! use metaproto_protobuf::{Changes, Layout, Message};
//!
//! const HEADER: Layout<1, 1> = Layout { numbers: [&[1]], ranges: [&[2, 1]], tags: &[3] };
//!
//! // id (1) = 7, call (2) = {method (1) = "add"}, tags (3) = {"zone": "a"}, and a field that only the peers know.
//! let frame = b"..\x08\x07\x12\x05\x0a\x03add\x1a\x09\x0a\x04zone\x12\x01a\xc2\x3e\x01!";
//! let message = Message::new(frame, 2..frame.len(), "header");
//!
//! let mut metadata = Metadata::default();
//! let found = HEADER.read(&message, &mut metadata)?;
//! assert_eq!(found.numbers, [Some(7)]);
//! assert_eq!(found.ranges, [Some(8..11)]);
//! metadata.attach_frame(frame.as_slice().into());
//! assert_eq!(metadata.get("zone").unwrap().to_string(), "a");
//!
//! let changes = Changes::refusing(&["id"]).tags(&[3]).text("method", &[2, 1]);
//! let mutation = Mutation::new().set("Zone", "blue").set("debug", "1").set("method", "sub");
//! let edits = changes.edits(&mutation)?;
//! assert_eq!(
//!     message.edited(edits)?,
//!     b"\x08\x07\x12\x05\x0a\x03sub\x1a\x0c\x0a\x04zone\x12\x04blue\x1a\x0a\x0a\x05debug\x12\x011\xc2\x3e\x01!"
//! );
//! assert!(changes.edits(&Mutation::new().set("id", "8")).is_err());
//! # Ok::<(), CodecError>(())
//! ```
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>.
#![forbid(unsafe_code)]

mod changes;
mod edit;
mod layout;
mod message;

pub use changes::Changes;
pub use edit::Edit;
pub use layout::{Found, Layout, Path};
pub use message::{Field, Fields, Message, Value};
