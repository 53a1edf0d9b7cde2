//! What a test may want wrong, and where it stands.

use std::ops::Range;

use metaproto_codec::schema::Role;
use metaproto_codec::wire::{Order, VarintForm};

use super::Writer;
use crate::layout::bits;

/// A place in written bytes.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) path: String,
    /// Bytes from the start of the message; of a bit field, those of its group.
    pub(crate) offset: usize,
    pub(crate) kind: SlotKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// A length or count.
    Length {
        bits: usize,
        /// What stands there.
        right: u128,
        /// The largest value that the stated maximum allows.
        max: u128,
        /// Whether it is the size of the message or of a part of it.
        role: Option<Role>,
    },
    /// A constant of so many whole bytes.
    Constant { bytes: usize },
    /// A constant of some bits of a group, or of varying length.
    ConstantBits { bits: usize, right: u128 },
    /// A boolean of one byte.
    Bool,
    /// A number on which it depends whether other fields are there.
    Flag { bits: usize, right: u128 },
    /// A number of varying length.
    Varint {
        form: VarintForm,
        bits: usize,
        /// The most bytes it may have.
        most: usize,
        /// How many it has.
        bytes: usize,
        right: u128,
    },
    /// Zeros that fill up to a boundary.
    Padding { bytes: usize },
    /// What ends a text, list or map.
    Mark { bytes: usize },
    /// A checksum.
    Checksum { bits: usize, right: u128 },
}

impl Writer<'_> {
    pub(super) fn put(&mut self, order: Order, raw: u128, width: usize) {
        let raw = raw & bits::mask(8 * width);
        self.out.extend(bits::bytes(order, raw, width));
    }

    pub(super) fn patch(&mut self, place: Range<usize>, order: Order, raw: u128) {
        let raw = raw & bits::mask(8 * place.len());
        let bytes = bits::bytes(order, raw, place.len());
        if let Some(there) = self.out.get_mut(place) {
            there.copy_from_slice(&bytes);
        }
    }

    /// Notes that the next bytes are something that can be wrong.
    pub(super) fn slot(&mut self, kind: SlotKind) {
        self.slot_at(self.out.len(), kind);
    }

    pub(super) fn slot_at(&mut self, offset: usize, kind: SlotKind) {
        let path = &self.path;
        if let Some(slots) = self.slots.as_mut().filter(|_| !path.is_in_later_item()) {
            slots.push(Slot {
                path: path.to_string(),
                offset,
                kind,
            });
        }
    }
}
