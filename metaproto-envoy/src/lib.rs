//! A metaproto codec in stock Envoy.

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
