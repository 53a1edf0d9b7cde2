//! A metaproto codec in stock Envoy.

mod config;
mod half;
mod headers;
mod http2;
mod registry;
mod store;
mod tally;

pub use registry::{MakeCodec, Registry};
