//! The implementations that the derive writes, as reviewed files: `*.expanded.rs` beside each small declaration.
//!
//! A crate of procedural macros exports nothing but these, so its modules are compiled here a second time, as modules of the
//! test; so no other crate has to be made for them, and no unstable option of the compiler is needed. Write the files anew
//! with `METAPROTO_WRITE_PAGES=1 cargo test -p metaproto-derive --test expansions`.

#![forbid(unsafe_code)]

#[path = "../../src/ast.rs"]
mod ast;
#[path = "../../src/attr.rs"]
mod attr;
#[path = "../../src/checks.rs"]
mod checks;
#[path = "../../src/choices.rs"]
mod choices;
#[path = "../../src/combinations.rs"]
mod combinations;
#[path = "../../src/condition.rs"]
mod condition;
#[path = "../../src/derive.rs"]
mod derive;
#[path = "../../src/expand/mod.rs"]
mod expand;

#[path = "../../src/rules.rs"]
mod rules;
#[path = "../../src/rustdoc/mod.rs"]
mod rustdoc;
#[path = "../../src/schema.rs"]
mod schema;
#[path = "../../src/shape.rs"]
mod shape;
#[path = "../../src/unknown.rs"]
mod unknown;

mod layouts;

use std::path::{Path, PathBuf};
use std::{env, fs};

use quote::ToTokens;
use syn::{Attribute, DeriveInput, File, Item, Meta, parse_quote};

#[test]
fn every_expansion_is_as_reviewed() {
    let mut stale = Vec::new();
    for declaration in declarations() {
        let page = declaration.with_extension("expanded.rs");
        let text = expansion(&fs::read_to_string(&declaration).unwrap());
        if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
            fs::write(&page, &text).unwrap();
        }
        if fs::read_to_string(&page).ok() != Some(text) {
            stale.push(page);
        }
    }
    assert!(
        stale.is_empty(),
        "these differ, see how, and write them with METAPROTO_WRITE_PAGES=1: {stale:#?}"
    );
}

/// The files that declare something.
fn declarations() -> Vec<PathBuf> {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansions");
    let mut found: Vec<_> = fs::read_dir(room)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".rs")
                && !name.ends_with(".expanded.rs")
                && !["main.rs", "layouts.rs"].contains(&&*name)
        })
        .collect();
    found.sort();
    found
}

/// The file with each derive replaced by what it stands for.
fn expansion(source: &str) -> String {
    let file: File = syn::parse_str(source).unwrap();
    let items = file.items.into_iter().flat_map(expanded_item).collect();
    let note = "Written by the test `expansions`; do not edit.";
    prettyplease::unparse(&File {
        attrs: vec![parse_quote!(#[doc = #note])],
        items,
        ..file
    })
    .replacen("///", "//", 1)
}

fn expanded_item(item: Item) -> Vec<Item> {
    let mut declared: DeriveInput = match &item {
        Item::Struct(_) | Item::Enum(_) => parse_quote!(#item),
        _ => return vec![item],
    };
    let implementation: File = syn::parse2(derive::derive(&declared)).unwrap();
    declared.attrs.retain_mut(|attr| !is_ours(attr));
    match &mut declared.data {
        syn::Data::Struct(data) => {
            for field in &mut data.fields {
                field.attrs.retain_mut(|attr| !is_ours(attr));
            }
        }
        syn::Data::Enum(data) => {
            for variant in &mut data.variants {
                variant.attrs.retain_mut(|attr| !is_ours(attr));
            }
        }
        syn::Data::Union(_) => {}
    }
    let declared: Item = syn::parse2(declared.to_token_stream()).unwrap();
    [declared].into_iter().chain(implementation.items).collect()
}

/// Whether the attribute is one of `Header`, which is taken out of a list of derives.
fn is_ours(attr: &mut Attribute) -> bool {
    if attr.path().is_ident("derive")
        && let Meta::List(list) = &mut attr.meta
    {
        let text = list.tokens.to_string().replace(' ', "");
        let rest = text.replace("metaproto_codec::Header,", "");
        list.tokens = rest.parse().unwrap();
    }
    attr.path().is_ident("header")
}
