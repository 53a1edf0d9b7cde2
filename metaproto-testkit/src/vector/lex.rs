//! Lines and their words.

use super::ParseError;

/// One line of a file.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    /// Without its ending.
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    /// Where the comment starts, byte of `text`.
    pub(super) comment: Option<usize>,
}

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// First byte in the line.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
    pub(super) kind: Kind<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Word(&'a str),
    Text(String),
    Star,
    Open,
    Close,
}

/// The longest piece of a line that an error shows, characters.
const SHOWN: usize = 120;

/// Cuts `text` into lines, and these into words, one after the other.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Result<Line<'_>, ParseError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate();
    lines.map(|(index, text)| line(index + 1, text))
}

impl Line<'_> {
    /// An error at byte `start` of the line.
    pub(super) fn error(
        &self,
        start: usize,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> ParseError {
        let column = self.text.get(..start).unwrap_or(self.text).chars().count() + 1;
        let source = if column > SHOWN {
            String::new() // the caret would stand beyond what is shown
        } else {
            self.text.chars().take(SHOWN).collect()
        };
        ParseError {
            line: self.number,
            column,
            found: found.into(),
            expected: expected.into(),
            help: None,
            source,
        }
    }

    /// Byte after the last word.
    pub(super) fn end(&self) -> usize {
        self.tokens.last().map_or(0, |token| token.end)
    }
}

impl Token<'_> {
    /// The token as an error shows it.
    pub(super) fn shown(&self) -> String {
        match &self.kind {
            Kind::Word(word) => format!("`{}`", word.chars().take(40).collect::<String>()),
            Kind::Text(text) => format!("the text {:?}", text.chars().take(40).collect::<String>()),
            Kind::Star => "`*`".into(),
            Kind::Open => "`[`".into(),
            Kind::Close => "`]`".into(),
        }
    }
}

fn line(number: usize, text: &str) -> Result<Line<'_>, ParseError> {
    let mut line = Line {
        number,
        text,
        tokens: Vec::new(),
        comment: None,
    };
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let (length, kind) = match first {
            '#' => {
                line.comment = Some(at);
                break;
            }
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '*' => (1, Kind::Star),
            '[' => (1, Kind::Open),
            ']' => (1, Kind::Close),
            '"' => {
                let (length, text) = quoted(&line, at, rest)?;
                (length, Kind::Text(text))
            }
            _ => {
                let ends = |char: char| char.is_whitespace() || "#*[]\"".contains(char);
                let length = rest.find(ends).unwrap_or(rest.len());
                (length, Kind::Word(rest.get(..length).unwrap_or(rest)))
            }
        };
        line.tokens.push(Token {
            start: at,
            end: at + length,
            kind,
        });
        at += length;
    }
    Ok(line)
}

/// The text that `rest` starts with, and its length in the line, quotes included.
fn quoted(line: &Line<'_>, at: usize, rest: &str) -> Result<(usize, String), ParseError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, char)) = chars.next() {
        match char {
            '"' => return Ok((index + 1, text)),
            '\\' => {
                let escape = chars.next().map(|(_, char)| char);
                text.push(match escape {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some(char @ ('"' | '\\')) => char,
                    Some('u') => {
                        let code = rest.get(index + 2..).unwrap_or_default();
                        let (length, char) = unicode(code).ok_or_else(|| {
                            line.error(
                                at + index,
                                "an escape that names no character",
                                "`\\u{..}` with 1 to 6 hex digits of a character",
                            )
                        })?;
                        for _ in 0..length {
                            chars.next();
                        }
                        char
                    }
                    Some(other) => {
                        return Err(line.error(
                            at + index,
                            format!("the escape `\\{}`", other.escape_debug()),
                            "one of `\\n \\r \\t \\0 \\\" \\\\ \\u{..}`",
                        ));
                    }
                    None => break,
                });
            }
            char => text.push(char),
        }
    }
    let mut error = line.error(
        at,
        "a text without end",
        "`\"` at its end, on the same line",
    );
    error.help = Some("a line break in a text is written `\\n`".into());
    Err(error)
}

/// The character of `{..}` at the start of `code`, and the characters that it takes.
fn unicode(code: &str) -> Option<(usize, char)> {
    let digits = code.strip_prefix('{')?.split_once('}')?.0;
    let plain = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
    Some((digits.len() + 2, char::from_u32(number)?))
}
