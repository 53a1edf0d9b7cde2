//! Flow control, RFC 9113 section 5.2 and 6.9: what may be sent, and when the peer is told that it may send more.

use super::settings::MAX_WINDOW;

/// How much a peer may send before it must wait for WINDOW_UPDATE, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    /// On each stream.
    pub(super) stream: u32,
    /// On all streams together, at least 65 535.
    pub(super) connection: u32,
}

impl Windows {
    /// More than messages have, so that few WINDOW_UPDATE frames are needed.
    pub(super) const LARGE: Self = Self {
        stream: 16 << 20,
        connection: 256 << 20,
    };
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_can_be_negative_and_is_bounded() {
        let mut window = Window::new(100);
        window.spend(60);
        window.change(-100).expect("a window may be negative");
        assert_eq!((window.room(), window.is_open()), (0, false));
        window.change(61).expect("within bounds");
        assert_eq!((window.room(), window.is_open()), (1, true));
        window
            .change(i64::from(MAX_WINDOW) - 1)
            .expect("the largest window");
        assert_eq!(window.change(1), Err(TooLarge));
    }

    #[test]
    fn half_a_window_is_told_at_once() {
        let mut refill = Refill::new(40_000);
        assert_eq!(refill.take(16_000), None);
        assert_eq!(refill.take(16_000), Some(32_000));
        assert_eq!(refill.take(19_999), None);
        assert_eq!(refill.take(1), Some(20_000));
    }
}
