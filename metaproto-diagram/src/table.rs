//! The field table.

use std::fmt::Write as _;

use crate::Cell;
use crate::offset::{Offset, offsets};

/// The cells as a Markdown table: offset, width, field and meaning.
///
/// Offsets are bytes from the start; `2.5` is bit 5 of byte 2, where bit 0 is the most significant, as in the diagram.
/// Trailers count from the end: `end - 4`. A dash stands where something before varies.
///
/// ```
/// use metaproto_diagram::{Cell, table};
///
/// let cells = [Cell::bits("flag", 1).note("asks for an answer"), Cell::bits("kind", 7)];
/// assert_eq!(
///     table(&cells),
///     "| Offset | Width | Field | Meaning |\n\
///      |---|---|---|---|\n\
///      | 0.0 | 1 bit | `flag` | asks for an answer |\n\
///      | 0.1 | 7 bits | `kind` | |\n"
/// );
/// ```
#[must_use]
pub fn table(cells: &[Cell]) -> String {
    let mut table = "| Offset | Width | Field | Meaning |\n|---|---|---|---|\n".to_owned();
    for (cell, offset) in cells.iter().zip(offsets(cells)) {
        let meaning = [
            cell.trailer.then_some("trailer"),
            cell.condition.as_deref(),
            Some(&*cell.note),
        ];
        let meaning: Vec<&str> = meaning
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect();
        let row = [
            place(offset, cell),
            escaped(&cell.width_text()),
            format!("`{}`", cell.label),
            escaped(&meaning.join("; ")),
        ];
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {} |", row.join(" | ").trim_end());
    }
    table
}

fn place(offset: Offset, cell: &Cell) -> String {
    match offset {
        Offset::Start(bits) => at(bits, cell.fixed()),
        Offset::End(bits) => format!("end - {}", at(bits, cell.fixed())),
        Offset::Unknown => "-".to_owned(),
    }
}

/// `bits` in bytes, with the bit where `width` or the place is no whole number of bytes.
fn at(bits: usize, width: Option<usize>) -> String {
    if bits.is_multiple_of(8) && width.is_none_or(|width| width.is_multiple_of(8)) {
        (bits / 8).to_string()
    } else {
        format!("{}.{}", bits / 8, bits % 8)
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_end_where_something_varies_and_trailers_count_from_the_end() {
        let cells = [
            Cell::bytes("magic", 2).note("`da bb`"),
            Cell::bits("a", 3),
            Cell::bits("b", 13).note("x | y"),
            Cell::bytes("extra", 4).condition("if `b` is not 0"),
            Cell::bytes("next", 2),
            Cell::variable("body", "to the end"),
            Cell::bytes("seal", 8).trailer(),
            Cell::bytes("crc", 4).trailer().note("CRC-32"),
        ];
        assert_eq!(
            table(&cells),
            "\
| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 2 bytes | `magic` | `da bb` |
| 2.0 | 3 bits | `a` | |
| 2.3 | 13 bits | `b` | x \\| y |
| 4 | 4 bytes | `extra` | if `b` is not 0 |
| - | 2 bytes | `next` | |
| - | to the end | `body` | |
| end - 12 | 8 bytes | `seal` | trailer |
| end - 4 | 4 bytes | `crc` | trailer; CRC-32 |
"
        );
    }
}
