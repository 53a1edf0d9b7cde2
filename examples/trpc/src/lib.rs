//! tRPC: unary calls, answered in any order, one-way calls, and streams, all on one connection.
//!
//! [`TrpcRpc`] is the codec. Every frame starts with the 16 bytes of a [`TrpcHeader`]. A unary frame goes on with a protobuf
//! header, of the length that is stated there, and the body; in a frame that opens or closes a stream, all the rest is a
//! protobuf message.
//!
//! | | |
//! |---|---|
//! | kinds | requests, one-way requests, responses, and frames that open, carry (data and feedback) and close streams |
//! | request id | `request_id` of unary frames, 32 bits; a stream has its `stream_id` |
//! | operation | `callee/func` |
//! | properties | `caller`, `callee`, `func` of requests and opened streams, `error_msg` of responses, every entry of `trans_info` whose value is UTF-8 |
//! | mutation | `trans_info` of unary frames and of requests for a stream |
//! | local reply | a response with `ret` and `error_msg`; for a stream the frame that would have opened it, with both in its `response_meta` |
//!
//! A response is an error if `ret` (of the framework) or `func_ret` (of the service) is not 0. Local replies have the codes of
//! a tRPC server: 11 for no route, 23 for too many requests, 141 for an upstream that cannot be reached, else 31.
//!
//! Protobuf is read where it lies and rewritten field by field, so what later versions add passes through. Values of
//! `trans_info` may be any bytes: those that are no text are not exposed, and stay. A protobuf header has at most 65535
//! bytes; a change that would make it longer is refused.
//!
//! ```
//! use bytes::Buf;
//! use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, RequestId, Session};
//! use trpc::TrpcRpc;
//!
//! let mut session = Session::new(TrpcRpc, Direction::ClientToServer, Limits::default());
//! session.receive(b"\x09\x30\0\0\0\0\0\x2c\0\x19\0\0\0\0\0\0\x18\x07\x32\x0dtrpc.shop.Web\x3a\x06/Cart\x21mug");
//!
//! let mut message = Metadata::default();
//! assert_eq!(session.next_message(&mut message)?, Next::Message { offset: 0 });
//! assert_eq!(message.request_id(), Some(RequestId::Number(7)));
//! assert_eq!(message.operation().unwrap().to_string(), "trpc.shop.Web//Cart!");
//!
//! let mut output = Output::new();
//! TrpcRpc.encode(&message, &Mutation::new().set("zone", "blue"), &mut output)?;
//! assert_eq!(output.remaining(), message.frame().len() + b"\x4a\x0c\x0a\x04zone\x12\x04blue".len());
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```
//!
//! Sources: <https://github.com/trpc-group/trpc/blob/main/docs/en/trpc_protocol_design.md> and `trpc.proto` beside it.

mod call;
mod codec;
mod header;
mod reply;
mod stream;
mod unary;

use metaproto_protobuf::Changes;

pub use codec::TrpcRpc;
pub use header::{TrpcHeader, TrpcHeaderView};

/// Properties that say what is called, or what became of it, cannot be changed.
const FIXED: &[&str] = &["caller", "callee", "func", "error_msg"];
const OWN: Changes = Changes::refusing(FIXED);
