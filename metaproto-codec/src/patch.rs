//! What a generated patch does: numbers and byte arrays stored in place.

use crate::schema::Schema;
use crate::wire::{Cursor, Order, Scalar};
use crate::{CodecError, Fault, Header, Read};

/// A whole message that was checked, open for changes in place.
#[derive(Debug)]
pub struct Patch<'m> {
    message: &'m mut [u8],
    /// Where the fields start, if it was necessary to look.
    starts: Option<Vec<usize>>,
    has_checksums: bool,
}

/// Where a number stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its offset, if the declaration tells it.
    pub at: Option<usize>,
    /// Otherwise the number of the field that begins there.
    pub index: usize,
    /// Bits of its bytes that lie below it.
    pub shift: u32,
    /// Its own bits.
    pub bits: u32,
    /// The order of its bytes.
    pub order: Order,
}

impl<'m> Patch<'m> {
    /// Checks a message of which the body need not be there, unless there are checksums.
    ///
    /// # Errors
    ///
    /// As [`Header::view_header`].
    #[inline]
    pub fn check<H: Header + for<'a> Read<'a>>(
        message: &'m mut [u8],
        has_checksums: bool,
    ) -> Result<Self, CodecError> {
        H::view_header(message)?;
        Ok(Self {
            message,
            starts: None,
            has_checksums,
        })
    }

    /// Stores bytes that no checksum covers.
    #[inline]
    pub fn store(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.message.get_mut(at..at.saturating_add(bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }

    /// Stores the bytes of a number that fits whatever it is.
    ///
    /// # Errors
    ///
    /// None; other numbers have some.
    #[inline]
    pub fn store_number(&mut self, at: usize, bytes: &[u8]) -> Result<(), Fault> {
        self.store(at, bytes);
        Ok(())
    }

    /// Stores a byte array.
    #[inline]
    pub fn set_bytes<H: Header + for<'a> Read<'a>>(
        &mut self,
        at: Option<usize>,
        index: usize,
        value: &[u8],
    ) {
        let start = self.start::<H>(at, index);
        self.store(start, value);
        self.seal::<H>();
    }

    /// Stores a number in `N` bytes, of which others may have the other bits; if `known` is not empty, one of these.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`], [`Fault::Code`].
    #[inline]
    pub fn set_number<H: Header + for<'a> Read<'a>, T: Scalar, const N: usize>(
        &mut self,
        place: Place,
        value: T,
        known: &[u128],
    ) -> Result<(), Fault> {
        let mask = low_bits(place.bits);
        let Some(raw) = value.to_wire(place.bits) else {
            return Err(Fault::TooLarge {
                found: value.to_raw(),
                max: mask,
            });
        };
        if !known.is_empty() && !known.contains(&raw) {
            return Err(Fault::Code { found: raw });
        }
        let start = self.start::<H>(place.at, place.index);
        let bytes = self.message.get_mut(start..);
        if let Some(bytes) = bytes.and_then(|bytes| bytes.first_chunk_mut::<N>()) {
            let others = if place.bits as usize == 8 * N {
                0
            } else {
                place.order.load(bytes) & !(mask << place.shift)
            };
            place.order.store(others | raw << place.shift, bytes);
        }
        self.seal::<H>();
        Ok(())
    }

    #[inline]
    fn start<H: Header + for<'a> Read<'a>>(&mut self, at: Option<usize>, index: usize) -> usize {
        match at {
            Some(at) => at,
            None => self.look_up::<H>(index),
        }
    }

    #[cold]
    fn look_up<H: Header + for<'a> Read<'a>>(&mut self, index: usize) -> usize {
        let message = &*self.message;
        let starts = self.starts.get_or_insert_with(|| {
            let mut cursor = Cursor::noting_starts(message, H::MIN_LEN);
            // It was checked, and no change that a patch makes moves a field.
            let _ = H::check(&mut cursor);
            cursor.starts()
        });
        starts.get(index).copied().unwrap_or(self.message.len())
    }

    /// Computes the checksums anew.
    #[inline]
    fn seal<H: Header + for<'a> Read<'a>>(&mut self) {
        if self.has_checksums {
            seal::<H>(self.message);
        }
    }
}

/// Reading tells each checksum that is wrong, where it stands and what it should be.
#[cold]
fn seal<H: Header + for<'a> Read<'a>>(message: &mut [u8]) {
    for _ in 0..H::SCHEMA.fields.len() {
        let Err(error) = H::view(message) else { return };
        let Fault::Checksum { computed, .. } = *error.fault() else {
            return;
        };
        let name = error.field().to_string();
        let Some((width, order)) = number(&H::SCHEMA, &name) else {
            return;
        };
        let start = usize::try_from(error.offset()).unwrap_or(usize::MAX);
        if let Some(slot) = message.get_mut(start..start.saturating_add(width)) {
            order.store(computed.into(), slot);
        }
    }
}

fn number(schema: &Schema, name: &str) -> Option<(usize, Order)> {
    let field = schema.fields.iter().find(|field| field.name == name)?;
    match field.shape {
        crate::schema::Shape::Number(number) => Some((number.bytes, number.order)),
        _ => None,
    }
}

fn low_bits(bits: u32) -> u128 {
    1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1)
}
