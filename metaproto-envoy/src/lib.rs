//! A metaproto codec in stock Envoy: the module that Envoy loads is one macro around the codec.
//!
//! A header, the codec that is made of it, and the module, a whole crate of type `cdylib`:
//!
//! ```no_run
//! use metaproto_codec::{Header, HeaderCodec, MIB};
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct OrderHeader {
//!     #[header(request_id)]
//!     id: u32,
//!     #[header(frame_len, max = 4 * MIB)]
//!     length: u32,
//!     #[header(metadata = "cmd")]
//!     cmd: u16,
//!     #[header(status(ok = 0, route_not_found = 1, other = 2))]
//!     status: u16,
//! }
//!
//! metaproto_envoy::module! { "orders" => HeaderCodec<OrderHeader> }
//! # fn main() {}
//! ```
//!
//! Each message becomes a request of HTTP in front of Envoy's connection manager, and a message again behind its pool of
//! connections. Between them, what works for HTTP works for the protocol: routes, retries, mirrors, limits, faults, logs,
//! tracing.
//!
//! ```text
//!             .------------------------------- Envoy -------------------------------.
//!             |             HTTP/2, in memory                 HTTP/2, in memory     |
//!  client --->| downstream ------------------> connection ---------------> upstream |---> server
//!  messages   | half     ^                     manager, filters,           half     |  messages
//!             | network  |                     route, cluster             transport |
//!             | filter   '------- the messages themselves: store -------' socket    |
//!             '---------------------------------------------------------------------'
//! ```
//!
//! A message does not travel through HTTP. It waits in a store of the worker thread, under a token that its request
//! carries, and leaves as the very bytes that came, unless a route has changed its headers.
//!
//! - [`module!`]: what stands in the crate of a module.
//! - `docs/guide-envoy.md` in the repository: from nothing to routed requests.
//! - `docs/envoy-reference.md`: every key, header and counter, and the limits.

mod config;
mod downstream;
#[doc(hidden)]
pub mod ffi;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod half;
mod headers;
mod http2;
mod module;
#[cfg(test)]
mod reference;
mod registry;
mod store;
mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod through;
mod travel;
mod upstream;

pub use registry::{MakeCodec, Registry};
#[doc(hidden)]
pub use registry::{boxed_codec, default_codec};
