//! Bytes with the names of what they are: one grid for failure reports, the explorer and its pages.

mod names;
mod text;
mod theme;

use std::ops::Range;

use crate::report::{DumpRow, Mark};

pub(crate) use names::{Names, of_schema};
pub(crate) use text::{Look, text};
pub(crate) use theme::Theme;

/// Bytes in a row.
pub(crate) const ROW: usize = 16;

/// The rows of `bytes` whose numbers are `wanted`; `names` are in the order of their starts, `cuts` are chunk boundaries,
/// and `wrong` is where a failure lies.
pub(crate) fn rows(
    bytes: &[u8],
    names: &Names,
    wanted: impl IntoIterator<Item = usize>,
    cuts: &[usize],
    wrong: &Range<usize>,
) -> Vec<DumpRow> {
    let mut rows = Vec::new();
    let mut first = 0;
    for index in wanted {
        let start = index * ROW;
        let row = start..(start + ROW).min(bytes.len());
        let inside = |range: &Range<usize>| range.start.max(row.start)..range.end.min(row.end);
        // Names that end before this row end before all later ones.
        let over = |(range, _): &(Range<usize>, String)| range.end <= start;
        first += names[first..].iter().take_while(|name| over(name)).count();
        let here = names[first..]
            .iter()
            .take_while(|(range, _)| range.start < row.end);
        let marks = here.filter_map(|(range, name)| {
            let part = inside(range);
            (part.start < part.end).then(|| Mark {
                start: part.start - start,
                len: part.len(),
                name: name.clone(),
                wrong: inside(wrong).start < inside(wrong).end
                    && part.start < wrong.end
                    && wrong.start < part.end,
            })
        });
        rows.push(DumpRow {
            offset: start,
            bytes: bytes[row.clone()].iter().copied().map(Some).collect(),
            marks: marks.collect(),
            cuts: cuts
                .iter()
                // A boundary between two rows is drawn once, before the second.
                .filter(|cut| row.contains(*cut))
                .map(|cut| cut - start)
                .collect(),
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_over_several_rows_has_a_mark_in_each() {
        let names = vec![(0..4, "id".to_owned()), (4..40, "body".to_owned())];
        let rows = rows(&[7; 40], &names, [0, 2], &[16, 33], &(0..0));
        let marks = |row: &DumpRow| {
            let marks = row.marks.iter();
            marks
                .map(|mark| (mark.name.clone(), mark.start, mark.len))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            marks(&rows[0]),
            [("id".into(), 0, 4), ("body".into(), 4, 12)]
        );
        assert_eq!(marks(&rows[1]), [("body".into(), 0, 8)]);
        assert_eq!((rows[0].cuts.len(), &*rows[1].cuts), (0, &[1][..]));
    }
}
