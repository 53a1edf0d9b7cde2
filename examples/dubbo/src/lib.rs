//! Dubbo 2 with Hessian2 bodies: a header of 16 bytes, then values in sequence.
//!
//! ```
//! use dubbo::Dubbo;
//! use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, Session};
//!
//! // A call of demo.Vault/put without parameters, with one attachment.
//! let body = b"\x052.0.2\x0ademo.Vault\x050.0.0\x03put\0H\x06tenant\x04blueZ";
//! let header = b"\xDA\xBB\xC2\0\0\0\0\0\0\0\0\x07\0\0\0";
//! let mut session = Session::new(Dubbo::new(), Direction::ClientToServer, Limits::default());
//! session.receive(header);
//! session.receive(&[body.len() as u8]);
//! session.receive(body);
//!
//! let mut request = Metadata::default();
//! assert_eq!(session.next_message(&mut request)?, Next::Message { offset: 0 });
//! assert_eq!(request.operation().unwrap().to_string(), "demo.Vault/put");
//! assert_eq!(request.get("tenant").unwrap().to_string(), "blue");
//!
//! let mut output = Output::new();
//! session.codec().encode(&request, &Mutation::new().set("tenant", "green"), &mut output)?;
//! assert!(output.take_contiguous().ends_with(b"H\x06tenant\x05greenZ"));
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```
//!
//! # What a host sees
//!
//! | Message | Kind | Properties |
//! |---|---|---|
//! | request | request, or one-way | `interface`, `method`, and each attachment that is a text; the operation is `interface/method` |
//! | response of status 20 | response; error if the method threw | attachments of types 3 to 5 |
//! | response of another status | error | |
//! | event of null or nothing | ping, pong | |
//! | other event, such as `R` of a server that drains | event | |
//!
//! A message in another serialization than Hessian2 is a message: framed, identified, forwarded, answered, its body unread.
//! A local reply is in Hessian2, whatever the request was in: a peer reads a body as its own header says.
//!
//! # What can be changed
//!
//! The request id; and attachments, set and removed. Only their map is written anew: parameters and results are passed on as
//! the bytes that came, so that references in them stay right. Attachments that are no texts stay as well; to replace one that
//! others may refer to, a list or an object, is refused.
//!
//! Refused with the name of the key is also: to set `interface` and `method`, which are no attachments; an attachment
//! of a heartbeat, an event, or another serialization; and one of a response of types 0 to 2. Types 3 to 5 differ from these
//! by attachments alone, but only clients that announce Dubbo 2.0.2 or later read them, and a response does not say who
//! asked. So a response without attachments stays one.
//!
//! # What is refused, and what is not
//!
//! Values are skipped, not built: every kind is checked to its end, and only the attachments are looked at. A body that is not
//! what its header says is an error at the byte, though servers of Dubbo answer such a message and keep the connection:
//! what the codec cannot read, no policy holds for. [`Dubbo::names_only`] is for hosts that want it otherwise.
//!
//! - Lists, maps and objects are nested at most 256 deep; a body has at most 16 MiB. That of Java's peers has 8 MiB,
//!   unless they are told otherwise.
//! - A status that Dubbo does not define is an error; in events, where peers write 0 as well, it is not looked at.
//! - A negative reference is to nothing, and an error; so are attachments that are neither a map nor null, or missing.
//! - Bytes behind the last value are an error, but for a null behind the type that says it, which Python's peers write.
//! - A result without its type is one if it is null, false or the empty text and nothing else: so one of Node.js's peers writes
//!   it. It does the same with the number 0, which looks like an exception that is missing, and is an error.
//! - An event without a body is a heartbeat.
//! - Of a name that occurs twice, the last value holds, as in Java's map; a change leaves one.
//! - A text that is no UTF-8 because half of a pair of surrogates is missing stays in the message and is not exposed; as the
//!   name of a service or method it is an error, and so is one in chunks. An overlong form is taken for its character, as Java's peers do.
//!
//! # Sources
//!
//! The [reference of the protocol](https://dubbo.apache.org/en/overview/reference/protocols/tcp/), Dubbo's `ExchangeCodec` and
//! `DubboCodec`, the [specification of Hessian 2.0](http://hessian.caucho.com/doc/hessian-serialization.html); and for what
//! these leave open, the recorded connections in `tests/recorded`. The bytes are drawn in `WIRE.md`.

mod attachments;
mod body;
mod codec;
mod header;
mod hessian;
mod invocation;
mod text;

pub use codec::Dubbo;
pub use header::{DubboHeader, DubboHeaderView, HESSIAN2, STATUSES};
