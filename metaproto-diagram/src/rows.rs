//! The diagram.

use crate::offset::{Offset, offsets};
use crate::{Cell, Width};

/// Bits in a row.
const ROW: usize = 32;
/// The most bits of a field that is drawn to scale.
const TO_SCALE: usize = 4 * ROW;
/// Names for fields too narrow for their own, in this order.
const KEYS: &str = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The cells as a diagram, 32 bits a row, most significant bit first; it ends with a newline.
///
/// At the left stand the offsets of rows, in bytes: from the start, or from the end where they are negative. Fields are
/// drawn to scale; a field that varies, or has more than 16 bytes, takes a row between slashes, and one that is not
/// always there a row between colons, with the rule in brackets. Rows of trailers say so at the right. A label that does
/// not fit becomes a key, explained below.
#[must_use]
pub fn diagram(cells: &[Cell]) -> String {
    let mut legend = Legend::default();
    let rows = rows(cells, &mut legend);
    let gutter = rows.iter().map(|row| row.gutter.len()).max().unwrap_or(0);
    let mut lines = vec![
        format!(
            "{:gutter$}  0                   1                   2                   3",
            ""
        ),
        format!("{:gutter$}  {}", "", ruler()),
    ];
    let mut above: Option<&Row> = None;
    for row in &rows {
        lines.push(format!("{:gutter$} {}", "", border(above, Some(row))));
        let margin = if row.trailer { "  trailer" } else { "" };
        lines.push(format!("{:>gutter$} {}{margin}", row.gutter, row.text()));
        above = Some(row);
    }
    lines.push(format!("{:gutter$} {}", "", border(above, None)));
    lines.extend(legend.lines(gutter));
    lines
        .iter()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

fn ruler() -> String {
    let digits: Vec<String> = (0..ROW).map(|bit| (bit % 10).to_string()).collect();
    digits.join(" ")
}

/// One row of boxes.
#[derive(Default)]
struct Row {
    gutter: String,
    segments: Vec<Segment>,
    edge: char,
    trailer: bool,
}

/// The part of a field that lies in one row.
struct Segment {
    cell: usize,
    bits: usize,
    text: String,
}

impl Row {
    /// The cell in column `bit`.
    fn cell(&self, bit: usize) -> Option<usize> {
        let mut end = 0;
        let found = self.segments.iter().find(|segment| {
            end += segment.bits;
            bit < end
        });
        found.map(|segment| segment.cell)
    }

    fn used(&self) -> usize {
        self.segments.iter().map(|segment| segment.bits).sum()
    }

    fn text(&self) -> String {
        let mut line = self.edge.to_string();
        for segment in &self.segments {
            line.push_str(&format!(
                "{:^width$}",
                segment.text,
                width = room(segment.bits)
            ));
            line.push(self.edge);
        }
        line
    }
}

/// Characters between the edges of so many bits.
fn room(bits: usize) -> usize {
    (2 * bits).saturating_sub(1)
}

fn rows(cells: &[Cell], legend: &mut Legend) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    // Whether the last row is drawn to scale and has room.
    let mut open = false;
    for (index, (cell, offset)) in cells.iter().zip(offsets(cells)).enumerate() {
        match cell.fixed().filter(|bits| *bits <= TO_SCALE) {
            Some(bits) => {
                let opens = !rows
                    .last()
                    .is_some_and(|row| open && row.trailer == cell.trailer);
                let used = if opens {
                    0
                } else {
                    rows.last().map_or(0, Row::used)
                };
                let parts = parts(used, bits);
                let labelled = widest(&parts);
                for (number, bits) in parts.into_iter().enumerate() {
                    let text = if number == labelled {
                        legend.label(&[&cell.label], cell, room(bits))
                    } else {
                        String::new()
                    };
                    let segment = Segment {
                        cell: index,
                        bits,
                        text,
                    };
                    match rows.last_mut() {
                        Some(row) if number == 0 && used > 0 => row.segments.push(segment),
                        _ => rows.push(Row {
                            gutter: gutter(
                                offset,
                                if number == 0 { 0 } else { number * ROW - used },
                            ),
                            segments: vec![segment],
                            edge: '|',
                            trailer: cell.trailer,
                        }),
                    }
                }
                open = rows.last().is_some_and(|row| row.used() < ROW);
            }
            None => {
                rows.push(whole_row(index, cell, offset, legend));
                open = false;
            }
        }
    }
    rows
}

/// A row for a cell that is not drawn to scale.
fn whole_row(index: usize, cell: &Cell, offset: Offset, legend: &mut Legend) -> Row {
    let rules = [Some(cell.width_text()), cell.condition.clone()];
    let rules: Vec<String> = rules
        .into_iter()
        .flatten()
        .filter(|rule| !rule.is_empty())
        .collect();
    let full = match rules.is_empty() {
        true => cell.label.clone(),
        false => format!("{} ({})", cell.label, rules.join(", ")),
    };
    let text = legend.label(&[&full], cell, room(ROW));
    Row {
        gutter: gutter(offset, 0),
        segments: vec![Segment {
            cell: index,
            bits: ROW,
            text,
        }],
        edge: if cell.condition.is_some() { ':' } else { '/' },
        trailer: cell.trailer,
    }
}

/// How `bits` bits spread over rows of which the first has `used` bits.
fn parts(used: usize, bits: usize) -> Vec<usize> {
    let mut parts = Vec::new();
    let (mut left, mut free) = (bits, ROW - used);
    while left > 0 {
        let part = left.min(free);
        parts.push(part);
        left -= part;
        free = ROW;
    }
    parts
}

/// The middle one of the widest parts.
fn widest(parts: &[usize]) -> usize {
    let most = parts.iter().max();
    let widest: Vec<usize> = (0..parts.len())
        .filter(|part| parts.get(*part) == most)
        .collect();
    widest
        .get(widest.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0)
}

/// The offset of a row that starts `into` bits into its first cell.
fn gutter(offset: Offset, into: usize) -> String {
    match offset {
        Offset::Start(bits) => ((bits + into) / 8).to_string(),
        Offset::End(bits) => format!("-{}", bits.saturating_sub(into) / 8),
        Offset::Unknown => String::new(),
    }
}

/// The line between two rows: open where the same cell goes on.
fn border(above: Option<&Row>, below: Option<&Row>) -> String {
    let cell = |row: Option<&Row>, bit| row.and_then(|row| row.cell(bit));
    let drawn: Vec<Option<bool>> = (0..ROW)
        .map(|bit| match (cell(above, bit), cell(below, bit)) {
            (None, None) => None,
            (above, below) => Some(above != below),
        })
        .collect();
    let mut line = String::new();
    for bit in 0..=ROW {
        let left = bit.checked_sub(1).and_then(|bit| drawn[bit]);
        let right = drawn.get(bit).copied().flatten();
        line.push(match (left, right) {
            (None, None) => break,
            (Some(false), Some(false)) => ' ',
            _ => '+',
        });
        line.push(match right {
            Some(true) => '-',
            Some(false) => ' ',
            None => break,
        });
    }
    line
}

/// What the keys in a diagram stand for.
#[derive(Default)]
struct Legend(Vec<String>);

impl Legend {
    /// The first of `texts` that has at most `room` characters; or a new key.
    fn label(&mut self, texts: &[&str], cell: &Cell, room: usize) -> String {
        let fits = texts.iter().find(|text| text.chars().count() <= room);
        if let Some(text) = fits {
            return (*text).to_owned();
        }
        let key = KEYS.chars().nth(self.0.len()).unwrap_or('*');
        let meaning = match (&cell.width, &cell.condition) {
            (Width::Bits(_), None) => cell.label.clone(),
            (_, None) => format!("{} ({})", cell.label, cell.width_text()),
            (_, Some(condition)) => format!("{} ({}, {condition})", cell.label, cell.width_text()),
        };
        self.0.push(format!("{key} = {meaning}"));
        key.to_string()
    }

    fn lines(&self, gutter: usize) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .map(move |line| format!("{:gutter$} {line}", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cells: &[Cell], expected: &str) {
        let drawn = diagram(cells);
        assert_eq!(drawn, expected.trim_start_matches('\n'), "\n{drawn}");
    }

    #[test]
    fn a_field_may_lie_across_rows() {
        check(
            &[
                Cell::bytes("version", 1),
                Cell::bytes("pack_flow", 4),
                Cell::bytes("pack_len", 4),
                Cell::bytes("req_cmd", 2),
                Cell::bytes("rsp_code", 2),
                Cell::variable("body", "the rest"),
            ],
            "
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |    version    |                   pack_flow                   |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 4 |               |                   pack_len                    |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 8 |               |            req_cmd            |   rsp_code    |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
12 |               |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
13 /                        body (the rest)                        /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
",
        );
    }

    #[test]
    fn narrow_fields_get_keys() {
        check(
            &[
                Cell::bits("magic", 16),
                Cell::bits("request", 1),
                Cell::bits("x", 1),
                Cell::bits("event", 1),
                Cell::bits("serialization", 5),
                Cell::bits("status", 8),
                Cell::bits("request_id", 64),
            ],
            "
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |             magic             |1|x|2|    3    |    status     |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
4 |                          request_id                           |
  +                                                               +
8 |                                                               |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  1 = request
  2 = event
  3 = serialization
",
        );
    }

    #[test]
    fn conditions_and_trailers_are_marked() {
        check(
            &[
                Cell::bytes("flags", 2),
                Cell::bytes("trace", 8).condition("if flags & 1"),
                Cell::bytes("digest", 32),
                Cell::bytes("kind", 1),
                Cell::variable("body", "the rest"),
                Cell::bytes("mark", 1).trailer(),
                Cell::bytes("crc", 4).trailer(),
            ],
            "
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |             flags             |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 2 :                 trace (8 bytes, if flags & 1)                 :
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   /                       digest (32 bytes)                       /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   |     kind      |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   /                        body (the rest)                        /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
-5 |     mark      |                      crc                      |  trailer
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
-1 |               |  trailer
   +-+-+-+-+-+-+-+-+
",
        );
    }

    #[test]
    fn a_rule_that_does_not_fit_goes_below() {
        let rule = "as many bytes as the sum of all that was said before says, and one";
        let drawn = diagram(&[Cell::variable("rest", rule)]);
        assert!(drawn.ends_with(&format!(" 1 = rest ({rule})\n")), "{drawn}");
    }

    #[test]
    fn a_cell_without_bits_takes_no_room() {
        let empty = diagram(&[]);
        assert_eq!(empty.lines().count(), 3);
        assert_eq!(diagram(&[Cell::bits("none", 0)]), empty);
    }
}
