//! brpc's standard protocol (`baidu_std`): calls that are told apart by their ids and answered in any order, and the
//! frames of streams, which share the connection.
//!
//! [`BrpcRpc`] is the codec. Every message starts with the 12 bytes of a [`BrpcHeader`]. Those with the magic `PRPC` go on
//! with a protobuf `RpcMeta`, payload and attachment; those with `STRM` with a `StreamFrameMeta` and a piece of a stream.
//!
//! | | |
//! |---|---|
//! | request id | `correlation_id`, 64 bits |
//! | operation | `service_name/method_name` |
//! | properties | `interface` (`service_name`), `method`, `request_id` (the caller's own text, not the one that ties a response to its request), every entry of `user_fields` |
//! | mutation | `request_id` of requests, `user_fields` of requests and responses |
//! | local reply | an `RpcMeta` with `error_code` and `error_text`: 1001 for no route, 1011 for too many requests, else 2001 |
//!
//! A meta is read where it lies and rewritten field by field, so what later versions of brpc add (a content type, a
//! checksum of the payload, tracing) passes through. Payloads are never looked at, nor inflated. Feedback and other frames of a
//! stream count as data, resets as closing it. The id of a stream cannot be replaced: its receiver chose it.
//!
//! ```
//! use brpc::BrpcRpc;
//! use bytes::Buf;
//! use metaproto_codec::{Codec, Direction, Limits, Metadata, Mutation, Next, Output, RequestId, Session};
//!
//! let mut session = Session::new(BrpcRpc, Direction::ClientToServer, Limits::default());
//! session.receive(b"PRPC\0\0\0\x1c\0\0\0\x17\x0a\x13\x0a\x0bshop.Basket\x12\x04List\x20\x07\x0a\x03mug");
//!
//! let mut message = Metadata::default();
//! assert_eq!(session.next_message(&mut message)?, Next::Message { offset: 0 });
//! assert_eq!(message.request_id(), Some(RequestId::Number(7)));
//! assert_eq!(message.operation().unwrap().to_string(), "shop.Basket/List");
//!
//! let mut output = Output::new();
//! BrpcRpc.encode(&message, &Mutation::new().set("zone", "blue"), &mut output)?;
//! assert_eq!(output.remaining(), message.frame().len() + b"\x4a\x0c\x0a\x04zone\x12\x04blue".len());
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```
//!
//! Sources: <https://brpc.apache.org/docs/rpc-in-depth/baidu_std/>, and of Apache brpc 1.17 `baidu_rpc_meta.proto`,
//! `streaming_rpc_meta.proto` and `errno.proto`.

mod codec;
mod header;
mod meta;

pub use codec::BrpcRpc;
pub use header::{BrpcHeader, BrpcHeaderView};
