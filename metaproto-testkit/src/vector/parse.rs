//! Reading.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

use metaproto_codec::{Direction, ErrorType, MessageType, ResponseStatus};

use super::lex::{self, Kind, Line};
use super::print::Key;
use super::words::{FACTS, KEYWORDS, Parsed, Words, misplaced};
use super::{
    Block, Edit, EditResult, Expect, MAX_BYTES, ParseError, ReadError, Vector, VectorFile,
};
use crate::facts::Facts;

/// The longest file that is read: that many bytes written out in hex.
const MAX_FILE: u64 = 4 * MAX_BYTES as u64;

impl VectorFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// The first mistake, with its place and the way out.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(located(text)?.0)
    }

    /// Reads a file, of at most 256 MiB.
    ///
    /// # Errors
    ///
    /// What the file system says, or the first mistake in the text.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let text = read_text(path)?;
        Self::parse(&text).map_err(|error| ReadError::Parse {
            path: path.into(),
            error: Box::new(error),
        })
    }
}

/// Where the expectations of a block stand: indices of lines.
#[derive(Debug)]
pub(super) struct BlockPlace {
    /// Each line of the expectation.
    pub(super) expect: Vec<(usize, Key)>,
    pub(super) edits: Vec<EditPlace>,
}

/// Where an edit stands: indices of lines.
#[derive(Debug)]
pub(super) struct EditPlace {
    pub(super) mutate: usize,
    /// First line of the result to the line after its last; empty where there is none.
    pub(super) result: Range<usize>,
}

/// The file, and for each block of each vector where its expectations stand.
pub(super) fn located(text: &str) -> Result<(VectorFile, Vec<Vec<BlockPlace>>), ParseError> {
    let mut parser = Parser {
        rest: Box::new(lex::lines(text)),
        line: None,
        last: 0,
        total: 0,
        end: 1,
        bytes: 0,
    };
    parser.advance()?;
    parser.file()
}

/// What may follow `expect`.
const KINDS: &str = "`anything`, `message`, `wait`, `reject`, `limit` or a kind of message \
                     (`request`, `oneway`, `response`, `error`, `ping`, `pong`, \
                     `stream_init`, `stream_data`, `stream_close`, `event`)";

struct Parser<'a> {
    rest: Box<dyn Iterator<Item = Parsed<Line<'a>>> + 'a>,
    /// The present line, the next that says something.
    line: Option<Line<'a>>,
    /// Index of the line before it that says something.
    last: usize,
    /// Lines that were read, empty ones included.
    total: usize,
    /// Column after the last of them.
    end: usize,
    /// Bytes that were spelt so far.
    bytes: usize,
}

impl<'a> Parser<'a> {
    fn file(mut self) -> Parsed<(VectorFile, Vec<Vec<BlockPlace>>)> {
        let mut file = VectorFile::default();
        let Some(line) = &self.line else {
            return Err(self.end("`mpv 1`, the version of the format"));
        };
        let mut words = Words::of(line, 0);
        words.keyword("mpv", "`mpv 1`, the version of the format")?;
        words.keyword("1", "`1`, the version of the format")?;
        words.end()?;
        self.advance()?;
        if let Some(mut words) = self.starts_with("origin") {
            file.origin = Some(words.text("who made the bytes")?);
            words.end()?;
            self.advance()?;
        }
        let mut places = Vec::new();
        let mut names = HashMap::new();
        while self.line.is_some() {
            let (vector, place) = self.vector(&mut names)?;
            file.vectors.push(vector);
            places.push(place);
        }
        Ok((file, places))
    }

    fn vector(&mut self, names: &mut HashMap<String, usize>) -> Parsed<(Vector, Vec<BlockPlace>)> {
        let mut words = self.words()?;
        let (number, name) = words.name()?;
        if let Some(first) = names.insert(name.clone(), number) {
            let mut error = words.error_at(1, "a name of its own");
            error.help = Some(format!("the vector at line {first} has this name already"));
            return Err(error);
        }
        words.end()?;
        self.advance()?;
        let mut vector = Vector::new(name, Direction::default());
        vector.line = number;
        let chunks_error = self.settings(&mut vector)?;
        let mut places = Vec::new();
        let mut pending = 0;
        while let Some(words) = self.peek() {
            match words.first() {
                Kind::Open => break,
                Kind::Word("bytes") => {}
                _ => {
                    let mut error = words.error("`bytes` or the next `[vector]`");
                    error.help = misplaced(words.first());
                    return Err(error);
                }
            }
            if let Some(Expect::Reject(_)) = vector.blocks.last().map(|block| &block.expect) {
                let mut error = words.error("the end of the vector");
                error.help = Some(
                    "a codec that refused bytes refuses all that follows; start a new vector"
                        .into(),
                );
                return Err(error);
            }
            let (block, place) = self.block(vector.direction, &mut pending)?;
            vector.blocks.push(block);
            places.push(place);
        }
        if let Some(error) = chunks_error {
            check_chunks(&vector, error)?;
        }
        Ok((vector, places))
    }

    /// What stands before the first block. Answers what to say where the chunks are too long.
    fn settings(&mut self, vector: &mut Vector) -> Parsed<Option<ParseError>> {
        const EXPECTED: &str =
            "`direction`, `chunks`, `rule`, `codec`, `reply`, `before` or `bytes`";
        let mut chunks_error = None;
        let mut seen: Vec<&'a str> = Vec::new();
        while let Some(mut words) = self.peek() {
            let keyword = match words.first() {
                Kind::Open | Kind::Word("bytes") => break,
                Kind::Word(word) => *word,
                _ => return Err(words.error(EXPECTED)),
            };
            if seen.contains(&keyword) {
                return Err(words.error(format!("`{keyword}` only once")));
            }
            words.at = 1;
            match keyword {
                "direction" => {
                    vector.direction = words.one_of(
                        &[Direction::ClientToServer, Direction::ServerToClient],
                        |direction| direction.as_str(),
                    )?;
                }
                "chunks" => {
                    chunks_error.get_or_insert_with(|| {
                        words.error("chunks that are together no longer than the blocks")
                    });
                    words.chunks(&mut vector.chunks)?;
                }
                "rule" => vector.rule = Some(words.word_or_text("the rule that was broken")?),
                "codec" => vector.codec = Some(words.text("the name of the codec")?),
                "reply" => {
                    let kind = words.one_of(&ErrorType::ALL, |kind| kind.as_str())?;
                    vector.reply = Some((kind, words.text("the message of the error")?));
                }
                "before" => {
                    let bytes = self.bytes()?;
                    vector.before.push(bytes);
                    continue;
                }
                _ => {
                    words.at = 0;
                    let mut error = words.error(EXPECTED);
                    error.help = misplaced(words.first());
                    return Err(error);
                }
            }
            words.end()?;
            if keyword != "chunks" {
                seen.push(keyword);
            }
            self.advance()?;
        }
        if !seen.contains(&"direction") {
            let expected = "`direction c2s` or `direction s2c` before the first block";
            return Err(match self.peek() {
                Some(words) => words.error(expected),
                None => self.end(expected),
            });
        }
        Ok(chunks_error)
    }

    fn block(&mut self, direction: Direction, pending: &mut usize) -> Parsed<(Block, BlockPlace)> {
        let line = self.words()?.line.number;
        let mut block = Block::new(self.bytes()?, Expect::Anything);
        block.line = line;
        let mut words = match self.peek() {
            Some(words) if *words.first() == Kind::Word("expect") => words,
            Some(words) => {
                let mut error = words.error("bytes in hex, or `expect`");
                error.help = misplaced(words.first())
                    .or_else(|| Some("bytes are pairs of hex digits, or text in quotes".into()));
                return Err(error);
            }
            None => {
                let mut error = self.end("`expect`");
                error.help = Some("write `expect anything` for bytes that are only input".into());
                return Err(error);
            }
        };
        words.at = 1;
        let mut place = BlockPlace {
            expect: vec![(self.index(), ("expect", 0))],
            edits: Vec::new(),
        };
        let length = *pending + block.bytes.len();
        *pending = 0;
        let kind = words.word(KINDS)?;
        match kind {
            "anything" => {}
            "message" => block.expect = Expect::Message,
            "wait" => {
                *pending = length;
                let at_least = words.optional_number()?;
                block.expect = Expect::Wait { at_least };
            }
            "reject" | "limit" => {
                block.expect = Expect::Reject(words.rejection(kind == "limit")?);
            }
            _ => {
                let Some(kind) = MessageType::ALL.iter().find(|known| known.as_str() == kind)
                else {
                    return Err(words.error_at(1, KINDS));
                };
                words.end()?;
                let facts = self.facts(direction, *kind, length, &mut place)?;
                block.expect = Expect::Facts(Box::new(facts));
                self.edits(&mut block, &mut place)?;
                return Ok((block, place));
            }
        }
        words.end()?;
        self.advance()?;
        if let Some(words) = self.peek()
            && let Kind::Word(word) = words.first()
            && FACTS.contains(word)
        {
            let mut error = words.error("no facts here");
            error.help = Some("facts follow a kind of message, as in `expect request`".into());
            return Err(error);
        }
        self.edits(&mut block, &mut place)?;
        Ok((block, place))
    }

    /// The facts below `expect <kind>`, at which the parser stands.
    fn facts(
        &mut self,
        direction: Direction,
        kind: MessageType,
        length: usize,
        place: &mut BlockPlace,
    ) -> Parsed<Facts> {
        let mut incomplete = self.words()?.error_at(1, "a `header_size` below it");
        let mut facts = Facts {
            direction,
            kind,
            request_id: None,
            stream_id: None,
            status: None,
            operation: None,
            header_size: 0,
            length,
            properties: Vec::new(),
        };
        let mut seen: Vec<&str> = Vec::new();
        self.advance()?;
        while let Some(mut words) = self.peek() {
            let Kind::Word(word) = words.first() else {
                break;
            };
            let Some(fact) = FACTS.iter().find(|fact| *fact == word) else {
                break;
            };
            if seen.contains(fact) {
                return Err(words.error(format!("`{fact}` only once")));
            }
            words.at = 1;
            match *fact {
                "request_id" => facts.request_id = Some(words.request_id()?),
                "operation" => facts.operation = Some(words.text("the name of the operation")?),
                "status" => {
                    let all = [ResponseStatus::Ok, ResponseStatus::Error];
                    facts.status = Some(words.one_of(&all, |status| status.as_str())?);
                }
                "stream_id" => facts.stream_id = Some(words.number("the id, a number")?),
                "header_size" => {
                    facts.header_size = words.number("bytes before the body, a number")?;
                }
                _ => {
                    let key = words.text("the name of the property")?;
                    let value = words.text("the value of the property")?;
                    facts.properties.push((key, value));
                }
            }
            words.end()?;
            let mut nth = 0;
            if *fact == "property" {
                nth = facts.properties.len().saturating_sub(1);
            } else {
                seen.push(fact);
            }
            place.expect.push((self.index(), (fact, nth)));
            self.advance()?;
        }
        if !seen.contains(&"header_size") {
            incomplete.help = Some(
                "state the bytes before the body, or write `expect message` and have the facts \
                 filled in"
                    .into(),
            );
            return Err(incomplete);
        }
        Ok(facts)
    }

    fn edits(&mut self, block: &mut Block, place: &mut BlockPlace) -> Parsed<()> {
        while let Some(mut words) = self.starts_with("mutate") {
            if matches!(block.expect, Expect::Wait { .. } | Expect::Reject(_)) {
                let mut error = words.error_at(0, "`bytes` or the next `[vector]`");
                error.help = Some("only a whole message can be changed".into());
                return Err(error);
            }
            let mutation = words.mutation()?;
            let mutate = self.index();
            self.advance()?;
            let first = self.index();
            let mut result = EditResult::Unstated;
            if self.starts_with("becomes").is_some() {
                result = EditResult::Becomes(self.bytes()?);
            } else if let Some(mut words) = self.starts_with("refused") {
                let rule = (!words.is_empty()).then(|| words.word_or_text("the rule"));
                result = EditResult::Refused {
                    rule: rule.transpose()?,
                };
                words.end()?;
                self.advance()?;
            }
            let last = match result {
                EditResult::Unstated => first,
                _ => self.last + 1,
            };
            block.edits.push(Edit { mutation, result });
            place.edits.push(EditPlace {
                mutate,
                result: first..last,
            });
        }
        Ok(())
    }

    /// The bytes after the keyword at which the parser stands, on its line and on those below it.
    fn bytes(&mut self) -> Parsed<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut words = self.words()?;
        words.at = 1;
        let mut used = self.bytes;
        loop {
            words.bytes(&mut bytes, &mut used)?;
            self.advance()?;
            match self.peek() {
                Some(next) if is_row(next.first()) => words = next,
                _ => break,
            }
        }
        self.bytes = used;
        Ok(bytes)
    }

    /// On to the next line that says something.
    fn advance(&mut self) -> Parsed<()> {
        self.last = self.index();
        self.line = None;
        while self.line.is_none() {
            let Some(line) = self.rest.next() else {
                break;
            };
            let line = line?;
            self.total = line.number;
            self.end = line.text.chars().count() + 1;
            self.line = Some(line).filter(|line| !line.tokens.is_empty());
        }
        Ok(())
    }

    fn peek(&self) -> Option<Words<'_, 'a>> {
        Some(Words::of(self.line.as_ref()?, 0))
    }

    /// The words of the present line.
    fn words(&self) -> Parsed<Words<'_, 'a>> {
        self.peek().ok_or_else(|| self.end("more lines"))
    }

    /// The words after `keyword`, if the present line starts with it.
    fn starts_with(&self, keyword: &str) -> Option<Words<'_, 'a>> {
        let mut words = self.peek()?;
        words.at = 1;
        (*words.first() == Kind::Word(keyword)).then_some(words)
    }

    /// The present line in the file, from 0.
    fn index(&self) -> usize {
        let line = self.line.as_ref();
        line.map_or(self.total, |line| line.number - 1)
    }

    fn end(&self, expected: impl Into<String>) -> ParseError {
        ParseError {
            line: self.total.max(1),
            column: self.end,
            found: "the end of the file".into(),
            expected: expected.into(),
            help: None,
            source: String::new(),
        }
    }
}

fn read_text(path: &Path) -> Result<String, ReadError> {
    let io = |source| ReadError::Io {
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut text = String::new();
    let read = file
        .take(MAX_FILE + 1)
        .read_to_string(&mut text)
        .map_err(io)? as u64;
    if length.max(read) > MAX_FILE {
        return Err(ReadError::TooLarge {
            path: path.into(),
            length: length.max(read),
            max: MAX_FILE,
        });
    }
    Ok(text)
}

fn check_chunks(vector: &Vector, mut error: ParseError) -> Parsed<()> {
    let length: usize = vector.blocks.iter().map(|block| block.bytes.len()).sum();
    let mut chunks = vector.chunks.iter();
    let sum = chunks.try_fold(0_usize, |sum, size| sum.checked_add(*size));
    if sum.is_some_and(|sum| sum <= length) {
        return Ok(());
    }
    let sum = sum.map_or("too many".into(), |sum| sum.to_string());
    error.help = Some(format!(
        "bytes in the blocks: {length}, in the chunks: {sum}; what is left is one more chunk and \
         needs no size"
    ));
    Err(error)
}

/// Whether a line that starts so holds bytes.
fn is_row(first: &Kind<'_>) -> bool {
    match first {
        Kind::Text(_) | Kind::Star => true,
        Kind::Word(word) => !KEYWORDS.contains(word),
        Kind::Open | Kind::Close => false,
    }
}
