//! A metaproto codec in stock Envoy.

mod config;
mod half;
mod registry;
mod tally;

pub use registry::{MakeCodec, Registry};
