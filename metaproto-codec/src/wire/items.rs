//! Lists that were checked and are read again, item by item, when somebody asks.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use super::text::offset_in;
use super::{Cursor, Octets, OwnedOctets, Stop, Sweep};
use crate::{CodecError, FieldPath};

/// How the items of list `LIST` of a struct are read. Implemented by `#[derive(Header)]` for each list.
pub trait Element<'a, const LIST: usize> {
    /// What an item is read as: a number, a text, bytes, the view of a part, or a pair of these.
    type Item;

    /// Reads one item.
    ///
    /// # Errors
    ///
    /// As [`Read::check`](crate::Read::check).
    fn element(cursor: &mut Cursor<'a>) -> Result<Self::Item, Stop>;

    /// Goes past one item that is right, in a header that is read at speed; `is_text` tells which bytes are a text.
    #[inline]
    fn skip(sweep: &mut Sweep<'a>, is_text: impl Fn(&[u8]) -> bool) -> Option<()> {
        let _ = (sweep, is_text);
        None
    }
}

/// The items of list `LIST` of the struct `H`: the bytes in which they were checked. Read again item by item, when
/// somebody asks.
pub struct Items<'a, H, const LIST: usize> {
    bytes: &'a [u8],
    /// Where they start in the message.
    offset: usize,
    count: usize,
    of: PhantomData<fn() -> H>,
}

impl<'a, H, const LIST: usize> Items<'a, H, LIST> {
    pub(super) fn checked(bytes: &'a [u8], offset: usize, count: usize) -> Self {
        Self {
            bytes,
            offset,
            count,
            of: PhantomData,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes of all items.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The value that a text or byte string of an item of the list `name` spells.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`](crate::Fault::Utf8).
    pub fn owned<T: OwnedOctets>(
        &self,
        name: &'static str,
        octets: &impl Octets,
        message: Option<&Bytes>,
    ) -> Result<T, CodecError> {
        let octets = octets.octets();
        T::from_octets(octets, message).map_err(|fault| {
            let within = offset_in(octets, self.bytes).unwrap_or(0);
            CodecError::new(self.offset + within, FieldPath::new(name), fault)
        })
    }

    /// Each item, in wire order.
    #[must_use]
    pub fn iter(&self) -> Iter<'a, H, LIST> {
        Iter {
            cursor: Cursor::closed(self.bytes),
            left: self.count,
            of: PhantomData,
        }
    }
}

impl<H, const LIST: usize> Default for Items<'_, H, LIST> {
    fn default() -> Self {
        Self::checked(&[], 0, 0)
    }
}

impl<H, const LIST: usize> Clone for Items<'_, H, LIST> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, const LIST: usize> Copy for Items<'_, H, LIST> {}

impl<'a, H: Element<'a, LIST>, const LIST: usize> IntoIterator for Items<'a, H, LIST> {
    type Item = H::Item;
    type IntoIter = Iter<'a, H, LIST>;

    fn into_iter(self) -> Iter<'a, H, LIST> {
        self.iter()
    }
}

impl<'a, H: Element<'a, LIST, Item: fmt::Debug>, const LIST: usize> fmt::Debug
    for Items<'a, H, LIST>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// Reads the [`Items`] of a list one after another.
pub struct Iter<'a, H, const LIST: usize> {
    cursor: Cursor<'a>,
    left: usize,
    of: PhantomData<fn() -> H>,
}

impl<'a, H: Element<'a, LIST>, const LIST: usize> Iterator for Iter<'a, H, LIST> {
    type Item = H::Item;

    fn next(&mut self) -> Option<H::Item> {
        self.left = self.left.checked_sub(1)?;
        H::element(&mut self.cursor).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a, H: Element<'a, LIST>, const LIST: usize> ExactSizeIterator for Iter<'a, H, LIST> {}
