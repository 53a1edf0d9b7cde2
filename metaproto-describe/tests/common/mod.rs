//! What the tests of this crate share.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(unreachable_pub, reason = "a module of tests")]

pub mod capture;
pub mod declared;
pub mod derived;
pub mod shapes;
pub mod tshark;
