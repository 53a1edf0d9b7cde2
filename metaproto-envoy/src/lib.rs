//! A metaproto codec in stock Envoy.

mod config;
mod half;
#[expect(dead_code, reason = "the halves are about to use it")]
mod http2;
mod registry;
mod tally;

pub use registry::{MakeCodec, Registry};
