//! An input as an annotated hexdump: names of fields, chunk boundaries, and where to look.

use std::ops::Range;

use super::case::Case;
use super::finding::Finding;
use super::subject::Subject;
use crate::hexdump::{self, Look, Names, ROW, Theme};
use crate::report::DumpRow;

/// Rows that are shown where there are more: some at the start, some around the place to look at.
const SHOWN: usize = 12;

/// The rows of a case's stream.
pub(crate) fn rows(subject: &Subject, case: &Case, finding: &Finding) -> Vec<DumpRow> {
    let stream = case.stream();
    let cuts = case.cuts();
    let wrong = finding.at.clone().unwrap_or(0..0);
    let wanted = shown(stream.len().div_ceil(ROW), &wrong, &cuts);
    hexdump::rows(&stream, &names(subject, case), wanted, &cuts, &wrong)
}

/// The rows as text.
pub(crate) fn text(rows: &[DumpRow]) -> String {
    let look = Look {
        theme: &Theme::PLAIN,
        beside: false,
    };
    hexdump::text(rows, look)
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
fn names(subject: &Subject, case: &Case) -> Names {
    let mut names = Names::new();
    let mut start = 0;
    for frame in &case.frames {
        let length = frame.bytes.len();
        if let Some(schema) = subject.schema(case.direction) {
            hexdump::of_schema(schema, case.direction, &frame.bytes, start, &mut names);
        } else {
            let decoded = subject.decode(case.direction, &frame.bytes);
            let size = decoded.map(|decoded| decoded.facts.header_size);
            if let Some(size) = size.filter(|size| *size > 0) {
                names.push((start..start + size, "header".to_owned()));
                names.push((start + size..start + length, "body".to_owned()));
            }
        }
        start += length;
    }
    names
}
