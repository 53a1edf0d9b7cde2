//! New expectations in an old text.

use super::parse::{self, BlockPlace, EditPlace};
use super::print::{self, Key};
use super::{Block, EditResult, Expect, VectorFile, lex};

/// `text` with the expectations of `file`: its `expect`, `becomes` and `refused` parts.
///
/// Everything else stays byte for byte, comments included; so do expectations that say the same already. Vectors are
/// found by name, blocks by their place, and only where their bytes are the same. Text that is no file of vectors comes
/// back as it is.
#[must_use]
pub fn bless(text: &str, file: &VectorFile) -> String {
    let Ok((old, places)) = parse::located(text) else {
        return text.to_owned();
    };
    let slots = lex::lines(text).map_while(Result::ok).map(|line| Slot {
        text: line.text,
        code: line.end(),
        comment: line.comment,
        ..Slot::default()
    });
    let mut page = Page {
        slots: slots.collect(),
    };
    for (vector, places) in old.vectors.iter().zip(&places) {
        let Some(new) = file.vectors.iter().find(|new| new.name == vector.name) else {
            continue;
        };
        for ((block, new), place) in vector.blocks.iter().zip(&new.blocks).zip(places) {
            if block.bytes == new.bytes {
                bless_block(&mut page, block, new, place);
            }
        }
    }
    page.print(text)
}

fn bless_block(page: &mut Page<'_>, old: &Block, new: &Block, place: &BlockPlace) {
    if old.expect != new.expect {
        bless_expect(page, &old.expect, &new.expect, &place.expect);
    }
    for ((old, new), place) in old.edits.iter().zip(&new.edits).zip(&place.edits) {
        let same = old.mutation == new.mutation && old.result == new.result;
        if !same && new.result != EditResult::Unstated {
            bless_edit(page, &new.result, place);
        }
    }
}

/// Line by line: a fact that stays keeps its line, a new value keeps the line's indentation and comment.
fn bless_expect(page: &mut Page<'_>, old: &Expect, new: &Expect, place: &[(usize, Key)]) {
    let (old, new) = (print::expect_lines(old), print::expect_lines(new));
    let find = |lines: &[(Key, String)], key: &Key| {
        let found = lines.iter().find(|(known, _)| known == key);
        found.map(|(_, text)| text.clone())
    };
    for (line, key) in place {
        match find(&new, key) {
            Some(text) if find(&old, key).as_ref() == Some(&text) => {}
            Some(text) => page.replace(*line, &text),
            None => page.delete(*line),
        }
    }
    let mut anchor = place.first().map_or(0, |(line, _)| *line);
    for (key, text) in &new {
        match place.iter().find(|(_, known)| known == key) {
            Some((line, _)) => anchor = *line,
            None => page.insert_below(anchor, format!("  {text}")),
        }
    }
}

fn bless_edit(page: &mut Page<'_>, new: &EditResult, place: &EditPlace) {
    let mut lines = match new {
        EditResult::Becomes(_) => vec!["becomes".to_owned()],
        EditResult::Refused { rule } => vec![print::refused(rule.as_deref())],
        EditResult::Unstated => return,
    };
    if let EditResult::Becomes(bytes) = new {
        lines.extend(print::rows(bytes).iter().map(|row| format!("  {row}")));
    }
    for line in place.result.clone() {
        page.delete(line);
    }
    for line in lines {
        page.insert_below(place.mutate, line);
    }
}

struct Page<'a> {
    slots: Vec<Slot<'a>>,
}

/// A line, and what becomes of it.
#[derive(Default)]
struct Slot<'a> {
    text: &'a str,
    /// Where its words end, bytes.
    code: usize,
    comment: Option<usize>,
    new: Option<String>,
    deleted: bool,
    below: Vec<String>,
}

impl Page<'_> {
    /// Other words, in the same indentation and with the same comment.
    fn replace(&mut self, line: usize, words: &str) {
        let Some(slot) = self.slots.get_mut(line) else {
            return;
        };
        let indent = slot.text.len() - slot.text.trim_start().len();
        let indent = slot.text.get(..indent).unwrap_or_default();
        let rest = slot.text.get(slot.code..).unwrap_or_default();
        slot.new = Some(format!("{indent}{words}{rest}"));
    }

    /// Takes the words out; a comment of the author stays, on a line of its own.
    fn delete(&mut self, line: usize) {
        let Some(slot) = self.slots.get_mut(line) else {
            return;
        };
        if slot.code == 0 {
            return; // there are no words
        }
        let comment = slot.comment.and_then(|at| slot.text.get(at..));
        match comment.filter(|comment| !is_generated(slot.text, comment)) {
            Some(comment) => slot.new = Some(comment.to_owned()),
            None => slot.deleted = true,
        }
    }

    fn insert_below(&mut self, line: usize, text: String) {
        if let Some(slot) = self.slots.get_mut(line) {
            slot.below.push(text);
        }
    }

    fn print(&self, text: &str) -> String {
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut out = String::with_capacity(text.len());
        let mut raw = text.split_inclusive('\n');
        for slot in &self.slots {
            let raw = raw.next().unwrap_or_default();
            match &slot.new {
                _ if slot.deleted => {}
                None => out.push_str(raw),
                Some(new) => {
                    out.push_str(new);
                    let content = raw.trim_end_matches('\n').trim_end_matches('\r');
                    out.push_str(raw.get(content.len()..).unwrap_or_default());
                }
            }
            for line in &slot.below {
                if !out.ends_with('\n') {
                    out.push_str(ending);
                }
                out.push_str(line);
                out.push_str(ending);
            }
        }
        out
    }
}

/// Whether a row's comment is the one that the writer gives it.
fn is_generated(line: &str, comment: &str) -> bool {
    let words = line.strip_suffix(comment).unwrap_or(line);
    let bytes: Option<Vec<u8>> = words
        .split_whitespace()
        .map(|word| u8::from_str_radix(word, 16).ok())
        .collect();
    bytes
        .and_then(|bytes| print::row_comment(&bytes))
        .as_deref()
        == Some(comment)
}
