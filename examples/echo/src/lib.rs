//! A protocol of one's own over tokio: a client with many requests in flight, and a server.
//!
//! [`Client`] and [`Server`] work with the codec of any protocol of requests and responses, and are meant to be copied: each
//! is one task that reads, writes and waits at once, over [`metaproto_codec::tokio`]. What is a user's own are
//! [`EchoHeader`] and the two programs in `src/bin`.
//!
//! ```sh
//! cargo run -p echo --bin echo-server             # prints its address
//! cargo run -p echo --bin echo-client -- ADDRESS
//! ```
#![forbid(unsafe_code)]

mod client;
mod pending;
mod protocol;
mod server;

pub use client::{CallError, Client, Lost};
pub use protocol::{EchoHeader, EchoRpc, kind};
pub use server::{Failure, Server, Settings};

#[cfg(doctest)]
#[doc = include_str!("../../../docs/tokio.md")]
struct Guide;
