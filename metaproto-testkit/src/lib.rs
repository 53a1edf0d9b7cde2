//! Proves codecs made with [`metaproto_codec`], and helps to try them out. A dev-dependency of a protocol's crate, of which a
//! file in `tests/` is
//!
//! ```no_run
//! # mod my_codec {
//! #     #[derive(metaproto_codec::Header)]
//! #     pub struct RpcHeader {
//! #         #[header(frame_len, max = 200)]
//! #         length: u8,
//! #     }
//! #     pub type Rpc = metaproto_codec::HeaderCodec<RpcHeader>;
//! # }
//! metaproto_testkit::conformance!(my_codec::Rpc);
//! ```
//!
//! `cargo test` then runs a test for each rule, and shows the smallest input that breaks one. What else there is:
//!
//! * [`conformance!`] is a whole test file: each rule that a codec must obey as a test of its own.
//! * [`fuzz!`] is a whole fuzz target, in which the same rules are tried on what a fuzzer comes up with.
//! * [`vector`]: golden vectors, their text format, and importers of recordings and captures.
//! * [`layout`]: a header's [schema](metaproto_codec::Schema), interpreted: makes messages, names their bytes.
//! * [`report`]: what a run leaves behind, as JSON, JUnit XML and HTML.
//! * [`dump`]: describes the messages in captured bytes, for the command line of any protocol.
//! * [`proxy`]: drives any codec over real sockets. It is a development host, not made for production traffic.

#![forbid(unsafe_code)]

pub mod conformance;
pub mod dump;
pub mod facts;
pub mod fuzz;
mod hexdump;
pub mod layout;
pub mod proxy;
pub mod report;
pub mod vector;
mod visible;

#[doc(hidden)]
pub mod __private;
