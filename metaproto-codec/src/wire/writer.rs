//! Writing.

use bytes::BytesMut;

use super::{Form, Octets, Order, Prefix, Scalar, VarintForm};
use crate::{CodecError, Fault, FieldPath, Output};

/// Where a [`Writer`] puts bytes: a buffer, or a counter.
pub trait Sink {
    /// Appends `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for BytesMut {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for Output {
    fn put(&mut self, bytes: &[u8]) {
        self.push(bytes);
    }
}

/// Counts bytes instead of keeping them, so that a size is measured by the very code that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter(pub usize);

impl Sink for Counter {
    fn put(&mut self, bytes: &[u8]) {
        self.0 = self.0.saturating_add(bytes.len());
    }
}

/// The sizes of a message's parts, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The header, with what extends it.
    pub header: usize,
    /// The body.
    pub body: usize,
}

impl Sizes {
    /// The whole message.
    #[must_use]
    pub const fn frame(self) -> usize {
        self.header.saturating_add(self.body)
    }
}

/// Writes the fields of a header, computing the lengths.
pub struct Writer<'s> {
    sink: &'s mut dyn Sink,
    sizes: Option<Sizes>,
    written: usize,
    path: FieldPath,
}

impl<'s> Writer<'s> {
    /// A writer of a header in a message of these sizes.
    pub fn new(sink: &'s mut dyn Sink, sizes: Sizes) -> Self {
        Self {
            sink,
            sizes: Some(sizes),
            written: 0,
            path: FieldPath::default(),
        }
    }

    /// The number of bytes that `write` writes.
    ///
    /// # Errors
    ///
    /// What `write` gives.
    pub fn measure(
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), CodecError>,
    ) -> Result<usize, CodecError> {
        let mut counter = Counter(0);
        write(&mut Writer {
            sink: &mut counter,
            sizes: None,
            written: 0,
            path: FieldPath::default(),
        })?;
        Ok(counter.0)
    }

    /// Begins the field `name`: errors from here on name it.
    pub fn field(&mut self, name: &'static str) {
        self.path.rename(name);
    }

    /// An error in the present field; its offset is that of the field in what is written.
    #[cold]
    #[must_use]
    pub fn fault(&self, fault: Fault) -> CodecError {
        CodecError::new(self.written, self.path, fault)
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.written = self.written.saturating_add(bytes.len());
        self.sink.put(bytes);
    }

    /// Writes the low `N` bytes of `raw`, at most 16.
    pub fn raw<const N: usize>(&mut self, raw: u128, order: Order) {
        let mut bytes = [0; N];
        order.store(raw, &mut bytes);
        self.bytes(&bytes);
    }

    /// Writes a value into `N` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it does not fit.
    pub fn scalar<T: Scalar, const N: usize>(
        &mut self,
        value: T,
        order: Order,
    ) -> Result<(), CodecError> {
        let raw = self.value(value, 8 * N as u32)?;
        self.raw::<N>(raw, order);
        Ok(())
    }

    /// The wire bits of a value in a field of `bits` bits.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it does not fit.
    pub fn value<T: Scalar>(&self, value: T, bits: u32) -> Result<u128, CodecError> {
        let max = super::scalar::mask(bits);
        value.to_wire(bits).ok_or_else(|| {
            self.fault(Fault::TooLarge {
                found: value.to_raw(),
                max,
            })
        })
    }

    /// Writes an unsigned LEB128 number in as few bytes as it needs, at most 10.
    pub fn varint(&mut self, value: u64) {
        self.varint_of(value, VarintForm::Leb128);
    }

    /// Writes an unsigned number in as few bytes as it needs, at most 10.
    pub fn varint_of(&mut self, mut value: u64, form: VarintForm) {
        let mut bytes = [0; 10];
        let mut len = 0;
        for slot in &mut bytes {
            *slot = 0x80 | (value & 0x7F).to_le_bytes()[0];
            len += 1;
            value >>= 7;
            if value == 0 {
                break;
            }
        }
        let bytes = &mut bytes[..len];
        if form == VarintForm::Vlq {
            bytes.reverse();
        }
        if let Some(last) = bytes.last_mut() {
            *last &= 0x7F;
        }
        self.bytes(bytes);
    }

    /// Checks a length or count against its stated maximum.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    pub fn bounded(&self, length: usize, max: usize) -> Result<u128, CodecError> {
        if length <= max {
            return Ok(length as u128);
        }
        Err(self.fault(Fault::TooLarge {
            found: length as u128,
            max: max as u128,
        }))
    }

    /// Writes a length or count.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is above the stated maximum or does not fit the prefix.
    pub fn length(&mut self, length: usize, prefix: Prefix) -> Result<(), CodecError> {
        let length = self.bounded(length, prefix.max)?;
        let raw = self.number_of(length, prefix.scale, prefix.offset.into())?;
        match prefix.form {
            Form::Fixed { width, order } => {
                let width = width.min(8);
                let raw = self.fitting(raw, 8 * width as u32)?;
                let mut bytes = [0; 8];
                let bytes = &mut bytes[..width];
                order.store(raw, bytes);
                self.bytes(bytes);
            }
            Form::Varint(form) => self.varint_of(super::low64(self.fitting(raw, 64)?), form),
        }
        Ok(())
    }

    /// The number that states a length as a multiple of `scale`, less `offset`.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is less than the offset, [`Fault::Multiple`] where it is no such multiple.
    #[inline]
    pub fn number_of(&self, length: u128, scale: u64, offset: i128) -> Result<u128, CodecError> {
        let scaled = i128::try_from(length)
            .unwrap_or(i128::MAX)
            .saturating_sub(offset);
        let Ok(scaled) = u128::try_from(scaled) else {
            return Err(self.fault(Fault::TooLarge {
                found: offset.unsigned_abs(),
                max: length,
            }));
        };
        let scale = u128::from(scale.max(1));
        if scaled.is_multiple_of(scale) {
            Ok(scaled / scale)
        } else {
            Err(self.fault(Fault::Multiple {
                found: scaled,
                of: scale,
            }))
        }
    }

    /// Writes a length and so many bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length).
    pub fn prefixed(&mut self, value: &impl Octets, prefix: Prefix) -> Result<(), CodecError> {
        self.length(value.octets().len(), prefix)?;
        self.bytes(value.octets());
        Ok(())
    }

    /// The wire value of the length of the whole message.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is above `max`, or does not fit `bits` bits.
    pub fn frame_len(&self, offset: i128, max: usize, bits: u32) -> Result<u128, CodecError> {
        self.size(Sizes::frame, offset, max, bits)
    }

    /// The wire value of the length of the header.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn header_len(&self, offset: i128, max: usize, bits: u32) -> Result<u128, CodecError> {
        self.size(|sizes| sizes.header, offset, max, bits)
    }

    /// The wire value of the length of the body.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn body_len(&self, offset: i128, max: usize, bits: u32) -> Result<u128, CodecError> {
        self.size(|sizes| sizes.body, offset, max, bits)
    }

    /// Writes a part of its own with fields of its own.
    ///
    /// # Errors
    ///
    /// What `part` gives, and [`Fault::Depth`].
    pub fn nested(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        if self.path.is_too_deep() {
            return Err(self.fault(Fault::Depth));
        }
        self.path.descend();
        part(self)?;
        self.path.ascend();
        Ok(())
    }

    /// Checks that a length fits a field of `bits` bits.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    pub fn fitting(&self, raw: u128, bits: u32) -> Result<u128, CodecError> {
        let max = super::scalar::mask(bits);
        if raw <= max {
            Ok(raw)
        } else {
            Err(self.fault(Fault::TooLarge { found: raw, max }))
        }
    }

    fn size(
        &self,
        part: impl Fn(Sizes) -> usize,
        offset: i128,
        max: usize,
        bits: u32,
    ) -> Result<u128, CodecError> {
        let Some(sizes) = self.sizes else {
            return Ok(0);
        };
        let length = part(sizes);
        self.bounded(length, max)?;
        let raw = self.number_of(length as u128, 1, offset)?;
        self.fitting(raw, bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Cursor, Stop};

    fn varint(value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Sizes::default()).varint(value);
        bytes
    }

    #[test]
    fn varints_are_as_protocol_buffers_document_them() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(127), [0x7F]);
        assert_eq!(varint(150), [0x96, 0x01]);
        assert_eq!(
            varint(u64::MAX),
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        );
    }

    #[test]
    fn a_varint_that_goes_on_or_is_too_large_is_refused() {
        for bytes in [
            &[0x80; 11][..],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
        ] {
            let Err(Stop::Fault(error)) = Cursor::new(bytes, 1).varint() else {
                panic!("{bytes:?}")
            };
            assert_eq!(*error.fault(), Fault::Varint { max: 10 });
        }
        assert_eq!(Cursor::new(&[0x80; 9], 1).varint(), Err(Stop::Wait));
    }

    proptest! {
        #[test]
        fn every_varint_reads_as_it_is_written(value in any::<u64>(), shift in 0_u32..64) {
            let value = value >> shift;
            prop_assert_eq!(Cursor::new(&varint(value), 1).varint(), Ok(value));
        }
    }
}
