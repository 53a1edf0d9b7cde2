//! Fixed headers of three protocols of the field, as their specifications have them.
#![allow(dead_code, reason = "each test binary uses some of them")]
#![allow(unreachable_pub, reason = "a module of tests")]

pub mod bolt;
pub mod brpc;
pub mod dubbo;
