//! `#[derive(Header)]`: readers and writers from annotated header structs. Use it through `metaproto_codec::Header`.
//!
//! The steps are one file each: `attr` reads attributes, `ast` makes fields with shapes and roles of them and checks the
//! rules, `checks` leaves to the compiler those that need values, `expand` writes the implementation as short calls into `metaproto_codec::wire`, `schema` the declaration as data.

#![forbid(unsafe_code)]

mod ast;
mod attr;
mod checks;
mod expand;
mod schema;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `metaproto_codec::Header` for a struct.
///
/// On the struct: `big_endian` or `little_endian`, and `part` for a struct that is nested in other headers.
///
/// On a field, its shape: `bytes = N`, `bits = N`, `constant = EXPR`, `reserved`, `code = u8`, `nested`, and for what
/// varies in length `len = u16` or `len = earlier_field` (bytes), `count = u16` or `count = earlier_field` (elements),
/// `max = EXPR`, `item(..)`, `key(..)`, `value(..)`; `big_endian` and `little_endian` for this field alone.
///
/// A `String` that is not UTF-8 is an error; declare `Bytes` or `Vec<u8>` where a peer's text may be anything.
///
/// On a field, its role: `frame_len`, `header_len`, `body_len` (each with `max = EXPR`, and `offset = EXPR` to be added to
/// the value), `request_id`, `stream_id`, `operation`, `metadata = "key"`, `metadata` on a map,
/// `message_type(request = 1, response = 0, ..)`, `oneway = CODE`, `heartbeat = CODE`,
/// `status(ok = 0, route_not_found = 1, other = 2)`.
#[proc_macro_derive(Header, attributes(header))]
pub fn derive_header(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut problems = attr::Problems::default();
    let parsed = ast::Header::from_input(&input, &mut problems);
    match (parsed, problems.into_result()) {
        (Some(header), Ok(())) => expand::expand(&header).into(),
        (_, Err(error)) => error.into_compile_error().into(),
        (None, Ok(())) => TokenStream::new(),
    }
}
