//! `#[derive(Header)]`: readers, writers and views from annotated header structs. Use it through `metaproto_codec::Header`.
//!
//! ```
//! use metaproto_codec::Header;
//!
//! #[derive(Header)]
//! struct Note {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     topic: u8,
//! }
//!
//! assert_eq!(Note { length: 0, topic: 7 }.to_frame(b"hi")?, b"\x04\x07hi");
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```
//!
//! The steps are one file each: `attr` reads attributes, `shape` tells from type and attributes how a field is written,
//! `ast` puts fields together, `rules`, `combinations` and `choices` check what goes with what, `checks` leaves to the compiler the rules that need
//! values, `expand` writes the implementation as short calls into `metaproto_codec::wire`, `schema` the declaration as data,
//! `rustdoc` as a diagram.

#![forbid(unsafe_code)]

mod ast;
mod attr;
mod checks;
mod choices;
mod combinations;
mod condition;
mod derive;
mod expand;
mod rules;
mod rustdoc;
mod schema;
mod shape;
mod unknown;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `metaproto_codec::Header` for a struct, or a choice between parts for an enum.
///
/// Every attribute, with an example and its bytes, is in `metaproto_codec::attributes`.
#[proc_macro_derive(Header, attributes(header))]
pub fn derive_header(input: TokenStream) -> TokenStream {
    derive::derive(&parse_macro_input!(input as DeriveInput)).into()
}
