//! Text of unknown origin, made harmless for the eye. That it is harmless for the browser, the templates see to.

use std::borrow::Cow;

/// `text` with its control characters replaced by pictures of them, and what turns the direction of writing by its name:
/// no peer's string can hide, reorder or fake parts of the page. Line ends and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(disturbs) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\0'..='\x1f' if disturbs(c) => {
                shown.extend(char::from_u32(0x2400 + u32::from(c)));
            }
            '\x7f' => shown.push('\u{2421}'),
            c if disturbs(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// As [`visible`], in one line.
pub(crate) fn one_line(text: &str) -> String {
    visible(text)
        .replace('\n', "\u{240a}")
        .replace('\t', "\u{2409}")
}

fn disturbs(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{feff}' | '\u{61c}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_shown() {
        assert_eq!(
            visible("a\0b\r\n\tc\x7f"),
            "a\u{2400}b\u{240d}\n\tc\u{2421}"
        );
        assert_eq!(visible("x\u{202e}y\u{85}"), "x\\u{202e}y\\u{85}");
        assert_eq!(one_line("a\n\x1b[31m\tb"), "a\u{240a}\u{241b}[31m\u{2409}b");
        assert!(matches!(visible("größe\n"), Cow::Borrowed(_)));
    }
}
