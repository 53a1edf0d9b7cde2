//! Reading.

use std::ops::Range;

use super::{Form, Octets, Order, Prefix, Scalar, Sizes, VarintForm};
use crate::{CodecError, Fault, FieldPath};

/// Bytes of the longest variable-length number of 64 bits.
const VARINT_MAX: usize = 10;

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The bytes end here but more may come; [`Cursor::at_least`] tells how many.
    Wait,
    /// The bytes can never become a message.
    Fault(CodecError),
}

impl From<CodecError> for Stop {
    fn from(error: CodecError) -> Self {
        Self::Fault(error)
    }
}

/// A bounded reader over the bytes of one message.
///
/// Beside its position it keeps account of how long the message must be at least, from every length that was read so
/// far. So it can say exactly how much is missing, and a part that reaches beyond what contains it is refused where its
/// length stands, before its bytes have come.
///
/// ```
/// use metaproto_codec::wire::{Cursor, Order, Prefix, Stop};
///
/// let prefix = Prefix::new(2, Order::Big, 64);
/// let mut cursor = Cursor::new(b"\x00\x05he", 2);
/// assert_eq!(cursor.prefixed(prefix), Err(Stop::Wait));
/// assert_eq!(cursor.at_least(), 3);
///
/// let mut cursor = Cursor::new(b"\x00\x05hello", 2);
/// assert_eq!(cursor.prefixed(prefix).unwrap(), b"hello");
/// ```
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Start of the field that is being read.
    start: usize,
    /// Offset of `bytes` in the message.
    base: usize,
    /// No more bytes can come: running out of them is a fault.
    closed: bool,
    /// Bytes of header (or block) that are known to be needed, at least those that were read.
    header_min: usize,
    header: Option<usize>,
    body: Option<usize>,
    frame: Option<usize>,
    path: FieldPath,
}

impl<'a> Cursor<'a> {
    /// A cursor over the bytes of a message that have arrived, of a header that has at least `header_min` bytes.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8], header_min: usize) -> Self {
        Self {
            bytes,
            position: 0,
            start: 0,
            base: 0,
            closed: false,
            header_min,
            header: None,
            body: None,
            frame: None,
            path: FieldPath::default(),
        }
    }

    /// Begins the field `name`: errors from here on name it.
    #[inline]
    pub fn field(&mut self, name: &'static str) {
        self.path.rename(name);
        self.start = self.position;
    }

    /// Goes on with the field `name` of the group that was read: errors name it, at the offset of the group.
    #[inline]
    pub fn within(&mut self, name: &'static str) {
        self.path.rename(name);
    }

    /// Bytes read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Where the last `count` bytes that were read lie in the message.
    #[must_use]
    pub fn last(&self, count: usize) -> Range<usize> {
        let end = self.base + self.position;
        end.saturating_sub(count)..end
    }

    /// The fewest bytes that are missing, at least 1.
    #[must_use]
    pub fn at_least(&self) -> usize {
        self.frame
            .unwrap_or(0)
            .max(self.needed())
            .saturating_sub(self.bytes.len())
            .max(1)
    }

    /// An error in the present field.
    #[cold]
    #[must_use]
    pub fn fault(&self, fault: Fault) -> Stop {
        Stop::Fault(CodecError::new(self.base + self.start, self.path, fault))
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault::PastEnd`] where what contains them ends before; otherwise `Wait`.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Stop> {
        let end = self.position.saturating_add(count);
        if let Some(left) = self.end().map(|end| end.saturating_sub(self.position))
            && count > left
        {
            return Err(self.fault(Fault::PastEnd {
                needed: count,
                left,
            }));
        }
        self.header_min = self.header_min.max(end);
        let taken = self.bytes.get(self.position..end).ok_or(Stop::Wait)?;
        self.position = end;
        Ok(taken)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    #[inline]
    pub fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// Reads exactly `expected`, refusing the first byte that differs even if the rest has not come.
    ///
    /// # Errors
    ///
    /// [`Fault::Constant`], at the byte that differs.
    #[inline]
    pub fn constant(&mut self, expected: &[u8]) -> Result<(), Stop> {
        let there = self.bytes.get(self.position..).unwrap_or_default();
        for (index, (expected, found)) in expected.iter().zip(there).enumerate() {
            if expected != found {
                self.start = self.position + index;
                return Err(self.fault(Fault::Constant {
                    expected: *expected,
                    found: *found,
                }));
            }
        }
        self.take(expected.len()).map(drop)
    }

    /// As [`constant`](Self::constant), for an array.
    ///
    /// # Errors
    ///
    /// As [`constant`](Self::constant).
    pub fn constant_array<const N: usize>(&mut self, expected: [u8; N]) -> Result<[u8; N], Stop> {
        self.constant(&expected)?;
        Ok(expected)
    }

    /// As [`constant`](Self::constant), for a number in `N` bytes.
    ///
    /// # Errors
    ///
    /// As [`constant`](Self::constant).
    #[inline]
    pub fn constant_scalar<T: Scalar, const N: usize>(
        &mut self,
        expected: u128,
        order: Order,
    ) -> Result<T, Stop> {
        let mut bytes = [0; N];
        order.store(expected, &mut bytes);
        self.constant(&bytes)?;
        self.value(expected, 8 * N as u32)
    }

    /// The unsigned number in the next `N` bytes, at most 16: an integer, or a group of bit fields.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    #[inline]
    pub fn raw<const N: usize>(&mut self, order: Order) -> Result<u128, Stop> {
        self.take_array::<N>().map(|bytes| order.load(&bytes))
    }

    /// The value in the next `N` bytes.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take), and [`Fault::Bool`].
    #[inline]
    pub fn scalar<T: Scalar, const N: usize>(&mut self, order: Order) -> Result<T, Stop> {
        let raw = self.raw::<N>(order)?;
        self.value(raw, 8 * N as u32)
    }

    /// The value that `bits` wire bits spell.
    ///
    /// # Errors
    ///
    /// [`Fault::Bool`] where no value has these bits.
    #[inline]
    pub fn value<T: Scalar>(&self, raw: u128, bits: u32) -> Result<T, Stop> {
        T::from_raw(raw, bits).ok_or_else(|| self.fault(Fault::Bool { found: raw }))
    }

    /// Refuses a constant bit field with another value than `expected`.
    ///
    /// # Errors
    ///
    /// [`Fault::ConstantBits`].
    #[inline]
    pub fn constant_bits(&self, found: u128, expected: u128) -> Result<(), Stop> {
        if found == expected {
            Ok(())
        } else {
            Err(self.fault(Fault::ConstantBits { expected, found }))
        }
    }

    /// The length or count `found`, of so many things of at least `each` bytes, if what contains it has room for them and
    /// `max` allows it. They are header bytes that belong to the message from here on.
    ///
    /// # Errors
    ///
    /// [`Fault::PastEnd`] where what contains it is too short, whatever the maximum; [`Fault::AboveMaximum`].
    #[inline]
    pub fn claim(&mut self, found: u128, each: usize, max: usize) -> Result<usize, Stop> {
        let room = self.end().map(|end| end.saturating_sub(self.header_min));
        let bytes = found.saturating_mul(each as u128);
        let length = self.admit(found, found, bytes, room, max)?;
        self.header_min = self.header_min.saturating_add(length.saturating_mul(each));
        Ok(length)
    }

    /// Reads the length or count of so many things of at least `each` bytes.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take) and [`claim`](Self::claim).
    #[inline]
    pub fn length(&mut self, prefix: Prefix, each: usize) -> Result<usize, Stop> {
        let found = match prefix.form {
            Form::Fixed { width, order } => order.load(self.take(width)?),
            Form::Varint(form) => self.varint_of(form, 64, VARINT_MAX)?.into(),
        };
        let length = self.length_of(found, prefix.scale, prefix.offset)?;
        self.claim(length, each, prefix.max)
    }

    /// Reads a length and so many bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length).
    #[inline]
    pub fn prefixed(&mut self, prefix: Prefix) -> Result<&'a [u8], Stop> {
        let length = self.length(prefix, 1)?;
        self.take(length)
    }

    /// Reads an unsigned LEB128 number of at most 64 bits in at most 10 bytes.
    ///
    /// ```
    /// use metaproto_codec::wire::Cursor;
    /// assert_eq!(Cursor::new(&[0xAC, 0x02], 1).varint().unwrap(), 300);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`varint_of`](Self::varint_of).
    pub fn varint(&mut self) -> Result<u64, Stop> {
        self.varint_of(VarintForm::Leb128, 64, VARINT_MAX)
    }

    /// Reads an unsigned number of at most `bits` bits, 1 to 64, in at most `max` bytes, 1 to 10. It may have more bytes
    /// than it needs.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take), and [`Fault::Varint`] where it goes on or does not fit.
    pub fn varint_of(&mut self, form: VarintForm, bits: u32, max: usize) -> Result<u64, Stop> {
        let mut value = 0_u128;
        for index in 0..max.min(VARINT_MAX) {
            let [byte] = self.take_array::<1>()?;
            let seven = u128::from(byte & 0x7F);
            value = match form {
                VarintForm::Leb128 => value | seven << (7 * index),
                VarintForm::Vlq => value << 7 | seven,
            };
            if byte & 0x80 == 0 {
                let fits = value & !super::scalar::mask(bits.min(64)) == 0;
                return if fits {
                    Ok(super::low64(value))
                } else {
                    Err(self.fault(Fault::Varint { max }))
                };
            }
        }
        Err(self.fault(Fault::Varint { max }))
    }

    /// The length that a number states: times `scale`, plus `offset`.
    ///
    /// # Errors
    ///
    /// [`Fault::BelowMinimum`] where it is negative.
    #[inline]
    pub fn length_of(&self, found: u128, scale: u64, offset: i64) -> Result<u128, Stop> {
        if offset == 0 {
            return Ok(found.saturating_mul(scale.into()));
        }
        let length = i128::try_from(found.saturating_mul(scale.into()))
            .unwrap_or(i128::MAX)
            .saturating_add(offset.into());
        u128::try_from(length).map_err(|_| {
            let min = offset.unsigned_abs().div_ceil(scale.max(1));
            self.fault(Fault::BelowMinimum {
                found,
                min: usize::try_from(min).unwrap_or(usize::MAX),
            })
        })
    }

    /// Makes an owned text or byte string of bytes that were read.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`].
    pub fn owned<T: Octets>(&self, bytes: &[u8]) -> Result<T, Stop> {
        T::from_octets(bytes).map_err(|fault| self.fault(fault))
    }

    /// Whether the last `bytes` that were read are UTF-8, for a name on which routing rests.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`].
    pub fn require_text(&self, bytes: &[u8]) -> Result<(), Stop> {
        if str::from_utf8(bytes).is_ok() {
            Ok(())
        } else {
            Err(self.fault(Fault::Utf8))
        }
    }

    /// Notes the length of the whole message.
    ///
    /// # Errors
    ///
    /// [`Fault::BelowMinimum`] where the parts known so far need more; [`Fault::AboveMaximum`].
    pub fn frame_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        self.frame = Some(self.size(found, offset, self.needed(), None, max)?);
        Ok(())
    }

    /// Notes the length of the header.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len), and [`Fault::PastEnd`] where the message is too short for it.
    pub fn header_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        let body = self.body.unwrap_or(0);
        let room = self.frame.map(|frame| frame.saturating_sub(body));
        self.header = Some(self.size(found, offset, self.header_min, room, max)?);
        Ok(())
    }

    /// Notes the length of the body.
    ///
    /// # Errors
    ///
    /// As [`header_len`](Self::header_len).
    pub fn body_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        let header = self.header_min.max(self.header.unwrap_or(0));
        let room = self.frame.map(|frame| frame.saturating_sub(header));
        self.body = Some(self.size(found, offset, 0, room, max)?);
        Ok(())
    }

    /// Reads `count` items.
    ///
    /// # Errors
    ///
    /// What `item` gives.
    pub fn repeat(
        &mut self,
        count: usize,
        mut item: impl FnMut(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        (0..count).try_for_each(|_| item(self))
    }

    /// Reads items until they fill exactly the next `length` bytes.
    ///
    /// # Errors
    ///
    /// What `item` gives, and [`Fault::PastEnd`] where an item reaches beyond the block.
    pub fn fill(
        &mut self,
        length: usize,
        mut item: impl FnMut(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let base = self.base + self.position;
        let bytes = self.take(length)?;
        let mut block = Cursor {
            base,
            closed: true,
            path: self.path,
            ..Cursor::new(bytes, 0)
        };
        while block.position < bytes.len() {
            let before = block.position;
            block.start = before;
            item(&mut block)?;
            if block.position == before {
                return Err(block.fault(Fault::Excess {
                    left: bytes.len() - before,
                }));
            }
        }
        Ok(())
    }

    /// Reads a part of its own with fields of its own.
    ///
    /// # Errors
    ///
    /// What `part` gives, and [`Fault::Depth`].
    pub fn nested<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.path.is_too_deep() {
            return Err(self.fault(Fault::Depth));
        }
        self.path.descend();
        let read = part(self);
        if read.is_ok() {
            self.path.ascend();
        }
        read
    }

    /// Ends the header: the sizes of header and whole message, all of which is there.
    ///
    /// # Errors
    ///
    /// `Wait` where the message is not whole; [`Fault::Excess`] where its lengths contradict each other.
    #[inline]
    pub fn finish(&mut self) -> Result<Sizes, Stop> {
        let header = self.header.unwrap_or(self.position);
        let parts = header.saturating_add(self.body.unwrap_or(0));
        let frame = self.frame.unwrap_or(parts);
        if self.body.is_some() && frame != parts {
            return Err(self.fault(Fault::Excess {
                left: frame.saturating_sub(parts),
            }));
        }
        self.header_min = self.header_min.max(header);
        if self.bytes.len() < frame {
            return Err(Stop::Wait);
        }
        Ok(Sizes {
            header,
            body: frame - header,
        })
    }

    /// Bytes of the message that are known to be needed, from the parts.
    fn needed(&self) -> usize {
        self.header_min
            .max(self.header.unwrap_or(0))
            .saturating_add(self.body.unwrap_or(0))
    }

    /// Where the header ends at the latest; `None` while nothing that contains it has a known end.
    fn end(&self) -> Option<usize> {
        let block = self.closed.then_some(self.bytes.len());
        let body = self.body.unwrap_or(0);
        let frame = self.frame.map(|frame| frame.saturating_sub(body));
        [block, frame, self.header].into_iter().flatten().min()
    }

    /// The size `found + offset` of a part of the message that takes at least `min` bytes and has `room`.
    fn size(
        &self,
        found: u128,
        offset: i128,
        min: usize,
        room: Option<usize>,
        max: usize,
    ) -> Result<usize, Stop> {
        let length = i128::try_from(found)
            .unwrap_or(i128::MAX)
            .saturating_add(offset);
        match u128::try_from(length) {
            Ok(length) if length >= min as u128 => self.admit(found, length, length, room, max),
            _ => {
                let min = usize::try_from((min as i128).saturating_sub(offset)).unwrap_or(0);
                Err(self.fault(Fault::BelowMinimum { found, min }))
            }
        }
    }

    /// The `length` that `found` states, of so many `bytes`. What leaves its container is malformed whatever its maximum
    /// says: only the rest is for the limits, which an operator can change.
    #[inline]
    fn admit(
        &self,
        found: u128,
        length: u128,
        bytes: u128,
        room: Option<usize>,
        max: usize,
    ) -> Result<usize, Stop> {
        if let Some(left) = room
            && bytes > left as u128
        {
            let needed = usize::try_from(bytes).unwrap_or(usize::MAX);
            return Err(self.fault(Fault::PastEnd { needed, left }));
        }
        match usize::try_from(length) {
            Ok(length) if length <= max => Ok(length),
            _ => Err(self.fault(Fault::AboveMaximum { found, max })),
        }
    }
}
