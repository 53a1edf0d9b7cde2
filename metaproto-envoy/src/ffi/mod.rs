//! Envoy's interface for dynamic modules: the one place with `unsafe` code.
//!
//! `abi` declares what Envoy exports, `filter`, `wire` and `log` make it safe, [`hooks`] is what a module exports, and
//! between them `network` and `socket` are safe code that drives a half.
//!
//! Of Envoy's drain, the interface tells neither filters nor sockets: they see the `GOAWAY` of the connection manager.

mod abi;
mod counters;
mod ends;
#[cfg(test)]
mod fake;
mod filter;
mod guard;
pub mod hooks;
mod log;
mod network;
mod peer;
#[cfg(test)]
mod refusals;
mod role;
mod socket;
#[cfg(test)]
mod tests;
mod watch;
mod wire;

pub use abi::{Buffer, Envoy, IoResult, Module, Status};
