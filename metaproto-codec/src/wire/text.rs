//! A text that shares the bytes of its message.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

/// An immutable text over [`Bytes`]: cloned and cut out of a message without a copy.
///
/// As the type of a header's field it shares the message's bytes where these are given as `Bytes`
/// ([`Header::read_shared`](crate::Header::read_shared)), and else copies them.
///
/// ```
/// use metaproto_codec::wire::Text;
///
/// let text = Text::from("orders");
/// assert_eq!(text.clone().as_str().len(), 6);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // It is checked where it is made; to look again is the price of having no `unsafe`.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The bytes of the text.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The text that `bytes` spell; `None` where they are not UTF-8.
    #[must_use]
    pub fn from_utf8(bytes: Bytes) -> Option<Self> {
        is_text(&bytes).then(|| Self(bytes))
    }
}

/// Whether `bytes` are UTF-8: for texts of which only the place is of interest, faster than [`str::from_utf8`].
#[inline(never)]
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    // Most are ASCII, which is seen at a glance.
    bytes.is_ascii() || str::from_utf8(bytes).is_ok()
}

/// `part` as a piece of `message` if it lies within, otherwise a copy.
pub(crate) fn shared(part: &[u8], message: Option<&Bytes>) -> Bytes {
    let within = message.and_then(|message| {
        let start = offset_in(part, message)?;
        Some(message.slice(start..start + part.len()))
    });
    within.unwrap_or_else(|| Bytes::copy_from_slice(part))
}

/// Where `part` starts in `whole`, if it is a slice of it: what a view shows of a message becomes a range of it.
///
/// ```
/// let message = b"\x02hi";
/// assert_eq!(metaproto_codec::wire::offset_in(&message[1..], message), Some(1));
/// ```
#[must_use]
pub fn offset_in(part: &[u8], whole: &[u8]) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (start.checked_add(part.len())? <= whole.len()).then_some(start)
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_message_is_shared_and_another_is_copied() {
        let message = Bytes::from_static(b"hello, world");
        let part = str::from_utf8(&message[7..]).unwrap();
        let of = |text: &str, message| Text::from_utf8(shared(text.as_bytes(), message)).unwrap();
        assert_eq!(of(part, Some(&message)), "world");
        assert_eq!(of(part, Some(&message)).bytes().as_ptr(), part.as_ptr());
        let other = String::from("world");
        assert_ne!(of(&other, Some(&message)).bytes().as_ptr(), part.as_ptr());
        assert_ne!(of(part, None).bytes().as_ptr(), part.as_ptr());
    }
}
