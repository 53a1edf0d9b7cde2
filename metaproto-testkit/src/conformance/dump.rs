//! An input as an annotated hexdump: names of fields, chunk boundaries, and where to look.

use std::fmt::Write as _;
use std::ops::Range;

use super::case::Case;
use super::finding::Finding;
use super::subject::Subject;
use crate::layout;
use crate::report::{DumpRow, Mark};

/// Bytes in a row.
const ROW: usize = 16;
/// Rows that are shown where there are more: some at the start, some around the place to look at.
const SHOWN: usize = 12;

/// The rows of a case's stream.
pub(crate) fn rows(subject: &Subject, case: &Case, finding: &Finding) -> Vec<DumpRow> {
    let stream = case.stream();
    let cuts = case.cuts();
    let names = names(subject, case);
    let wrong = finding.at.clone().unwrap_or(0..0);
    let wanted = shown(stream.len().div_ceil(ROW), &wrong, &cuts);
    wanted
        .into_iter()
        .map(|index| {
            let start = index * ROW;
            let row = start..(start + ROW).min(stream.len());
            let inside = |range: &Range<usize>| range.start.max(row.start)..range.end.min(row.end);
            let marks = names.iter().filter_map(|(range, name)| {
                let part = inside(range);
                (part.start < part.end).then(|| Mark {
                    start: part.start - start,
                    len: part.len(),
                    name: name.clone(),
                    wrong: inside(&wrong).start < inside(&wrong).end
                        && part.start < wrong.end
                        && wrong.start < part.end,
                })
            });
            DumpRow {
                offset: start,
                bytes: stream[row.clone()].iter().copied().map(Some).collect(),
                cuts: cuts
                    .iter()
                    .filter(|cut| row.contains(*cut) || **cut == row.end && row.len() == ROW && **cut < stream.len())
                    // A boundary between two rows is drawn once, before the second.
                    .filter(|cut| **cut != row.end)
                    .map(|cut| cut - start)
                    .collect(),
                marks: marks.collect(),
            }
        })
        .collect()
}

/// Which rows are shown.
fn shown(count: usize, wrong: &Range<usize>, cuts: &[usize]) -> Vec<usize> {
    if count <= SHOWN {
        return (0..count).collect();
    }
    let mut rows: Vec<usize> = (0..4).collect();
    for place in [Some(wrong.start), Some(wrong.end), cuts.first().copied()]
        .into_iter()
        .flatten()
    {
        let row = place / ROW;
        rows.extend(row.saturating_sub(1)..=row + 1);
    }
    rows.extend([count - 1]);
    rows.retain(|row| *row < count);
    rows.sort_unstable();
    rows.dedup();
    rows.truncate(SHOWN);
    rows
}

/// The names of the bytes of each frame: by the schema, else header and body as the codec takes them.
fn names(subject: &Subject, case: &Case) -> Vec<(Range<usize>, String)> {
    let mut names: Vec<(Range<usize>, String)> = Vec::new();
    let mut start = 0;
    for frame in &case.frames {
        let length = frame.bytes.len();
        match subject.schema(case.direction) {
            Some(schema) => {
                for span in layout::read(schema, case.direction, &frame.bytes).spans {
                    let first = start + span.start_bit / 8;
                    let end = start + (span.start_bit + span.bits).div_ceil(8);
                    // Fields that share their bytes share their place in the dump.
                    match names.last_mut() {
                        Some((range, name)) if range.contains(&first) && end <= range.end => {
                            name.push(' ');
                            name.push_str(&span.path);
                        }
                        _ => names.push((first..end, span.path)),
                    }
                }
            }
            None => {
                let decoded = subject.decode(case.direction, &frame.bytes);
                if let Some(size) = decoded
                    .map(|decoded| decoded.facts.header_size)
                    .filter(|size| *size > 0)
                {
                    names.push((start..start + size, "header".to_owned()));
                    names.push((start + size..start + length, "body".to_owned()));
                }
            }
        }
        start += length;
    }
    names
}

/// The rows as text: bytes, and below them the names of what they are.
pub(crate) fn text(rows: &[DumpRow]) -> String {
    let mut text = String::new();
    let mut next = 0;
    let (mut whole, mut cut): (Vec<&str>, Vec<(String, &str)>) = Default::default();
    for row in rows {
        if row.offset != next {
            text.push_str("    ..\n");
        }
        next = row.offset + ROW;
        let _ = write!(text, "    {:06x} ", row.offset);
        for (column, byte) in row.bytes.iter().enumerate() {
            if column == ROW / 2 {
                text.push(' ');
            }
            text.push(if row.cuts.contains(&column) { '|' } else { ' ' });
            match byte {
                Some(byte) => drop(write!(text, "{byte:02x}")),
                None => text.push_str("  "),
            }
        }
        text.push('\n');
        if !row.marks.is_empty() {
            let mut line = String::from("           ");
            let mut column = 0;
            for mark in &row.marks {
                pad(&mut line, at(mark.start) + 12);
                if mark.start < column {
                    continue;
                }
                column = mark.start + mark.len;
                let width = at(mark.start + mark.len - 1) + 2 - at(mark.start);
                let short = label(&mark.name, width, if mark.wrong { '^' } else { '-' });
                if mark.name.chars().count() <= width {
                    whole.push(&mark.name);
                } else {
                    cut.push((short.clone(), &mark.name));
                }
                line.push_str(&short);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    cut.retain(|(_, name)| !whole.contains(name));
    cut.dedup();
    for line in cut.chunks(6) {
        let legend: Vec<_> = line
            .iter()
            .map(|(short, name)| format!("{short} = {name}"))
            .collect();
        let _ = writeln!(text, "    {}", legend.join(", "));
    }
    text
}

/// Where a column starts.
fn at(column: usize) -> usize {
    3 * column + usize::from(column >= ROW / 2)
}

fn pad(line: &mut String, width: usize) {
    while line.chars().count() < width {
        line.push(' ');
    }
}

/// The name in a place of `width` characters, filled up or cut off.
fn label(name: &str, width: usize, fill: char) -> String {
    let mut label: String = name.chars().take(width).collect();
    while label.chars().count() < width {
        label.push(fill);
    }
    label
}
