//! Where two values differ.

use maud::{Markup, html};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::text::visible;

/// Both values, with the words that only one of them has marked in it. Values that have little in common are marked as a
/// whole: a patchwork helps nobody.
pub(super) fn compare(expected: &str, actual: &str) -> (Markup, Markup) {
    /// Comparing takes quadratic time at worst; nobody reads a longer value word by word.
    const MAX: usize = 4096;

    if expected.len().max(actual.len()) > MAX {
        return (plain(expected), plain(actual));
    }
    let (old, new) = (words(expected), words(actual));
    let mut sides = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let equal = op.tag() == DiffTag::Equal;
        sides.0.push((old[op.old_range()].concat(), equal));
        sides.1.push((new[op.new_range()].concat(), equal));
    }
    let common = letters(sides.0.iter().filter(|(_, equal)| *equal));
    if 3 * common < letters(&sides.0).max(letters(&sides.1)) {
        sides = (vec![(expected.into(), false)], vec![(actual.into(), false)]);
    }
    (marked(&sides.0), marked(&sides.1))
}

/// How much of the parts is names and numbers.
fn letters<'a>(parts: impl IntoIterator<Item = &'a (String, bool)>) -> usize {
    let chars = parts.into_iter().flat_map(|(part, _)| part.chars());
    chars.filter(|c| in_word(*c)).count()
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn plain(value: &str) -> Markup {
    html! { (visible(value)) }
}

fn marked(parts: &[(String, bool)]) -> Markup {
    html! {
        @for (part, equal) in parts.iter().filter(|(part, _)| !part.is_empty()) {
            @if *equal { (visible(part)) } @else { mark { (visible(part)) } }
        }
    }
}

/// Names and numbers whole, everything else character by character.
fn words(value: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let end = if in_word(first) {
            rest.find(|c| !in_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_difference_is_marked() {
        let (expected, actual) = compare("id = 17, len = 21", "id = 0, len = 21 <more>");
        assert_eq!(expected.into_string(), "id = <mark>17</mark>, len = 21");
        assert_eq!(
            actual.into_string(),
            "id = <mark>0</mark>, len = 21<mark> &lt;more&gt;</mark>"
        );
        let (expected, actual) = compare("Err(wrong magic)", "Ok(WaitForData(1))");
        assert_eq!(expected.into_string(), "<mark>Err(wrong magic)</mark>");
        assert_eq!(actual.into_string(), "<mark>Ok(WaitForData(1))</mark>");
        let (expected, actual) = compare("", "größer");
        assert_eq!(expected.into_string(), "");
        assert_eq!(actual.into_string(), "<mark>größer</mark>");
    }
}
