//! Checksums: verified once everything was read, computed once everything was written.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use super::{local_of, order, raw_of};
use crate::ast::{Field, Header};
use crate::shape::Shape;

/// A place between two bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    Before(Ident),
    After(Ident),
    /// Between header and body.
    Body,
    /// After the body, or after the last field of a part.
    End,
}

/// The range of a field's checksum.
pub(crate) fn range(header: &Header, field: &Field) -> (Edge, Edge) {
    let own = || Edge::Before(field.ident.clone());
    let Some(over) = field.over() else {
        return (Edge::Start, own());
    };
    let from = match &over.from {
        None => Edge::Start,
        Some(name) if name == "body" => Edge::Body,
        Some(name) => Edge::Before(name.clone()),
    };
    let first_trailer = header.trailers().next().map(|it| it.ident.clone());
    let to = match &over.to {
        None if field.attrs.trailer.is_some() => own(),
        None => Edge::End,
        Some(name) if name == "body" && over.inclusive => {
            first_trailer.map_or(Edge::End, Edge::Before)
        }
        Some(name) if name == "body" => Edge::Body,
        Some(name) if over.inclusive => Edge::After(name.clone()),
        Some(name) => Edge::Before(name.clone()),
    };
    (from, to)
}

/// The edges whose positions must be noted while fields are read or written.
pub(super) struct Edges {
    needs_start: bool,
    before: BTreeSet<String>,
    after: BTreeSet<String>,
}

pub(super) fn edges(header: &Header) -> Edges {
    let aligned = header
        .fields
        .iter()
        .any(|field| field.attrs.align.is_some());
    let mut edges = Edges {
        needs_start: aligned,
        before: BTreeSet::new(),
        after: BTreeSet::new(),
    };
    for field in header.checksums() {
        edges.before.insert(field.ident.to_string());
        let (from, to) = range(header, field);
        for edge in [from, to] {
            match edge {
                Edge::Start => edges.needs_start = true,
                Edge::Before(name) => {
                    edges.before.insert(name.to_string());
                }
                Edge::After(name) => {
                    edges.after.insert(name.to_string());
                }
                Edge::Body | Edge::End => {}
            }
        }
    }
    edges
}

impl Edges {
    /// Notes where the struct starts.
    pub(super) fn start(&self, position: TokenStream) -> TokenStream {
        if self.needs_start {
            quote! { let start = #position; }
        } else {
            TokenStream::new()
        }
    }

    /// Notes where the field starts and ends.
    pub(super) fn around(
        &self,
        field: &Field,
        position: TokenStream,
    ) -> (TokenStream, TokenStream) {
        let name = field.ident.to_string();
        let note = |wanted: bool, local: Ident| {
            if wanted {
                quote! { let #local = #position; }
            } else {
                TokenStream::new()
            }
        };
        (
            note(self.before.contains(&name), before_local(&field.ident)),
            note(self.after.contains(&name), after_local(&field.ident)),
        )
    }
}

fn before_local(name: &Ident) -> Ident {
    Ident::new(&format!("before_{name}"), Span::mixed_site())
}

fn after_local(name: &Ident) -> Ident {
    Ident::new(&format!("after_{name}"), Span::mixed_site())
}

/// Compares the checksum of a field that was read.
pub(super) fn verify(header: &Header, field: &Field) -> TokenStream {
    let (Some(algorithm), Shape::Scalar { bytes, .. }) = (algorithm(field), &field.shape) else {
        return TokenStream::new();
    };
    let label = field.ident.to_string();
    let own = before_local(&field.ident);
    let position = |edge: Edge| match edge {
        Edge::Start => quote! { start },
        Edge::Before(name) => {
            let local = before_local(&name);
            quote! { #local }
        }
        Edge::After(name) => {
            let local = after_local(&name);
            quote! { #local }
        }
        Edge::Body => quote! { cursor.header_end() },
        Edge::End => quote! { cursor.position() },
    };
    let (from, to) = range(header, field);
    let (from, to) = (position(from), position(to));
    let check = |raw: TokenStream| {
        quote! { cursor.checksum::<#algorithm>(#label, #raw, #own..#own + #bytes, #from..#to)?; }
    };
    let local = local_of(&field.ident);
    if field.is_always() {
        let raw = raw_of(&field.ident);
        check(quote! { #raw })
    } else {
        let check = check(quote! { found.into() });
        quote! { if let Some(found) = #local { #check } }
    }
}

/// Computes the checksums that stand in the header, or in a part.
pub(super) fn in_header(header: &Header) -> TokenStream {
    let seals = header
        .checksums()
        .filter(|field| field.attrs.trailer.is_none())
        .map(|field| {
            let (from, to) = range(header, field);
            let reach = match to {
                Edge::Body => quote! { wire::Reach::Header },
                Edge::End if !header.part => quote! { wire::Reach::Body },
                Edge::End => quote! { wire::Reach::At(writer.position()) },
                edge => {
                    let position = written(edge);
                    quote! { wire::Reach::At(#position) }
                }
            };
            let from = match from {
                Edge::Body => quote! { None },
                edge => {
                    let position = written(edge);
                    quote! { Some(#position) }
                }
            };
            seal(field, &from, &reach)
        });
    quote! { #(#seals)* }
}

/// Computes a checksum that stands behind the body, once it is written.
pub(super) fn in_trailer(header: &Header, field: &Field) -> TokenStream {
    if field.attrs.checksum.is_none() {
        return TokenStream::new();
    }
    let (from, to) = range(header, field);
    let [from, to] = [from, to].map(written);
    let seal = seal(
        field,
        &quote! { Some(#from) },
        &quote! { wire::Reach::At(#to) },
    );
    if field.is_always() {
        seal
    } else {
        let name = &field.ident;
        quote! { if self.#name.is_some() { #seal } }
    }
}

/// The position of something that was written.
fn written(edge: Edge) -> TokenStream {
    match edge {
        Edge::Start => quote! { start },
        Edge::Before(name) => {
            let local = before_local(&name);
            quote! { #local }
        }
        Edge::After(name) => {
            let local = after_local(&name);
            quote! { #local }
        }
        Edge::Body => quote! { writer.body_range().start },
        Edge::End => quote! { writer.body_range().end },
    }
}

fn seal(field: &Field, from: &TokenStream, reach: &TokenStream) -> TokenStream {
    let (Some(algorithm), Shape::Scalar { bytes, .. }) = (algorithm(field), &field.shape) else {
        return TokenStream::new();
    };
    let (at, order) = (before_local(&field.ident), order(field.order));
    quote! { writer.seal::<#algorithm, #bytes>(#at, #from, #reach, #order); }
}

/// The checksums that have a short name, each with its type and its bits.
const KNOWN: [(&str, &str, u32); 8] = [
    ("crc16_arc", "Crc16Arc", 16),
    ("crc16_modbus", "Crc16Modbus", 16),
    ("crc16_xmodem", "Crc16Xmodem", 16),
    ("crc16_ibm3740", "Crc16Ibm3740", 16),
    ("crc32", "Crc32", 32),
    ("crc32c", "Crc32c", 32),
    ("adler32", "Adler32", 32),
    ("internet", "Internet", 16),
];

/// The type and the bits of the checksum with this short name.
pub(crate) fn known(name: &str) -> Option<(&'static str, u32)> {
    let found = KNOWN.iter().find(|(short, ..)| *short == name)?;
    Some((found.1, found.2))
}

/// All short names.
pub(crate) fn names() -> String {
    KNOWN.map(|(short, ..)| short).join(", ")
}

/// The type of a checksum's algorithm: one of ours by its short name, or the author's own by its path.
pub(crate) fn algorithm(field: &Field) -> Option<TokenStream> {
    let path: &Path = field.attrs.checksum.as_ref()?;
    let short = path.get_ident().map(ToString::to_string);
    Some(match short.and_then(|name| known(&name)) {
        Some((name, _)) => {
            let name = format_ident!("{name}");
            quote! { wire::#name }
        }
        None => quote! { #path },
    })
}
