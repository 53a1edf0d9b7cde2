//! Reading and writing at speed what is as it must be.

use std::fmt;

use super::{Element, Items, Octets, Order, Scalar, is_text};

/// A reader at speed of messages that are whole and right.
///
/// It answers `None` to all others, and leaves it to a [`Cursor`](super::Cursor) to say what is wrong or missing.
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    message: &'a [u8],
    rest: &'a [u8],
    /// All that is left is ASCII.
    is_ascii: bool,
}

impl<'a> Sweep<'a> {
    /// A reader of a message that starts with `message`.
    #[inline(always)]
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        Self {
            message,
            rest: message,
            is_ascii: false,
        }
    }

    /// Bytes read so far.
    #[inline(always)]
    #[must_use]
    pub fn position(&self) -> usize {
        self.message.len().wrapping_sub(self.rest.len())
    }

    /// States that the header has so many bytes, all of which are there.
    ///
    /// All texts are looked at in one go here: where every byte is ASCII, every text is one.
    #[inline(always)]
    pub fn header_ends(&mut self, at: usize) -> Option<()> {
        let position = self.position();
        self.message = self.message.get(..at)?;
        self.rest = self.message.get(position..)?;
        self.is_ascii = self.rest.is_ascii();
        Some(())
    }

    /// The next `N` bytes.
    #[inline(always)]
    pub fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(taken)
    }

    /// The length or count in the next `N` bytes, 1 to 8, if it is at most `max`.
    #[inline(always)]
    pub fn length<const N: usize>(&mut self, order: Order, max: usize) -> Option<usize> {
        let number = order.load(self.take::<N>()?);
        usize::try_from(number).ok().filter(|length| *length <= max)
    }

    /// A byte string of so many bytes.
    #[inline(always)]
    pub fn octets(&mut self, length: usize) -> Option<&'a [u8]> {
        let (octets, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(octets)
    }

    /// A text of so many bytes.
    #[inline(always)]
    pub fn text(&mut self, length: usize) -> Option<Letters<'a>> {
        let octets = self.octets(length)?;
        (self.is_ascii || is_text(octets)).then_some(Letters(octets))
    }

    /// Goes past a text of so many bytes, if it is one.
    #[inline(always)]
    pub fn skip_text(&mut self, length: usize, is_text: impl Fn(&[u8]) -> bool) -> Option<()> {
        is_text(self.octets(length)?).then_some(())
    }

    /// So many items of a list.
    #[inline(always)]
    pub fn items<H: Element<'a, LIST>, const LIST: usize>(
        &mut self,
        count: usize,
    ) -> Option<Items<'a, H, LIST>> {
        let (start, all) = (self.position(), self.rest);
        if self.is_ascii {
            for _ in 0..count {
                H::skip(self, |_| true)?;
            }
        } else {
            for _ in 0..count {
                H::skip(self, is_text)?;
            }
        }
        let taken = all.len().checked_sub(self.rest.len())?;
        Some(Items::checked(all.get(..taken)?, start, count))
    }

    /// The items that fill exactly the next `length` bytes.
    #[inline(always)]
    pub fn items_filling<H: Element<'a, LIST>, const LIST: usize>(
        &mut self,
        length: usize,
    ) -> Option<Items<'a, H, LIST>> {
        let start = self.position();
        let (block, rest) = self.rest.split_at_checked(length)?;
        let is_ascii = self.is_ascii;
        let mut within = Self {
            rest: block,
            ..self.clone()
        };
        let mut count = 0;
        while !within.rest.is_empty() {
            H::skip(&mut within, |text| is_ascii || is_text(text))?;
            count += 1;
        }
        self.rest = rest;
        Some(Items::checked(block, start, count))
    }
}

/// A text in the bytes of a message: looked at when it was checked, spelled when somebody asks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters<'a>(&'a [u8]);

impl<'a> Letters<'a> {
    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'a str {
        // To look again is the price of having no `unsafe`.
        str::from_utf8(self.0).unwrap_or_default()
    }

    /// The bytes that spell it.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl<'a> From<&'a str> for Letters<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl Octets for Letters<'_> {
    #[inline]
    fn octets(&self) -> &[u8] {
        self.0
    }
}

impl fmt::Debug for Letters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A writer at speed of headers of a known length.
///
/// It answers `false` to a value that does not fit, and leaves it to a [`Writer`](super::Writer) to say which.
#[derive(Debug)]
pub struct Fill<'b> {
    rest: &'b mut [u8],
}

impl<'b> Fill<'b> {
    pub(super) fn new(rest: &'b mut [u8]) -> Self {
        Self { rest }
    }

    /// Whether nothing is left to be written.
    #[inline(always)]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rest.is_empty()
    }

    /// Writes bytes as they are.
    #[inline(always)]
    #[must_use]
    pub fn put(&mut self, bytes: &[u8]) -> bool {
        let Some(place) = self.rest.split_off_mut(..bytes.len()) else {
            return false;
        };
        place.copy_from_slice(bytes);
        true
    }

    /// Writes a length or count of at most `max` into `N` bytes, 1 to 8.
    #[inline(always)]
    #[must_use]
    pub fn length<const N: usize>(&mut self, length: usize, order: Order, max: usize) -> bool {
        let fits = length <= max && (N >= 8 || length as u64 >> (8 * N) == 0);
        let mut bytes = [0; N];
        order.store(length as u128, &mut bytes);
        fits && self.put(&bytes)
    }

    /// Writes a number into `N` bytes.
    #[inline(always)]
    #[must_use]
    pub fn scalar<T: Scalar, const N: usize>(&mut self, value: T, order: Order) -> bool {
        let Some(raw) = value.to_wire(8 * N as u32) else {
            return false;
        };
        let mut bytes = [0; N];
        order.store(raw, &mut bytes);
        self.put(&bytes)
    }

    /// Writes a text or byte string behind its length in `N` bytes.
    #[inline(always)]
    #[must_use]
    pub fn octets<const N: usize>(&mut self, value: &[u8], order: Order, max: usize) -> bool {
        let length = value.len();
        let fits = length <= max && (N >= 8 || length as u64 >> (8 * N) == 0);
        let place = self.rest.split_off_mut(..N.wrapping_add(length));
        let Some((prefix, place)) = place.and_then(<[u8]>::split_first_chunk_mut::<N>) else {
            return false;
        };
        order.store(length as u128, prefix);
        if place.len() == length {
            place.copy_from_slice(value);
        }
        fits
    }
}
