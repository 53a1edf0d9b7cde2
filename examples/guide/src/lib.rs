//! The listings of README and guide, compiled and run.
//!
//! A page holds its listings itself, so that it reads the same in the repository and in the book, where an `{{#include}}`
//! would show its text in one of them only. What keeps them true is here: every block of Rust in a page is a doctest,
//! whose assertions are the output that the page speaks of; and where a page shows a file, or what a program says, a
//! test compares the two (`tests/listings.rs`).

// In files that pages show, the package is called as elsewhere.
extern crate self as my_codec;

mod by_hand;
mod call;
mod explained;
mod note;
mod parcel;
mod query;
mod rpc;
mod signal;

pub use by_hand::ByHand;
pub use call::{Call, Calls};
pub use explained::Explained;
pub use note::{Note, Notes};
pub use parcel::{Parcel, Parcels};
pub use query::{Queries, Query};
pub use rpc::{Rpc, RpcHeader};
pub use signal::{Signal, Signals};

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
        Front: "docs/README.md",
        Attributes: "docs/attributes.md",
        EmptyFolder: "docs/empty-folder.md",
        Frames: "docs/frames.md",
        VariableHeaders: "docs/variable-headers.md",
        Roles: "docs/roles.md",
        Mutations: "docs/mutations.md",
        LocalReplies: "docs/local-replies.md",
        Kinds: "docs/kinds.md",
        FromCpp: "docs/from-cpp.md",
        Questions: "docs/questions.md",
        Conformance: "docs/conformance.md",
        Describing: "docs/describing.md",
    }
}
