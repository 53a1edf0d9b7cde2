//! Words of the pages.

use maud::{Markup, html};

pub(crate) use crate::visible::visible;

/// A rule's own text: what stands between backticks is code.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (visible(part)) } } @else { (visible(part)) }
        }
    }
}

/// `3 cases`, `1 case`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
