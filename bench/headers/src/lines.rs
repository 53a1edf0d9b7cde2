//! Code lines of a source, after one formatter for all.

use anyhow::{Context, Result};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, File, Item};

/// Lines of a Rust source as prettyplease formats it, without blank lines, comments, `use` and tests.
///
/// # Errors
///
/// The source does not parse.
pub(crate) fn code_lines(source: &str) -> Result<usize> {
    let tokens: TokenStream = source.parse().map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut file: File = syn::parse2(without_docs(tokens)).context("not Rust")?;
    file.items.retain(|item| !is_use(item) && !is_test(item));
    let formatted = prettyplease::unparse(&file);
    Ok(formatted
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count())
}

/// Doc comments are attributes to a parser.
fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::<TokenTree>::new();
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            if is_doc(group) {
                while matches!(kept.last(), Some(TokenTree::Punct(punct)) if "#!".contains(punct.as_char()))
                {
                    kept.pop();
                }
            } else {
                let inner = without_docs(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
        } else {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

fn is_doc(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

fn is_use(item: &Item) -> bool {
    matches!(item, Item::Use(_))
}

fn is_test(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        _ => &[],
    };
    attributes
        .iter()
        .any(|attribute| attribute.to_token_stream().to_string() == "# [cfg (test)]")
}

#[cfg(test)]
mod tests {
    use super::code_lines;

    #[test]
    fn counts_what_is_code() {
        let source = r#"
            //! A page.

            use std::fmt;

            /// A header.
            #[derive(Clone)]
            pub struct Header { // three lines
                /// Its version.
                #[doc(hidden)]
                version: u8,
            }

            #[cfg(test)]
            mod tests {
                #[test]
                fn nothing() {}
            }
        "#;
        assert_eq!(code_lines(source).unwrap(), 4);
    }

    #[test]
    fn counts_the_same_however_it_is_broken() {
        let one = "pub struct Pair(pub u8, #[deku(count = \"n\")] pub Vec<u8>);";
        let other =
            "pub struct Pair(\n  pub u8,\n  #[deku(\n  count = \"n\"\n)]\n  pub Vec<u8>,\n);\n";
        assert_eq!(code_lines(one).unwrap(), code_lines(other).unwrap());
    }
}
