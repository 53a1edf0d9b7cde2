//! Holds a codec against what real peers said, and against what hostile ones may say.
//!
//! [`check_streams`] reads recordings: directories of `c2s.bin`, `s2c.bin` and a `meta.json` in which an independent
//! reader says what is in them. [`check_hostile`] reads single inputs: a `.bin` beside a `.txt` with the verdict that a
//! codec must reach. [`check_memory`] measures what such inputs cost. What differs from protocol to protocol is the
//! trait [`Protocol`]; all faults are collected in a [`Report`], so that one run shows everything there is to mend.
//!
//! ```no_run
//! # use metaproto_codec::Codec;
//! # fn codec() -> Box<dyn Codec> { unimplemented!() }
//! use std::path::Path;
//!
//! use recorded::{Expected, Message, Protocol, check_hostile, check_streams};
//!
//! struct MyRpc;
//!
//! impl Protocol for MyRpc {
//!     fn codec(&self) -> Box<dyn Codec> {
//!         codec()
//!     }
//!     fn expected(&self, message: &Message) -> Expected {
//!         Expected::common(message).property("method", message.text("method"))
//!     }
//! }
//!
//! check_streams(&MyRpc, Path::new("tests/recorded")).assert_at_least(20);
//! check_hostile(&MyRpc, Path::new("tests/hostile"), &[]).assert_at_least(20);
//! ```
#![forbid(unsafe_code)]

mod case;
mod changes;
mod drive;
mod expected;
mod framed;
mod hostile;
mod memory;
mod protocol;
mod report;
mod streams;

pub use case::{Case, Message, cases};
pub use drive::{Found, Outcome, drive};
pub use expected::Expected;
pub use hostile::{Hostile, Verdict, check_hostile, hostile};
pub use memory::check_memory;
pub use protocol::Protocol;
pub use report::Report;
pub use streams::check_streams;
