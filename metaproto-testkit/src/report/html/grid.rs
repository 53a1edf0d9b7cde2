//! The bytes of a failure's input, or of a message, as a grid: bytes above, names of fields beneath, chunk boundaries as upright lines.

use std::ops::Range;

use maud::{Markup, html};

use super::super::hex::show;
use super::super::{DumpRow, Mark};
use super::text::visible;

/// Bytes in a row.
const COLUMNS: usize = 16;

/// Colours of fields. Neighbours never have the same.
const COLOURS: usize = 6;

/// Finds the value of a field by its name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a grid shows beside bytes and names.
#[derive(Clone, Copy)]
pub(crate) struct Grid<'a> {
    /// What it is, for whoever cannot see it.
    pub(crate) label: &'a str,
    /// Values of fields by name, for hovering: each byte then says what it is. There is no table of fields in that case, for
    /// whoever has values has a better one.
    pub(crate) value: Option<Lookup<'a>>,
}

/// The grid, its key, and the fields once more as a table for whoever can't use the grid.
pub(crate) fn grid(rows: &[DumpRow], shape: Grid<'_>) -> Markup {
    let fields = fields(rows);
    html! {
        div class="dump" role="region" tabindex="0" aria-label=(shape.label) {
            @for (index, shown) in rows.iter().enumerate() {
                @let skipped = index.checked_sub(1).map_or(0, |before| gap(&rows[before], shown));
                @if skipped > 0 { p class="gap" { (skipped) " bytes left out" } }
                (row(shown, &fields, shape))
            }
        }
        (key(rows))
        @if !fields.is_empty() && shape.value.is_none() {
            details class="fields" { summary { "The fields as a table" } (table(&fields)) }
        }
    }
}

/// What a byte or name says to whoever hovers over it.
fn title(field: &Field<'_>, shape: Grid<'_>) -> Option<String> {
    let value = shape.value?(field.name);
    let place = match field.end - field.offset {
        1 => format!("byte {}", field.offset),
        _ => format!("bytes {} to {}", field.offset, field.end - 1),
    };
    let value = value.map_or(String::new(), |value| format!(" = {value}"));
    Some(visible(&format!("{}{value}, {place}", field.name)).into_owned())
}

/// A run of bytes with a name, over all rows.
struct Field<'a> {
    name: &'a str,
    offset: usize,
    /// Where it ends; rows that are left out within it count.
    end: usize,
    /// Those of its bytes that are shown.
    bytes: Vec<Option<u8>>,
    wrong: bool,
}

/// The fields, sorted by where they start; what goes on in the next row is put together.
fn fields(rows: &[DumpRow]) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut end_of_last_row = 0;
    for row in rows {
        for mark in &row.marks {
            let columns = columns(mark);
            let offset = row.offset.saturating_add(columns.start);
            let end = row.offset.saturating_add(columns.end);
            let bytes = row.bytes.iter().copied();
            let bytes = bytes.skip(columns.start).take(columns.len());
            let goes_on = |field: &&mut Field<'_>| {
                columns.start == 0 && field.name == mark.name && field.end == end_of_last_row
            };
            if let Some(field) = fields.iter_mut().find(goes_on) {
                field.bytes.extend(bytes);
                field.end = end;
                field.wrong |= mark.wrong;
            } else {
                fields.push(Field {
                    name: &mark.name,
                    offset,
                    end,
                    bytes: bytes.collect(),
                    wrong: mark.wrong,
                });
            }
        }
        end_of_last_row = row.offset.saturating_add(row.bytes.len());
    }
    fields.sort_by_key(|field| field.offset);
    fields
}

/// The field that lies at `offset` under this name, by its number.
fn field_at(fields: &[Field<'_>], name: &str, offset: usize) -> usize {
    let at = |field: &Field<'_>| field.name == name && (field.offset..field.end).contains(&offset);
    fields.iter().position(at).unwrap_or(0)
}

/// Bytes between two rows that are not shown.
fn gap(before: &DumpRow, after: &DumpRow) -> usize {
    after
        .offset
        .saturating_sub(before.offset.saturating_add(before.bytes.len()))
}

fn row(row: &DumpRow, fields: &[Field<'_>], shape: Grid<'_>) -> Markup {
    let marks: Vec<&Mark> = row
        .marks
        .iter()
        .filter(|mark| !columns(mark).is_empty())
        .collect();
    let lanes = lanes(&marks);
    let height = 1 + lanes.iter().max().map_or(0, |lane| lane + 1);
    let field_of =
        |mark: &Mark| field_at(fields, &mark.name, row.offset.saturating_add(mark.start));
    let titles = marks
        .iter()
        .map(|mark| title(&fields[field_of(mark)], shape));
    let titles: Vec<_> = titles.collect();
    let over = |column: usize| {
        marks
            .iter()
            .position(|mark| columns(mark).contains(&column))
    };
    html! {
        div class="row" {
            span class="offset" { (format!("{:06x}", row.offset)) }
            @for (column, byte) in row.bytes.iter().take(COLUMNS).enumerate() {
                @let mark = over(column);
                @let colour = mark.map(|mark| field_of(marks[mark]) % COLOURS);
                span class=(class_of(column, *byte, &marks, colour)) style=(format!("grid-column:{}", column + 2))
                    title=[mark.and_then(|mark| titles[mark].as_ref())] {
                    (show(*byte)) " "
                }
            }
            span class="text" { (text_of(&row.bytes)) }
            @for ((mark, lane), title) in marks.iter().zip(&lanes).zip(&titles) {
                (label(mark, *lane, field_of(mark) % COLOURS, title.as_deref()))
            }
            @for column in row.cuts.iter().filter(|column| **column <= COLUMNS) {
                (cut(*column, height))
            }
        }
    }
}

fn class_of(column: usize, byte: Option<u8>, marks: &[&Mark], colour: Option<usize>) -> String {
    let covers = |mark: &&&Mark| columns(mark).contains(&column);
    let mut class = String::from("byte");
    if byte.is_none() {
        class += " none";
    }
    if let Some(colour) = colour {
        class += &format!(" f{colour}");
    }
    if marks.iter().filter(covers).any(|mark| mark.wrong) {
        class += " wrong";
    }
    class
}

fn label(mark: &Mark, lane: usize, colour: usize, title: Option<&str>) -> Markup {
    let len = columns(mark).len();
    let class = if mark.wrong { " wrong" } else { "" };
    let place = format!(
        "grid-column:{} / span {len};grid-row:{}",
        mark.start + 2,
        lane + 2
    );
    let name = visible(&mark.name);
    html! {
        span class=(format!("name f{colour}{class}")) style=(place) title=(title.unwrap_or(&name)) {
            // Of its own for a chunk boundary to pass behind the text, not through it.
            span {
                @if mark.wrong { "\u{2715} " }
                @for part in name.split_inclusive(['_', '.', ' ', ']']) { (part) wbr; }
            }
            " "
        }
    }
}

fn cut(column: usize, height: usize) -> Markup {
    // Behind the last byte, the line stands at the right edge of the last column.
    let (column, class) = if column == COLUMNS {
        (COLUMNS - 1, "cut after")
    } else {
        (column, "cut")
    };
    let place = format!("grid-column:{};grid-row:1 / span {height}", column + 2);
    html! {
        span class=(class) style=(place) { span class="unseen" { "chunk boundary before byte " (column) " " } }
    }
}

/// The line under the bytes on which each mark is named: the first that is free there.
fn lanes(marks: &[&Mark]) -> Vec<usize> {
    let mut taken: Vec<[bool; COLUMNS]> = Vec::new();
    marks
        .iter()
        .map(|mark| {
            let columns = columns(mark);
            let free = |lane: &[bool; COLUMNS]| !lane[columns.clone()].contains(&true);
            let lane = taken.iter().position(free).unwrap_or(taken.len());
            if lane == taken.len() {
                taken.push([false; COLUMNS]);
            }
            taken[lane][columns].fill(true);
            lane
        })
        .collect()
}

/// The columns of a mark that there are.
fn columns(mark: &Mark) -> Range<usize> {
    let end = mark.start.saturating_add(mark.len).min(COLUMNS);
    mark.start.min(end)..end
}

fn text_of(bytes: &[Option<u8>]) -> String {
    let bytes = bytes.iter().take(COLUMNS);
    bytes
        .map(|byte| match byte {
            Some(byte @ 0x20..=0x7e) => char::from(*byte),
            Some(_) => '\u{b7}',
            None => ' ',
        })
        .collect()
}

fn key(rows: &[DumpRow]) -> Markup {
    let cuts = rows.iter().any(|row| !row.cuts.is_empty());
    let wrong = rows
        .iter()
        .any(|row| row.marks.iter().any(|mark| mark.wrong));
    html! {
        @if cuts || wrong {
            ul class="key" {
                @if cuts { li { span class="cut-key" aria-hidden="true" {} "chunk boundary" } }
                @if wrong { li { span class="wrong-key" aria-hidden="true" { "\u{2715}" } "here the failure lies" } }
            }
        }
    }
}

fn table(fields: &[Field<'_>]) -> Markup {
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        th scope="col" { "field" }
                        th scope="col" class="number" { "offset" }
                        th scope="col" class="number" { "bytes" }
                        th scope="col" { "value" }
                    }
                }
                tbody {
                    @for (index, field) in fields.iter().enumerate() {
                        tr {
                            th scope="row" {
                                span class=(format!("swatch f{}", index % COLOURS)) aria-hidden="true" {}
                                (visible(field.name))
                                @if field.wrong { " " strong class="failed" { "\u{2715} wrong" } }
                            }
                            td class="number" { (field.offset) }
                            td class="number" { (field.end - field.offset) }
                            td { code { (shortened(field)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The first bytes of a field.
fn shortened(field: &Field<'_>) -> String {
    let first = field.bytes.iter().take(COLUMNS).map(|byte| show(*byte));
    let shown = first.collect::<Vec<_>>().join(" ");
    if field.end - field.offset > COLUMNS {
        shown + " \u{2026}"
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, len: usize, name: &str) -> Mark {
        Mark {
            start,
            len,
            name: name.into(),
            wrong: false,
        }
    }

    #[test]
    fn a_field_over_several_rows_is_one_even_where_rows_are_left_out() {
        let row = |offset, marks| DumpRow {
            offset,
            bytes: vec![Some(7); 16],
            cuts: Vec::new(),
            marks,
        };
        let rows = [
            row(0, vec![mark(0, 4, "id"), mark(4, 12, "body")]),
            row(16, vec![mark(0, 16, "body")]),
            row(112, vec![mark(0, 3, "body"), mark(3, 4, "id")]),
        ];
        let found: Vec<_> = fields(&rows)
            .iter()
            .map(|field| (field.name, field.offset, field.end))
            .collect();
        assert_eq!(found, [("id", 0, 4), ("body", 4, 115), ("id", 115, 119)]);
    }

    #[test]
    fn marks_on_the_same_byte_get_lanes_of_their_own() {
        let marks = [
            mark(0, 1, "a"),
            mark(0, 1, "b"),
            mark(1, 40, "c"),
            mark(0, 2, "d"),
        ];
        assert_eq!(lanes(&marks.iter().collect::<Vec<_>>()), [0, 1, 0, 2]);
    }
}
