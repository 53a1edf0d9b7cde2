//! Where cells lie.

use crate::Cell;

/// Bits before a cell, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offset {
    /// From the start.
    Start(usize),
    /// From the end, for trailers.
    End(usize),
    /// Something before it varies.
    Unknown,
}

/// The offset of each cell.
pub(crate) fn offsets(cells: &[Cell]) -> Vec<Offset> {
    let mut offsets = Vec::with_capacity(cells.len());
    let mut before = Some(0_usize);
    for cell in cells {
        offsets.push(before.map_or(Offset::Unknown, Offset::Start));
        before = before
            .zip(cell.fixed())
            .map(|(sum, bits)| sum.saturating_add(bits));
    }
    let mut behind = 0;
    for (offset, cell) in offsets.iter_mut().zip(cells).rev() {
        let Some(bits) = cell.fixed().filter(|_| cell.trailer) else {
            break;
        };
        behind = bits.saturating_add(behind);
        if *offset == Offset::Unknown {
            *offset = Offset::End(behind);
        }
    }
    offsets
}
