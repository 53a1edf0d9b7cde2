//! Apache Thrift: the binary and the compact protocol, framed, unframed, and in THeader frames.
//!
//! ```
//! use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, Session};
//! use thrift::Thrift;
//!
//! // A call of ping() in the compact protocol, in a THeader frame with one property.
//! let call = b"\0\0\0\x23\x0F\xFF\0\0\0\0\0\x07\0\x04\x02\0\x01\x01\x06tenant\x04blue\x82\x21\x07\x04ping\0";
//! let mut session = Session::new(Thrift::new(), Direction::ClientToServer, Limits::default());
//! session.receive(call);
//!
//! let mut request = Metadata::default();
//! assert_eq!(session.next_message(&mut request)?, Next::Message { offset: 0 });
//! assert_eq!(request.get("method").unwrap().to_string(), "ping");
//! assert_eq!(request.get("tenant").unwrap().to_string(), "blue");
//!
//! let mut output = Output::new();
//! session.codec().encode(&request, &Mutation::new().set("tenant", "green"), &mut output)?;
//! assert!(output.take_contiguous()[16..].starts_with(b"\x01\x01\x06tenant\x05green"));
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```
//!
//! # Transports and protocols
//!
//! [`Thrift::new`] tells the transport by the first message of a connection and holds the connection to it;
//! [`Thrift::over`] is for where it is known. So a message without a frame is refused on a connection that has frames, and
//! the other way round. The protocol is told anew for each message: THeader peers written in C++ answer a compact call in
//! binary. The binary protocol is read in its strict form and in the one of old clients, which has no version.
//!
//! A message in a frame must fill it. One without a frame ends where its struct does: the values in it are skipped, not
//! built, and the walk goes on where it stopped when more bytes have come.
//!
//! # What a host sees
//!
//! | Message | Kind | Status |
//! |---|---|---|
//! | call | request | |
//! | one-way call | one-way | |
//! | reply with field 0, or without any | response | ok |
//! | reply with another field: an exception that the method declares | error | error |
//! | exception: the call could not be made | error | error |
//!
//! The property `method` and the operation are the name of the method, after its service and a colon where several share a
//! connection. Key-values of a THeader are properties, if they are text. The request id is the sequence id of the message.
//! The clients of Apache Thrift for Python and C++ give *every* call the id 0, so a host that puts calls of several
//! clients on one connection must give them ids of its own, as [`IdSpace::Number`](metaproto_codec::IdSpace) bids it,
//! and a host that does not must match replies by their order.
//!
//! A message that is deflated (zlib) is inflated to read its name, and forwarded as it came. All of it is inflated, within
//! the limit of an ordinary message, but only its start is kept; what follows the first field is not looked at. With any other
//! transform it is refused.
//!
//! Peers written in C++ send a THeader frame without a message when they close. It is skipped.
//!
//! # What can be changed
//!
//! Key-values of a THeader, set and removed; and the request id, but for that of a message that is deflated. Framed and
//! unframed messages have no place for properties: to set or remove one is refused with the name of the key, and so is to set
//! `method`. Blocks of a header that nobody knows are kept, and a key is set in the first block of
//! key-values, whichever it came in.
//!
//! # Local replies
//!
//! A `TApplicationException` in transport and protocol of the call, with its sequence id and its name: `UNKNOWN_METHOD` (1)
//! where no route was found, else `INTERNAL_ERROR` (6), with up to 1 KiB of text. One-way calls are not answered. It has no
//! key-values and is not deflated.
//!
//! # What is refused, and what is not
//!
//! - Frames have at most 16,384,000 bytes, as with Apache's servers, and so have messages without a frame.
//! - Structs, lists and maps are nested at most 64 deep, as with Apache's readers. A list or map that could not fit what is
//!   left of its frame is refused where it is announced.
//! - A name is UTF-8 of at most 64 KiB without control characters, since it goes into routes and logs. It may be empty:
//!   C++ servers answer so where they could not read the call.
//! - A sequence id in compact form that does not fit 32 bits is refused, though C++ peers cut it. One that is longer than it
//!   need be is not.
//! - Field ids that run past 32,767 wrap around, as in Apache's readers.
//! - Type 16 of the binary and 13 of the compact protocol are UUIDs of 16 bytes.
//!
//! Sources: Apache Thrift, `doc/specs/thrift-rpc.md`, `thrift-binary-protocol.md`, `thrift-compact-protocol.md`,
//! `HeaderFormat.md`; recorded streams of six implementations in `tests/recorded`.

#![forbid(unsafe_code)]

mod begin;
mod binary;
mod codec;
mod compact;
mod exception;
mod frame;
mod grammar;
mod theader;
mod walk;
mod zlib;

pub use begin::{BinaryBegin, CompactBegin, MAX_NAME, MessageBegin, OldBinaryBegin};
pub use codec::Thrift;
pub use frame::{Frame, MAX_LENGTH, Transport};
pub use theader::{InfoBlock, KeyValues, THeader, THeaderFrame, Unread};
