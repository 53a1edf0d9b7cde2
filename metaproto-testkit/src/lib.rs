//! Development aids around [`metaproto_codec`]: a [proxy] that drives any codec over real sockets.
//!
//! They are made to try out and to test codecs, not to serve production traffic.

#![forbid(unsafe_code)]

pub mod facts;
pub mod proxy;
pub mod vector;
