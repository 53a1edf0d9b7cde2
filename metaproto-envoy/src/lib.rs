//! A metaproto codec in stock Envoy.

mod config;
mod downstream;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod half;
mod headers;
mod http2;
mod registry;
mod store;
mod tally;
#[cfg(test)]
mod tests;
mod travel;
mod upstream;

pub use registry::{MakeCodec, Registry};
