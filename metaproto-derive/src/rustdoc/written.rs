//! Tokens as one writes them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `4 * MIB`, `limits::MAX`, `Pair<u8>`, where tokens by themselves would have spaces around each.
pub(super) fn written(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    push(&mut text, tokens.to_token_stream());
    text
}

fn push(text: &mut String, tokens: TokenStream) {
    // Whether something stands before of which an operator can be the next.
    let mut is_operand = false;
    let mut operator = String::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                operator.push(punct.as_char());
                if punct.spacing() == Spacing::Joint {
                    continue;
                }
                match std::mem::take(&mut operator).as_str() {
                    "," => text.push_str(", "),
                    binary @ ("*" | "/" | "%" | "+" | "-" | "|" | "&" | "^" | "<<" | ">>")
                        if is_operand =>
                    {
                        text.push_str(&format!(" {binary} "));
                    }
                    other => text.push_str(other),
                }
                is_operand = false;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                push(text, group.stream());
                text.push_str(close);
                is_operand = true;
            }
            word => {
                if is_operand {
                    text.push(' ');
                }
                // A lifetime's apostrophe is joint to its name.
                text.push_str(&std::mem::take(&mut operator));
                text.push_str(&word.to_string());
                is_operand = true;
            }
        }
    }
}
