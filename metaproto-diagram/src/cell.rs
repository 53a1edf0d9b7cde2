//! What stands in a diagram.

use std::ops::Range;

/// One field, in wire order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cell {
    /// Its name.
    pub label: String,
    /// How wide it is.
    pub width: Width,
    /// What it means, for the table.
    pub note: String,
    /// When it is there; `None` if always.
    pub condition: Option<String>,
    /// Whether it stands at the end of the message, behind the body.
    pub trailer: bool,
}

/// How wide a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Width {
    /// Always so many bits.
    Bits(usize),
    /// As this rule says, in words: `name_len bytes`.
    Variable(String),
}

/// The byte order of a group of bit fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

impl Cell {
    /// A field of so many bits.
    #[must_use]
    pub fn bits(label: impl Into<String>, bits: usize) -> Self {
        Self::new(label.into(), Width::Bits(bits))
    }

    /// A field of so many bytes.
    #[must_use]
    pub fn bytes(label: impl Into<String>, bytes: usize) -> Self {
        Self::bits(label, bytes.saturating_mul(8))
    }

    /// A field whose width follows a rule, in words.
    #[must_use]
    pub fn variable(label: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::new(label.into(), Width::Variable(rule.into()))
    }

    fn new(label: String, width: Width) -> Self {
        Self {
            label,
            width,
            note: String::new(),
            condition: None,
            trailer: false,
        }
    }

    /// States what it means.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// States when it is there: `if flags & 1`.
    #[must_use]
    pub fn condition(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// States that it stands behind the body.
    #[must_use]
    pub fn trailer(mut self) -> Self {
        self.trailer = true;
        self
    }

    /// Bits, where they are always there and always as many.
    pub(crate) fn fixed(&self) -> Option<usize> {
        match self.width {
            Width::Bits(bits) if self.condition.is_none() => Some(bits),
            _ => None,
        }
    }

    /// The width in words: `3 bits`, `4 bytes`, or the rule.
    pub(crate) fn width_text(&self) -> String {
        match &self.width {
            Width::Bits(1) => "1 bit".to_owned(),
            Width::Bits(8) => "1 byte".to_owned(),
            Width::Bits(bits) if bits.is_multiple_of(8) => format!("{} bytes", bits / 8),
            Width::Bits(bits) => format!("{bits} bits"),
            Width::Variable(rule) => rule.clone(),
        }
    }
}

/// The cells of a group of bit fields, which is read as one number of `bytes` bytes, as they lie on the wire.
///
/// Each field comes with the number of bits of the group that lie below it. In the little-endian order a field that
/// crosses a byte boundary lies in several places: it becomes a cell for each, `name[11:8]` with the bits that it holds.
///
/// ```
/// use metaproto_diagram::{ByteOrder, Cell, group};
///
/// let fields = [(Cell::bits("flags", 4), 0), (Cell::bits("size", 12), 4)];
/// let labels = |order| group(2, order, &fields).into_iter().map(|cell| cell.label).collect::<Vec<_>>();
/// assert_eq!(labels(ByteOrder::Big), ["size", "flags"]);
/// assert_eq!(labels(ByteOrder::Little), ["size[3:0]", "flags", "size[11:4]"]);
/// ```
#[must_use]
pub fn group(bytes: usize, order: ByteOrder, fields: &[(Cell, usize)]) -> Vec<Cell> {
    let bits = bytes.saturating_mul(8);
    let mut pieces: Vec<(usize, usize, Range<usize>)> = Vec::new();
    for (index, (cell, shift)) in fields.iter().enumerate() {
        let Width::Bits(width) = cell.width else {
            continue;
        };
        let end = shift.saturating_add(width).min(bits);
        match order {
            ByteOrder::Big => pieces.push((bits - end, index, 0..width)),
            ByteOrder::Little => {
                let mut low = *shift;
                while low < end {
                    let high = end.min((low / 8 + 1) * 8);
                    let place = low / 8 * 8 + (8 - (high - low / 8 * 8));
                    pieces.push((place, index, low - shift..high - shift));
                    low = high;
                }
            }
        }
    }
    pieces.sort_by_key(|(place, ..)| *place);
    let piece = |(_, index, held): &(usize, usize, Range<usize>)| {
        let mut cell = fields[*index].0.clone();
        if held.len() < cell.fixed().unwrap_or(held.len()) {
            cell.label = match held.len() {
                1 => format!("{}[{}]", cell.label, held.start),
                _ => format!("{}[{}:{}]", cell.label, held.end - 1, held.start),
            };
            cell.width = Width::Bits(held.len());
        }
        cell
    };
    pieces.iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(order: ByteOrder, bytes: usize, fields: &[(&str, usize, usize)]) -> Vec<String> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, bits, shift)| (Cell::bits(*name, *bits), *shift))
            .collect();
        group(bytes, order, &fields)
            .iter()
            .map(|cell| format!("{} {}", cell.label, cell.width_text()))
            .collect()
    }

    #[test]
    fn a_big_endian_group_lies_as_it_is_declared() {
        let fields = [("a", 1, 15), ("b", 11, 4), ("c", 4, 0)];
        assert_eq!(
            shown(ByteOrder::Big, 2, &fields),
            ["a 1 bit", "b 11 bits", "c 4 bits"]
        );
    }

    #[test]
    fn a_little_endian_group_is_cut_at_its_bytes() {
        let fields = [("a", 3, 0), ("b", 20, 3), ("c", 1, 23)];
        assert_eq!(
            shown(ByteOrder::Little, 3, &fields),
            [
                "b[4:0] 5 bits",
                "a 3 bits",
                "b[12:5] 1 byte",
                "c 1 bit",
                "b[19:13] 7 bits"
            ]
        );
    }

    #[test]
    fn widths_are_in_words() {
        assert_eq!(Cell::bits("x", 24).width_text(), "3 bytes");
        assert_eq!(Cell::bits("x", 8).width_text(), "1 byte");
        assert_eq!(Cell::variable("x", "to the end").width_text(), "to the end");
    }
}
