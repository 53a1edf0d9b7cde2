//! Rows for a terminal: bytes, and below them the names of what they are.

use std::fmt::Write as _;

use anstyle::Style;

use super::{ROW, Theme};
use crate::report::{DumpRow, Mark};

/// How the rows look.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    /// The colours.
    pub(crate) theme: &'a Theme,
    /// Whether the text that the bytes spell stands beside them.
    pub(crate) beside: bool,
}

/// The rows as text. Names that do not fit in their place are spelt out below all rows.
pub(crate) fn text(rows: &[DumpRow], look: Look<'_>) -> String {
    let mut text = String::new();
    let mut next = 0;
    let mut paint = Paint::new(look.theme);
    let (mut whole, mut cut): (Vec<&str>, Vec<(String, &str, Style)>) = Default::default();
    for row in rows {
        if row.offset != next {
            text.push_str("    ..\n");
        }
        next = row.offset + ROW;
        let styles: Vec<Style> = row.marks.iter().map(|mark| paint.next(mark)).collect();
        bytes(&mut text, row, &styles, look);
        if row.marks.is_empty() {
            continue;
        }
        text.push_str("           ");
        let (mut written, mut column) = (11, 0);
        for (mark, style) in row.marks.iter().zip(styles) {
            if mark.start < column {
                continue;
            }
            column = mark.start + mark.len;
            let width = at(mark.start + mark.len - 1) + 2 - at(mark.start);
            let short = label(&mark.name, width, if mark.wrong { '^' } else { '-' });
            let gap = at(mark.start) + 12 - written;
            let _ = write!(text, "{:gap$}{style}{short}{style:#}", "");
            written += gap + width;
            if mark.name.chars().count() <= width {
                whole.push(&mark.name);
            } else {
                cut.push((short, &mark.name, style));
            }
        }
        text.push('\n');
    }
    cut.retain(|(_, name, _)| !whole.contains(name));
    cut.dedup_by(|a, b| (&a.0, a.1) == (&b.0, b.1));
    for line in cut.chunks(6) {
        let legend: Vec<_> = line
            .iter()
            .map(|(short, name, style)| format!("{style}{short}{style:#} = {name}"))
            .collect();
        let _ = writeln!(text, "    {}", legend.join(", "));
    }
    text
}

fn bytes(text: &mut String, row: &DumpRow, styles: &[Style], look: Look<'_>) {
    let faint = look.theme.faint;
    let _ = write!(text, "    {faint}{:06x}{faint:#} ", row.offset);
    let marks = || row.marks.iter().zip(styles);
    for (column, byte) in row.bytes.iter().enumerate() {
        if column == ROW / 2 {
            text.push(' ');
        }
        text.push(if row.cuts.contains(&column) { '|' } else { ' ' });
        let covers = |mark: &Mark| (mark.start..mark.start + mark.len).contains(&column);
        let style = marks().find(|(mark, _)| covers(mark));
        let style = style.map_or(Style::new(), |(_, style)| *style);
        match byte {
            Some(byte) => drop(write!(text, "{style}{byte:02x}{style:#}")),
            None => text.push_str("  "),
        }
    }
    if look.beside {
        let missing = at(ROW) - at(row.bytes.len());
        let spelt = row.bytes.iter().map(|byte| match byte {
            Some(byte @ 0x20..=0x7e) => char::from(*byte),
            Some(_) => '.',
            None => ' ',
        });
        let spelt: String = spelt.collect();
        let _ = write!(text, "{:missing$}  {faint}{spelt}{faint:#}", "");
    }
    text.push('\n');
}

/// Gives each field the next colour. What goes on in the next row keeps its own.
struct Paint<'a> {
    theme: &'a Theme,
    turn: usize,
    last: Option<&'a str>,
}

impl<'a> Paint<'a> {
    fn new(theme: &'a Theme) -> Self {
        Self {
            theme,
            turn: 0,
            last: None,
        }
    }

    fn next<'m: 'a>(&mut self, mark: &'m Mark) -> Style {
        let goes_on = mark.start == 0 && self.last == Some(&mark.name);
        if self.last.is_some() && !goes_on {
            self.turn += 1;
        }
        self.last = Some(&mark.name);
        if mark.wrong {
            return self.theme.wrong;
        }
        self.theme.fields[self.turn % self.theme.fields.len()]
    }
}

/// Where a column starts.
fn at(column: usize) -> usize {
    3 * column + usize::from(column >= ROW / 2)
}

/// The name in a place of `width` characters, filled up or cut off.
fn label(name: &str, width: usize, fill: char) -> String {
    let mut label: String = name.chars().take(width).collect();
    while label.chars().count() < width {
        label.push(fill);
    }
    label
}
