//! The listings of README and guide, compiled and run.
//!
//! A page holds its listings itself, so that it reads the same in the repository and in the book, where an `{{#include}}`
//! would show its text in one of them only. What keeps them true is here: every block of Rust in a page is a doctest,
//! whose assertions are the output that the page speaks of; and where a page shows a file, or what a program says, a
//! test compares the two (`tests/listings.rs`).

mod rpc;

pub use rpc::{Rpc, RpcHeader};

/// The pages whose listings are doctests.
#[cfg(doctest)]
mod pages {
    macro_rules! pages {
        ($($name:ident: $file:literal,)*) => {
            $(#[doc = include_str!(concat!("../../../", $file))] struct $name;)*
        };
    }

    pages! {
        Readme: "README.md",
        Attributes: "docs/attributes.md",
        Frames: "docs/frames.md",
    }
}
