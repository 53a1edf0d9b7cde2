//! Flow control, RFC 9113 section 5.2 and 6.9: what may be sent, and when the peer is told that it may send more.

use super::settings::MAX_WINDOW;

/// How many bytes may be sent. Negative after a peer has made its initial window smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window(i32);

/// A window would exceed [`MAX_WINDOW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Window {
    /// A window of `size` bytes, at most [`MAX_WINDOW`].
    pub(super) fn new(size: u32) -> Self {
        Self(i32::try_from(size).unwrap_or(i32::MAX))
    }

    /// How many bytes may be sent now.
    pub(super) fn room(self) -> usize {
        usize::try_from(self.0).unwrap_or(0)
    }

    pub(super) fn is_open(self) -> bool {
        self.0 > 0
    }

    /// So many bytes were sent, not more than there was room for.
    pub(super) fn spend(&mut self, len: usize) {
        debug_assert!(len <= self.room(), "{len} bytes in a window of {}", self.0);
        self.0 -= i32::try_from(len).unwrap_or(i32::MAX);
    }

    /// The peer allows so many bytes more, or fewer.
    pub(super) fn change(&mut self, by: i64) -> Result<(), TooLarge> {
        let size = i64::from(self.0) + by;
        self.0 = i32::try_from(size).map_err(|_| TooLarge)?;
        Ok(())
    }
}

/// When to tell the peer that it may send more: when half of its window is used up.
///
/// What arrives is taken in at once, so that a window never gets narrow and cannot be overrun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refill {
    used: u32,
    at: u32,
}

impl Refill {
    /// Of a window of `size` bytes, at most [`MAX_WINDOW`] and at least twice the longest frame.
    pub(super) const fn new(size: u32) -> Self {
        debug_assert!(size <= MAX_WINDOW && size >= 2 * super::frame::MAX_LEN);
        Self {
            used: 0,
            at: size / 2,
        }
    }

    /// So many bytes arrived; by how many the window is to be enlarged.
    #[must_use]
    pub(super) fn take(&mut self, len: u32) -> Option<u32> {
        self.used += len;
        (self.used >= self.at).then(|| std::mem::take(&mut self.used))
    }
}
