//! The wire layout as rustdoc shows it: a byte diagram and a field table.
//!
//! Both are those that `metaproto-describe` makes of the schema, as far as the declaration alone tells: a nested part is one
//! cell, and constants appear by their names. The table also has what the author says of each field.

mod cells;
mod words;
mod written;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::{Choice, Header};

/// The layout of a struct, as an attribute.
pub(crate) fn layout(header: &Header) -> TokenStream {
    section(&cells::of_header(header))
}

/// The layout of an enum of parts with a tag of its own, as an attribute.
pub(crate) fn layout_of_choice(choice: &Choice) -> TokenStream {
    section(&cells::of_choice(choice))
}

fn section(cells: &[metaproto_diagram::Cell]) -> TokenStream {
    let text = format!(
        "# Wire layout\n\n```text\n{}```\n\n{}",
        metaproto_diagram::diagram(cells),
        metaproto_diagram::table(cells)
    );
    quote! { #[doc = #text] }
}
