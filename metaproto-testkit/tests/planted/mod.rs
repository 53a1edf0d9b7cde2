//! Codecs that are wrong in one way each, and the right ones that they are made from.
//!
//! They prove the conformance suite: each [`Bug`] says which rule is about it.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses some of them"
)]
#![allow(unreachable_pub, reason = "a module of tests")]

mod bug;
mod cart;
mod header;
mod knot;
mod transcript;
mod vectors;

pub use bug::Bug;
pub use cart::Cart;
pub use header::CartHeader;
pub use knot::Knot;
use metaproto_codec::Codec;
pub use transcript::transcript;
pub use vectors::{cart_rejects, cart_vectors, knot_frames, knot_rejects};

/// The codec with this mistake; the right codec of Cart without one.
pub fn make(bug: Option<Bug>) -> Box<dyn Codec> {
    if bug.is_some_and(Bug::is_of_knot) {
        Box::new(Knot::new(bug))
    } else {
        Box::new(Cart::new(bug))
    }
}

/// The right codec of the protocol that `bug` is a mistake of.
pub fn make_right(bug: Bug) -> Box<dyn Codec> {
    if bug.is_of_knot() {
        Box::new(Knot::new(None))
    } else {
        Box::new(Cart::new(None))
    }
}
