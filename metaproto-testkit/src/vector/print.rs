//! The canonical text.

use std::fmt::{self, Write as _};

use metaproto_codec::{Change, Mutation};

use super::{Block, EditResult, Expect, Rejection, Vector, VectorFile};
use crate::facts::{Facts, show_id};

/// Bytes of a row.
const ROW: usize = 16;
/// Equal bytes from which a run is written as a repetition.
const RUN: usize = 32;
/// Printable bytes in a row from which it is worth to show them.
const PRINTABLE: usize = 3;
/// Chunk sizes of a line.
const CHUNKS: usize = 16;

/// Which line of an expectation: its keyword, and which of several.
pub(super) type Key = (&'static str, usize);

impl fmt::Display for VectorFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mpv 1\n")?;
        if let Some(origin) = &self.origin {
            writeln!(f, "origin {}", quote(origin))?;
        }
        self.vectors
            .iter()
            .try_for_each(|vector| print_vector(vector, f))
    }
}

/// The lines of an expectation without indentation, the one with `expect` first.
pub(super) fn expect_lines(expect: &Expect) -> Vec<(Key, String)> {
    let only = |text: String| vec![(("expect", 0), text)];
    match expect {
        Expect::Anything => only("expect anything".into()),
        Expect::Message => only("expect message".into()),
        Expect::Wait { at_least: None } => only("expect wait".into()),
        Expect::Wait { at_least: Some(n) } => only(format!("expect wait {n}")),
        Expect::Reject(rejection) => only(format!("expect {}", show_rejection(rejection))),
        Expect::Facts(facts) => fact_lines(facts),
    }
}

/// The rows of `bytes` without indentation.
pub(super) fn rows(bytes: &[u8]) -> Vec<String> {
    let mut rows = Vec::new();
    let mut rest = bytes;
    let mut start = 0; // of the bytes of `rest` that are not written yet
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        let run = rest.iter().skip(at).take_while(|b| *b == byte).count();
        if run < RUN {
            at += run;
            continue;
        }
        rows.extend(rest.get(start..at).unwrap_or_default().chunks(ROW).map(row));
        rows.push(format!("{byte:02x} * {run}"));
        rest = rest.get(at + run..).unwrap_or_default();
        (start, at) = (0, 0);
    }
    rows.extend(rest.get(start..).unwrap_or_default().chunks(ROW).map(row));
    rows
}

/// The comment of a row, if there is text in it.
pub(super) fn row_comment(bytes: &[u8]) -> Option<String> {
    let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    let longest = bytes.split(|byte| !printable(byte)).map(<[u8]>::len).max();
    let shown = |byte: &u8| if printable(byte) { *byte as char } else { '.' };
    (longest? >= PRINTABLE).then(|| format!("# {}", bytes.iter().map(shown).collect::<String>()))
}

pub(super) fn refused(rule: Option<&str>) -> String {
    rule.map_or("refused".into(), |rule| format!("refused {}", word(rule)))
}

pub(super) fn show_rejection(rejection: &Rejection) -> String {
    let mut text = String::from(if rejection.limit { "limit" } else { "reject" });
    if let Some(rule) = &rejection.rule {
        let _ = write!(text, " {}", word(rule));
    }
    if let Some(offset) = rejection.offset {
        let _ = write!(text, " at {offset}");
    }
    if let Some(field) = &rejection.field {
        let _ = write!(text, " in {}", word(field));
    }
    text
}

fn print_vector(vector: &Vector, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n[{}]", word(&vector.name))?;
    writeln!(f, "direction {}", vector.direction)?;
    let chunks = grouped(&vector.chunks);
    for line in chunks.chunks(CHUNKS) {
        writeln!(f, "chunks {}", line.join(" "))?;
    }
    if let Some(rule) = &vector.rule {
        writeln!(f, "rule {}", word(rule))?;
    }
    if let Some(codec) = &vector.codec {
        writeln!(f, "codec {}", quote(codec))?;
    }
    if let Some((kind, text)) = &vector.reply {
        writeln!(f, "reply {} {}", kind.as_str(), quote(text))?;
    }
    for bytes in &vector.before {
        f.write_str("\nbefore\n")?;
        print_rows(bytes, f)?;
    }
    vector
        .blocks
        .iter()
        .try_for_each(|block| print_block(block, f))
}

fn print_block(block: &Block, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\nbytes\n")?;
    print_rows(&block.bytes, f)?;
    for ((keyword, _), line) in expect_lines(&block.expect) {
        let indent = if keyword == "expect" { "" } else { "  " };
        writeln!(f, "{indent}{line}")?;
    }
    for edit in &block.edits {
        writeln!(f, "{}", show_mutation(&edit.mutation))?;
        match &edit.result {
            EditResult::Unstated => {}
            EditResult::Refused { rule } => writeln!(f, "{}", refused(rule.as_deref()))?,
            EditResult::Becomes(bytes) => {
                f.write_str("becomes\n")?;
                print_rows(bytes, f)?;
            }
        }
    }
    Ok(())
}

fn print_rows(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    rows(bytes)
        .iter()
        .try_for_each(|row| writeln!(f, "  {row}"))
}

fn fact_lines(facts: &Facts) -> Vec<(Key, String)> {
    let mut lines = vec![(("expect", 0), format!("expect {}", facts.kind))];
    let mut push = |key: &'static str, value: Option<String>| {
        lines.extend(value.map(|value| ((key, 0), format!("{key} {value}"))));
    };
    push("request_id", facts.request_id.as_ref().map(show_id));
    push("stream_id", facts.stream_id.map(|id| id.to_string()));
    push("status", facts.status.map(|status| status.as_str().into()));
    push("operation", facts.operation.as_deref().map(quote));
    push("header_size", Some(facts.header_size.to_string()));
    for (index, (key, value)) in facts.properties.iter().enumerate() {
        let line = format!("property {} {}", quote(key), quote(value));
        lines.push((("property", index), line));
    }
    lines
}

fn show_mutation(mutation: &Mutation) -> String {
    let mut text = String::from("mutate");
    for (key, change) in mutation.changes() {
        let _ = match change {
            Change::Set(value) => write!(text, " set {} {}", quote(key), quote(value)),
            Change::Remove => write!(text, " remove {}", quote(key)),
        };
    }
    if let Some(id) = mutation.request_id() {
        let _ = write!(text, " request_id {}", show_id(id));
    }
    if let Some(id) = mutation.stream_id() {
        let _ = write!(text, " stream_id {id}");
    }
    text
}

fn row(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        let gap = match index {
            0 => "",
            8 => "  ",
            _ => " ",
        };
        let _ = write!(text, "{gap}{byte:02x}");
    }
    if let Some(comment) = row_comment(bytes) {
        let width = 3 * ROW; // of a whole row, with the gap in its middle
        text = format!("{text:width$}  {comment}");
    }
    text
}

/// Sizes, with equal neighbours as one `size * count`.
fn grouped(sizes: &[usize]) -> Vec<String> {
    sizes
        .chunk_by(|a, b| a == b)
        .flat_map(|run| match run {
            [size] => vec![size.to_string()],
            [size, other] => vec![size.to_string(), other.to_string()],
            [size, ..] => vec![format!("{size} * {}", run.len())],
            [] => Vec::new(),
        })
        .collect()
}

/// A word as it is where it reads as one, otherwise in quotes.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:-+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) && text != "at" && text != "in" {
        text.into()
    } else {
        quote(text)
    }
}

fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            // What a reviewer does not see must not hide in a text: controls, joiners, marks of direction.
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(char));
            }
            _ if char.is_control() => {
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(char));
            }
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
