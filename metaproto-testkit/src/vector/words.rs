//! The words of one line.

use bytes::Bytes;
use metaproto_codec::{Mutation, RequestId};

use super::lex::{Kind, Line, Token};
use super::{MAX_BYTES, MAX_CHUNKS, ParseError, Rejection};

pub(super) type Parsed<T> = Result<T, ParseError>;

/// Words that start a line, and so end a list of bytes.
pub(super) const KEYWORDS: &[&str] = &[
    "mpv",
    "origin",
    "direction",
    "chunks",
    "rule",
    "codec",
    "reply",
    "before",
    "bytes",
    "expect",
    "mutate",
    "becomes",
    "refused",
    "request_id",
    "operation",
    "status",
    "stream_id",
    "header_size",
    "property",
];

pub(super) const FACTS: &[&str] = &[
    "request_id",
    "operation",
    "status",
    "stream_id",
    "header_size",
    "property",
];

/// The words of one line, from left to right.
pub(super) struct Words<'p, 'a> {
    pub(super) line: &'p Line<'a>,
    pub(super) at: usize,
}

impl<'p, 'a> Words<'p, 'a> {
    pub(super) fn of(line: &'p Line<'a>, at: usize) -> Self {
        Self { line, at }
    }

    pub(super) fn first(&self) -> &'p Kind<'a> {
        self.line
            .tokens
            .first()
            .map_or(&Kind::Close, |token| &token.kind)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.line.tokens.len()
    }

    pub(super) fn next(&mut self) -> Option<&'p Token<'a>> {
        let token = self.line.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// The present word is not as it should be.
    pub(super) fn error(&self, expected: impl Into<String>) -> ParseError {
        self.error_at(self.at, expected)
    }

    /// The word at `index` is not as it should be.
    pub(super) fn error_at(&self, index: usize, expected: impl Into<String>) -> ParseError {
        match self.line.tokens.get(index) {
            Some(token) => self.line.error(token.start, token.shown(), expected),
            None => self
                .line
                .error(self.line.end(), "the end of the line", expected),
        }
    }

    pub(super) fn end(&self) -> Parsed<()> {
        if self.is_empty() {
            return Ok(());
        }
        Err(self.error("the end of the line"))
    }

    pub(super) fn keyword(&mut self, keyword: &str, expected: &str) -> Parsed<()> {
        match self.line.tokens.get(self.at).map(|token| &token.kind) {
            Some(Kind::Word(word)) if *word == keyword => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.error(expected)),
        }
    }

    pub(super) fn word(&mut self, expected: &str) -> Parsed<&'a str> {
        match self.line.tokens.get(self.at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => {
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.error(expected)),
        }
    }

    pub(super) fn text(&mut self, what: &str) -> Parsed<String> {
        match self.line.tokens.get(self.at).map(|token| &token.kind) {
            Some(Kind::Text(text)) => {
                self.at += 1;
                Ok(text.clone())
            }
            Some(Kind::Word(word)) => {
                let mut error = self.error(format!("{what}, in quotes"));
                error.help = Some(format!("write {word:?}"));
                Err(error)
            }
            _ => Err(self.error(format!("{what}, in quotes"))),
        }
    }

    pub(super) fn word_or_text(&mut self, what: &str) -> Parsed<String> {
        match self.line.tokens.get(self.at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => {
                self.at += 1;
                Ok((*word).to_owned())
            }
            _ => self.text(what),
        }
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self, what: &str) -> Parsed<T> {
        let at = self.at;
        let word = self.word(what)?;
        let plain = word.bytes().all(|byte| byte.is_ascii_digit());
        match word.parse() {
            Ok(number) if plain => Ok(number),
            _ if plain => Err(self.error_at(at, format!("{what} that is not so large"))),
            _ => Err(self.error_at(at, what)),
        }
    }

    pub(super) fn optional_number<T: std::str::FromStr>(&mut self) -> Parsed<Option<T>> {
        (!self.is_empty())
            .then(|| self.number("a number of bytes"))
            .transpose()
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        all: &[T],
        name: impl Fn(&T) -> &'static str,
    ) -> Parsed<T> {
        let names: Vec<_> = all.iter().map(|item| format!("`{}`", name(item))).collect();
        let (last, first) = names.split_last().map_or(("", &[][..]), |(l, f)| (l, f));
        let expected = format!("{} or {last}", first.join(", "));
        let word = self.word(&expected)?;
        let found = all.iter().find(|item| name(item) == word).copied();
        found.ok_or_else(|| self.error_at(self.at - 1, expected))
    }

    /// `[name]`
    pub(super) fn name(&mut self) -> Parsed<(usize, String)> {
        match self.next().map(|token| &token.kind) {
            Some(Kind::Open) => {}
            _ => {
                self.at = 0;
                let mut error = self.error("`[name]`, which starts a vector");
                error.help = misplaced(self.first());
                return Err(error);
            }
        }
        let name = self.word_or_text("the name of the vector")?;
        match self.line.tokens.get(self.at).map(|token| &token.kind) {
            Some(Kind::Close) => self.at += 1,
            _ => {
                let mut error = self.error("`]`");
                error.help = Some("a name with spaces stands in quotes: `[\"two words\"]`".into());
                return Err(error);
            }
        }
        Ok((self.line.number, name))
    }

    /// `* count` after an item, or 1.
    pub(super) fn count(&mut self, max: usize) -> Parsed<usize> {
        if self.line.tokens.get(self.at).map(|token| &token.kind) != Some(&Kind::Star) {
            return Ok(1);
        }
        self.at += 1;
        let at = self.at;
        let count = self.number("how often, a number")?;
        if count == 0 {
            return Err(self.error_at(at, "a number of at least 1"));
        }
        if count > max {
            return Err(self.error_at(at, format!("at most {max} here")));
        }
        Ok(count)
    }

    pub(super) fn chunks(&mut self, chunks: &mut Vec<usize>) -> Parsed<()> {
        const SIZE: &str = "the size of a chunk in bytes, a number";
        loop {
            let at = self.at;
            let size: usize = self.number(SIZE)?;
            if size == 0 {
                return Err(self.error_at(at, "a chunk of at least 1 byte"));
            }
            let left = MAX_CHUNKS - chunks.len();
            if left == 0 {
                return Err(self.error_at(at, format!("at most {MAX_CHUNKS} chunks")));
            }
            let count = self.count(left)?;
            chunks.extend(std::iter::repeat_n(size, count));
            if self.is_empty() {
                return Ok(());
            }
        }
    }

    /// Bytes up to the end of the line; `used` counts those of the file.
    pub(super) fn bytes(&mut self, bytes: &mut Vec<u8>, used: &mut usize) -> Parsed<()> {
        while let Some(token) = self.next() {
            let at = self.at - 1;
            let item = match &token.kind {
                Kind::Text(text) => text.as_bytes().to_vec(),
                Kind::Word(word) => hex(word).ok_or_else(|| self.not_hex(at, word))?,
                _ => return Err(self.error_at(at, "bytes in hex, or text in quotes")),
            };
            let left = MAX_BYTES - *used;
            let count = self.count(MAX_BYTES)?;
            if count.saturating_mul(item.len()) > left {
                let mut error = self.error_at(at, format!("at most {left} more bytes"));
                error.help = Some(format!("a file holds at most {MAX_BYTES} bytes"));
                return Err(error);
            }
            *used += count * item.len();
            for _ in 0..count {
                bytes.extend_from_slice(&item);
            }
        }
        Ok(())
    }

    pub(super) fn not_hex(&self, at: usize, word: &str) -> ParseError {
        let mut error = self.error_at(at, "bytes in hex, two digits for each");
        let digits = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        error.help = Some(
            match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
                Some(digits) => format!("leave out the `0x`: `{digits}`"),
                None if digits => {
                    format!("a digit is missing or too many; a small number is `0{word}`")
                }
                None if word.ends_with(':') => "leave out the offsets of a hexdump".into(),
                None => format!("text stands in quotes; no part of a vector is called `{word}`"),
            },
        );
        error
    }

    pub(super) fn request_id(&mut self) -> Parsed<RequestId> {
        const ID: &str = "the id: a number, or bytes as `0x` and hex digits";
        let at = self.at;
        match self.line.tokens.get(at).map(|token| &token.kind) {
            Some(Kind::Word(word)) if word.starts_with("0x") => {
                self.at += 1;
                let digits = word.strip_prefix("0x").unwrap_or_default();
                let bytes = if digits.is_empty() {
                    Some(Vec::new())
                } else {
                    hex(digits)
                };
                let bytes = bytes.ok_or_else(|| self.error_at(at, ID))?;
                Ok(RequestId::Bytes(Bytes::from(bytes)))
            }
            _ => self.number(ID).map(RequestId::Number),
        }
    }

    /// What follows `reject` and `limit`.
    pub(super) fn rejection(&mut self, limit: bool) -> Parsed<Rejection> {
        const PARTS: &str = "a rule, `at OFFSET` or `in FIELD`, in this order";
        let mut rejection = Rejection {
            limit,
            ..Rejection::default()
        };
        let mut stage = 0;
        while let Some(token) = self.next() {
            match (&token.kind, stage) {
                (Kind::Word("at"), 0..=1) => {
                    rejection.offset = Some(self.number("an offset in the stream, bytes")?);
                    stage = 2;
                }
                (Kind::Word("in"), 0..=2) => {
                    rejection.field = Some(self.word_or_text("the name of a field")?);
                    stage = 3;
                }
                (Kind::Word(_) | Kind::Text(_), 0) => {
                    self.at -= 1;
                    rejection.rule = Some(self.word_or_text("a rule")?);
                    stage = 1;
                }
                _ => return Err(self.error_at(self.at - 1, PARTS)),
            }
        }
        Ok(rejection)
    }

    /// What follows `mutate`.
    pub(super) fn mutation(&mut self) -> Parsed<Mutation> {
        const CHANGE: &str =
            "`set \"key\" \"value\"`, `remove \"key\"`, `request_id ID` or `stream_id N`";
        let mut mutation = Mutation::new();
        while !self.is_empty() {
            let at = self.at;
            match self.word(CHANGE)? {
                "set" => {
                    let key = self.text("the name of a property")?;
                    mutation = mutation.set(key, self.text("the value of the property")?);
                }
                "remove" => mutation = mutation.remove(self.text("the name of a property")?),
                "request_id" => mutation.set_request_id(self.request_id()?),
                "stream_id" => mutation.set_stream_id(self.number("the id, a number")?),
                _ => return Err(self.error_at(at, CHANGE)),
            }
        }
        Ok(mutation)
    }
}

/// Where a keyword belongs that stands at the wrong place.
pub(super) fn misplaced(first: &Kind<'_>) -> Option<String> {
    let Kind::Word(word) = first else { return None };
    let place = match *word {
        "mpv" => "`mpv 1` is the first line of a file",
        "origin" => "`origin` stands once, after `mpv 1`",
        "direction" | "chunks" | "rule" | "codec" | "reply" | "before" => {
            "it stands after the `[name]` of a vector, before its first `bytes`"
        }
        "bytes" | "expect" => "a vector starts with `[name]`, a block with `bytes`",
        "mutate" => "it follows the `expect` of a whole message",
        "becomes" | "refused" => "it follows `mutate`",
        fact if FACTS.contains(&fact) => "facts follow a kind of message, as in `expect request`",
        _ => return None,
    };
    Some(place.into())
}

/// The bytes that pairs of hex digits spell; at least one.
fn hex(word: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = word
        .chars()
        .map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| !digits.is_empty() && digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
