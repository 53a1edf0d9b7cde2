//! Reading.

use std::ops::Range;

use super::text::offset_in;
use super::{Checksum, Element, Form, Items, Order, Prefix, Scalar, Sizes, VarintForm};
use crate::{CodecError, Fault, FieldPath, MessageType};

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

impl Stop {
    /// Why reading a part stopped, as of what contains it: an error lies so many bytes farther on.
    #[must_use]
    pub fn moved_by(self, bytes: u64) -> Self {
        match self {
            Self::Wait => self,
            Self::Fault(error) => Self::Fault(error.moved_by(bytes)),
        }
    }
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
    /// Bytes behind the body that are known to be needed.
    trailer: usize,
    /// Where what is read ends at the latest, as far as that is known; and that or the end of what is there.
    limit: usize,
    ready: usize,
    /// Where the fields of the header ended.
    fields_end: usize,
    /// What was found at the end of the header, once the whole message is there.
    sizes: Option<Sizes>,
    /// All bytes of what contains the fields, if they are UTF-8; looked at once.
    text: Option<(usize, Option<&'a str>)>,
    /// Where each field of the outermost struct starts, if somebody wants to know.
    starts: Option<Vec<usize>>,
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
            trailer: 0,
            limit: usize::MAX,
            ready: bytes.len(),
            fields_end: 0,
            sizes: None,
            text: None,
            starts: None,
            path: FieldPath::default(),
        }
    }

    /// A cursor over bytes after which nothing can come.
    #[must_use]
    pub fn closed(bytes: &'a [u8]) -> Self {
        Self {
            closed: true,
            limit: bytes.len(),
            ..Self::new(bytes, 0)
        }
    }

    /// As [`new`](Self::new), with a note of where each field of the outermost struct starts.
    pub(crate) fn noting_starts(bytes: &'a [u8], header_min: usize) -> Self {
        Self {
            starts: Some(Vec::new()),
            ..Self::new(bytes, header_min)
        }
    }

    /// Where the fields of the header end, once it is finished.
    pub(crate) fn fields_end(&self) -> usize {
        self.fields_end
    }

    /// Where each field of the outermost struct starts, in wire order.
    pub(crate) fn starts(self) -> Vec<usize> {
        self.starts.unwrap_or_default()
    }

    /// Begins the field `name`: errors from here on name it.
    #[inline]
    pub fn field(&mut self, name: &'static str) {
        self.path.rename(name);
        self.start = self.position;
        if let Some(starts) = &mut self.starts
            && self.path.is_outermost()
        {
            starts.push(self.position);
        }
    }

    /// Goes on with the field `name` of the group that was read: errors name it, at the offset of the group.
    #[inline]
    pub fn within(&mut self, name: &'static str) {
        self.path.rename(name);
    }

    /// All bytes that are there, read or not, and maybe of more than one message.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Bytes read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Where the last `count` bytes that were read lie in the message, for a codec written by hand.
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
        let start = self.position;
        let end = start.saturating_add(count);
        match self.bytes.get(start..end) {
            Some(taken) if end <= self.ready => {
                self.position = end;
                Ok(taken)
            }
            _ => Err(self.cannot_take(count)),
        }
    }

    #[cold]
    #[inline(never)]
    fn cannot_take(&mut self, count: usize) -> Stop {
        let left = self.limit.saturating_sub(self.position);
        if count > left {
            return self.fault(Fault::PastEnd {
                needed: count,
                left,
            });
        }
        self.header_min = self.header_min.max(self.position.saturating_add(count));
        Stop::Wait
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    #[inline]
    pub fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let taken = self.take(N)?;
        taken.first_chunk().copied().ok_or(Stop::Wait)
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
        let base = self.reached();
        let room = self.limit.saturating_sub(base);
        let length = usize::try_from(found).unwrap_or(usize::MAX);
        match length.checked_mul(each) {
            Some(bytes) if bytes <= room && length <= max => {
                self.header_min = base + bytes;
                Ok(length)
            }
            _ => Err(self.cannot_claim(found, each, max)),
        }
    }

    #[cold]
    #[inline(never)]
    fn cannot_claim(&self, found: u128, each: usize, max: usize) -> Stop {
        let room = self.end().map(|end| end.saturating_sub(self.reached()));
        let bytes = found.saturating_mul(each as u128);
        match self.admit(found, found, bytes, room, max) {
            Err(stop) => stop,
            // Nothing else can be wrong with it; a count of this size is none that memory could hold.
            Ok(_) => self.fault(Fault::AboveMaximum { found, max }),
        }
    }

    /// Bytes of the header that are known to be needed, at least those that were read.
    #[inline]
    fn reached(&self) -> usize {
        self.header_min.max(self.position)
    }

    /// Reads the length or count of so many things of at least `each` bytes.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take) and [`claim`](Self::claim).
    #[inline(always)]
    pub fn length(&mut self, prefix: Prefix, each: usize) -> Result<usize, Stop> {
        let found = self.number(prefix.form)?;
        let length = self.length_of(found, prefix.scale, prefix.offset)?;
        self.claim(length, each, prefix.max)
    }

    /// As [`length`](Self::length), or `None` where the number is `null`.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length).
    pub fn length_or_null(
        &mut self,
        prefix: Prefix,
        each: usize,
        null: u128,
    ) -> Result<Option<usize>, Stop> {
        let found = self.number(prefix.form)?;
        if found == null {
            return Ok(None);
        }
        let length = self.length_of(found, prefix.scale, prefix.offset)?;
        self.claim(length, each, prefix.max).map(Some)
    }

    #[inline(always)]
    fn number(&mut self, form: Form) -> Result<u128, Stop> {
        match form {
            Form::Fixed { width: 1, order } => self.raw::<1>(order),
            Form::Fixed { width: 2, order } => self.raw::<2>(order),
            Form::Fixed { width: 4, order } => self.raw::<4>(order),
            Form::Fixed { width, order } => self.take(width).map(|bytes| order.load(bytes)),
            Form::Varint(form) => self.varint_of(form, 64, VARINT_MAX).map(u128::from),
        }
    }

    /// Reads a length and so many bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length).
    #[inline(always)]
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
    #[inline]
    pub fn varint_of(&mut self, form: VarintForm, bits: u32, max: usize) -> Result<u64, Stop> {
        // Most are of one byte.
        match self.bytes.get(self.position) {
            Some(byte @ ..0x80) if bits >= 7 && max > 0 => {
                self.take(1)?;
                Ok((*byte).into())
            }
            _ => self.long_varint_of(form, bits, max),
        }
    }

    #[inline(never)]
    fn long_varint_of(&mut self, form: VarintForm, bits: u32, max: usize) -> Result<u64, Stop> {
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

    /// Reads a length and a text of so many bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length), and [`Fault::Utf8`].
    #[inline(always)]
    pub fn prefixed_text(&mut self, prefix: Prefix) -> Result<&'a str, Stop> {
        let bytes = self.prefixed(prefix)?;
        if let Some((from, Some(whole))) = self.text {
            let end = self.position.wrapping_sub(from);
            if let Some(part) = whole.get(end.wrapping_sub(bytes.len())..end) {
                return Ok(part);
            }
        }
        self.text(bytes)
    }

    /// The text that `bytes`, which were just read, spell.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`].
    #[inline(never)]
    pub fn text(&mut self, bytes: &'a [u8]) -> Result<&'a str, Stop> {
        // Where all of the container is UTF-8, as where it is ASCII, so is every part that starts and ends with a letter.
        let (from, whole) = match self.text {
            Some(seen) => seen,
            None => self.look_at_text(bytes.len()),
        };
        let start = offset_in(bytes, self.bytes).and_then(|start| start.checked_sub(from));
        let part = start
            .zip(whole)
            .and_then(|(start, whole)| whole.get(start..start + bytes.len()));
        match part {
            Some(part) => Ok(part),
            None => self.text_of(bytes),
        }
    }

    /// The text that `bytes` spell.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`].
    pub fn text_of<'t>(&self, bytes: &'t [u8]) -> Result<&'t str, Stop> {
        str::from_utf8(bytes).map_err(|_| self.fault(Fault::Utf8))
    }

    /// Looks once whether all that is there of the container, from the last `count` bytes that were read on, is UTF-8, if
    /// its end is known: what follows could be a payload.
    #[cold]
    fn look_at_text(&mut self, count: usize) -> (usize, Option<&'a str>) {
        let end = if self.closed {
            Some(self.bytes.len())
        } else {
            self.header
        };
        let from = self.position.saturating_sub(count);
        let whole = end
            .and_then(|end| self.bytes.get(from..end))
            .and_then(|bytes| str::from_utf8(bytes).ok());
        self.text = Some((from, whole));
        (from, whole)
    }

    /// Notes the length of the whole message.
    ///
    /// # Errors
    ///
    /// [`Fault::BelowMinimum`] where the parts known so far need more; [`Fault::AboveMaximum`].
    pub fn frame_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        self.frame = Some(self.size(found, offset, self.needed(), None, max)?);
        self.settle();
        Ok(())
    }

    /// Notes the length of all that comes after what was read so far.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn rest_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        let min = self.needed().saturating_sub(self.position);
        let rest = self.size(found, offset, min, None, max)?;
        self.frame = Some(self.position.saturating_add(rest));
        self.settle();
        Ok(())
    }

    /// Notes the length of the header.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len), and [`Fault::PastEnd`] where the message is too short for it.
    pub fn header_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        let behind = self.body.unwrap_or(0).saturating_add(self.trailer);
        let room = self.frame.map(|frame| frame.saturating_sub(behind));
        self.header = Some(self.size(found, offset, self.reached(), room, max)?);
        self.settle();
        Ok(())
    }

    /// Notes the length of the body.
    ///
    /// # Errors
    ///
    /// As [`header_len`](Self::header_len).
    pub fn body_len(&mut self, found: u128, offset: i128, max: usize) -> Result<(), Stop> {
        let others = self
            .reached()
            .max(self.header.unwrap_or(0))
            .saturating_add(self.trailer);
        let room = self.frame.map(|frame| frame.saturating_sub(others));
        self.body = Some(self.size(found, offset, 0, room, max)?);
        self.settle();
        Ok(())
    }

    /// States that the message is all header, but for trailers: what its fields leave is [`Fault::Excess`].
    pub fn no_body(&mut self) {
        self.body = Some(0);
        self.settle();
    }

    /// Checks `count` items.
    ///
    /// # Errors
    ///
    /// What reading an item gives.
    #[inline]
    pub fn items<H: Element<'a, LIST>, const LIST: usize>(
        &mut self,
        count: usize,
    ) -> Result<Items<'a, H, LIST>, Stop> {
        let start = self.position;
        for _ in 0..count {
            H::element(self)?;
        }
        Ok(Items::checked(self.since(start), self.base + start, count))
    }

    /// Checks items until they fill exactly the next `length` bytes.
    ///
    /// # Errors
    ///
    /// What reading an item gives, and [`Fault::PastEnd`] where an item reaches beyond the block.
    pub fn items_filling<H: Element<'a, LIST>, const LIST: usize>(
        &mut self,
        length: usize,
    ) -> Result<Items<'a, H, LIST>, Stop> {
        let mut block = self.open(length)?;
        let mut count = 0;
        while block.position < length {
            let before = block.position;
            block.start = before;
            H::element(&mut block)?;
            if block.position == before {
                return Err(block.fault(Fault::Excess {
                    left: length - before,
                }));
            }
            count += 1;
        }
        Ok(Items::checked(block.bytes, block.base, count))
    }

    /// Checks items until `mark`, at most `max` of them.
    ///
    /// # Errors
    ///
    /// What reading an item gives, [`Fault::AboveMaximum`], and [`Fault::PastEnd`] where the container ends before.
    pub fn items_until<H: Element<'a, LIST>, const LIST: usize>(
        &mut self,
        mark: &[u8],
        max: usize,
    ) -> Result<Items<'a, H, LIST>, Stop> {
        let start = self.position;
        let mut count = 0;
        while !self.is_next(mark)? {
            if count == max {
                self.start = start;
                let found = (max as u128).saturating_add(1);
                return Err(self.fault(Fault::AboveMaximum { found, max }));
            }
            H::element(self)?;
            self.start = self.position;
            count += 1;
        }
        let items = Items::checked(self.since(start), self.base + start, count);
        self.take(mark.len())?;
        Ok(items)
    }

    /// What was read from `start` on.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.position).unwrap_or_default()
    }

    /// Reads something that fills exactly the next `length` bytes.
    ///
    /// # Errors
    ///
    /// What `part` gives, and [`Fault::Excess`] where it ends before the block does.
    pub fn block<T>(
        &mut self,
        length: usize,
        part: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let mut block = self.open(length)?;
        let read = part(&mut block)?;
        if block.position < length {
            block.path = self.path;
            block.start = block.position;
            return Err(block.fault(Fault::Excess {
                left: length - block.position,
            }));
        }
        Ok(read)
    }

    /// A closed cursor over the next `length` bytes.
    fn open(&mut self, length: usize) -> Result<Self, Stop> {
        let base = self.base + self.position;
        let bytes = self.take(length)?;
        Ok(Cursor {
            base,
            path: self.path,
            ..Cursor::closed(bytes)
        })
    }

    /// How many bytes are left of what contains the field, if that is at most `max`.
    ///
    /// # Errors
    ///
    /// [`Fault::NoEnd`], and what [`claim`](Self::claim) gives.
    pub fn left(&mut self, max: usize) -> Result<usize, Stop> {
        let left = self.room()?;
        self.claim(left as u128, 1, max)
    }

    /// Whether what contains the field has bytes left.
    ///
    /// # Errors
    ///
    /// [`Fault::NoEnd`].
    pub fn has_room(&self) -> Result<bool, Stop> {
        Ok(self.room()? > 0)
    }

    fn room(&self) -> Result<usize, Stop> {
        let end = self.end().ok_or_else(|| self.fault(Fault::NoEnd))?;
        Ok(end.saturating_sub(self.position))
    }

    /// The bytes before `mark`, at most `max`; the mark is read too.
    ///
    /// # Errors
    ///
    /// `Wait`; [`Fault::AboveMaximum`]; [`Fault::PastEnd`] where what contains them ends before the mark.
    pub fn until(&mut self, mark: &[u8], max: usize) -> Result<&'a [u8], Stop> {
        let there = self.bytes.get(self.position..).unwrap_or_default();
        let left = self.end().map(|end| end.saturating_sub(self.position));
        let most = max.saturating_add(mark.len());
        let within = there.len().min(most).min(left.unwrap_or(usize::MAX));
        let there = there.get(..within).unwrap_or_default();
        if let Some(length) = find(there, mark) {
            let value = self.take(length)?;
            self.take(mark.len())?;
            return Ok(value);
        }
        if within == most {
            let found = (max as u128).saturating_add(1);
            return Err(self.fault(Fault::AboveMaximum { found, max }));
        }
        if left == Some(within) {
            return Err(self.fault(Fault::PastEnd {
                needed: within.saturating_add(1),
                left: within,
            }));
        }
        let begun = (1..mark.len())
            .rev()
            .find(|&count| there.ends_with(mark.get(..count).unwrap_or_default()));
        let missing = mark.len().saturating_sub(begun.unwrap_or(0));
        self.take(within.saturating_add(missing)).map(drop)?;
        Err(Stop::Wait)
    }

    /// Whether `mark` comes next. What follows the container is not looked at.
    fn is_next(&mut self, mark: &[u8]) -> Result<bool, Stop> {
        let end = self.end().unwrap_or(usize::MAX).min(self.bytes.len());
        let there = self.bytes.get(self.position..end).unwrap_or_default();
        let begun = there.iter().zip(mark).take_while(|(a, b)| a == b).count();
        if begun == mark.len() {
            return Ok(true);
        }
        if begun < there.len() {
            return Ok(false);
        }
        // All that is there is the start of a mark: the rest of it must come, or at least another byte.
        let here = self.position;
        let rest = self.take(mark.len());
        self.position = here;
        rest.map(|_| true)
    }

    /// The next `count` bytes without the `pad` at their end.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub fn padded(&mut self, count: usize, pad: u8) -> Result<&'a [u8], Stop> {
        let mut bytes = self.take(count)?;
        while let Some((last, rest)) = bytes.split_last()
            && *last == pad
        {
            bytes = rest;
        }
        Ok(bytes)
    }

    /// Reads zeros until there is a multiple of `multiple` bytes since `from`.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take), and [`Fault::Padding`], at the first byte that is not zero.
    pub fn align(&mut self, from: usize, multiple: usize) -> Result<(), Stop> {
        let length = self.position.saturating_sub(from);
        let missing = length.next_multiple_of(multiple.max(1)) - length;
        let there = self
            .bytes
            .get(self.position..self.ready)
            .unwrap_or_default();
        let wrong = there.iter().take(missing).position(|byte| *byte != 0);
        if let Some((index, byte)) = wrong.and_then(|index| Some((index, there.get(index)?))) {
            self.start = self.position + index;
            return Err(self.fault(Fault::Padding { found: *byte }));
        }
        self.take(missing).map(drop)
    }

    /// The kind of message that `raw` stands for is known.
    ///
    /// # Errors
    ///
    /// [`Fault::Code`].
    #[inline]
    pub fn known(&self, raw: u128, codes: &[(u128, MessageType)]) -> Result<(), Stop> {
        if codes.iter().any(|(code, _)| *code == raw) {
            return Ok(());
        }
        Err(self.fault(Fault::Code { found: raw }))
    }

    /// States that the field `name` of so many bytes stands behind the body.
    ///
    /// # Errors
    ///
    /// [`Fault::PastEnd`] where the message ends before.
    pub fn expect_trailer(&mut self, name: &'static str, bytes: usize) -> Result<(), Stop> {
        let room = self.frame.map(|frame| frame.saturating_sub(self.needed()));
        if let Some(left) = room
            && bytes > left
        {
            self.path.rename(name);
            self.start = self.position;
            return Err(self.fault(Fault::PastEnd {
                needed: bytes,
                left,
            }));
        }
        self.trailer = self.trailer.saturating_add(bytes);
        self.settle();
        Ok(())
    }

    /// Ends the header and goes behind the body, to the trailers.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish).
    pub fn body(&mut self) -> Result<(), Stop> {
        let sizes = self.finish()?;
        self.position = sizes.header.saturating_add(sizes.body);
        // What is left belongs to the trailers.
        (self.header, self.body, self.trailer) = (None, None, 0);
        self.frame = Some(sizes.frame());
        self.settle();
        Ok(())
    }

    /// Where the header ends, once it is finished.
    #[must_use]
    pub fn header_end(&self) -> usize {
        self.sizes.map_or(self.position, |sizes| sizes.header)
    }

    /// Compares a checksum that was read with that of the bytes `range`, in which `own` count as zeros.
    ///
    /// # Errors
    ///
    /// [`Fault::Checksum`], in the field `name`.
    pub fn checksum<C: Checksum>(
        &mut self,
        name: &'static str,
        found: u128,
        own: Range<usize>,
        range: Range<usize>,
    ) -> Result<(), Stop> {
        let part = |range: Range<usize>| self.bytes.get(range).unwrap_or_default();
        let mut sum = C::default();
        if range.contains(&own.start) {
            sum.update(part(range.start..own.start));
            own.clone().for_each(|_| sum.update(&[0]));
            sum.update(part(own.end..range.end));
        } else {
            sum.update(part(range));
        }
        let (found, computed) = (super::low64(found), sum.value());
        if found == computed {
            return Ok(());
        }
        self.path.rename(name);
        self.start = own.start;
        Err(self.fault(Fault::Checksum { found, computed }))
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

    /// Ends the header: the sizes of the message's parts, all of which are there.
    ///
    /// # Errors
    ///
    /// `Wait` where the message is not whole; [`Fault::Excess`] where its lengths contradict each other.
    #[inline]
    pub fn finish(&mut self) -> Result<Sizes, Stop> {
        if let Some(sizes) = self.sizes {
            return Ok(sizes);
        }
        let header = self.header.unwrap_or(self.position);
        let trailer = self.trailer;
        let parts = header
            .saturating_add(self.body.unwrap_or(0))
            .saturating_add(trailer);
        let frame = self.frame.unwrap_or(parts);
        if frame < parts || self.body.is_some() && frame != parts {
            return Err(self.fault(Fault::Excess {
                left: frame.saturating_sub(parts),
            }));
        }
        self.header_min = self.reached().max(header);
        if self.bytes.len() < frame {
            return Err(Stop::Wait);
        }
        let sizes = Sizes::new(header, frame - header - trailer, trailer);
        self.fields_end = self.position;
        self.sizes = Some(sizes);
        Ok(sizes)
    }

    /// Bytes of the message that are known to be needed, from the parts.
    fn needed(&self) -> usize {
        self.reached()
            .max(self.header.unwrap_or(0))
            .saturating_add(self.body.unwrap_or(0))
            .saturating_add(self.trailer)
    }

    /// Works out anew where what is read ends.
    fn settle(&mut self) {
        self.limit = self.end().unwrap_or(usize::MAX);
        self.ready = self.bytes.len().min(self.limit);
    }

    /// Where the header ends at the latest; `None` while nothing that contains it has a known end.
    fn end(&self) -> Option<usize> {
        let block = self.closed.then_some(self.bytes.len());
        let behind = self.body.unwrap_or(0).saturating_add(self.trailer);
        let frame = self.frame.map(|frame| frame.saturating_sub(behind));
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

/// Where `mark` stands first.
fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    match mark {
        [one] => bytes.iter().position(|byte| byte == one),
        _ => bytes
            .windows(mark.len().max(1))
            .position(|window| window == mark),
    }
}
