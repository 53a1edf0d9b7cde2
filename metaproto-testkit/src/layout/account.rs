//! What is known of sizes while a message is read, and which claims contradict it.

/// Sizes that are known so far, of the message or of a block within it. All in bytes.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// Where the block starts; 0 for the message.
    start: usize,
    /// Where the block ends; `None` for the message, more bytes of which may come.
    end: Option<usize>,
    /// The fewest bytes of header (or block) that what was read so far demands.
    least: usize,
    pub(super) header: Option<usize>,
    pub(super) body: Option<usize>,
    pub(super) frame: Option<usize>,
    /// What is known to stand behind the body.
    pub(super) trailers: usize,
}

/// Why a claim is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Less than what it must cover.
    Below,
    /// Above the stated maximum.
    Above,
    /// More than is left in what contains it.
    PastEnd,
}

impl Account {
    /// Of a message whose header has at least `least` bytes.
    pub(super) fn of_message(least: usize) -> Self {
        Self {
            start: 0,
            end: None,
            least,
            header: None,
            body: None,
            frame: None,
            trailers: 0,
        }
    }

    /// Of `length` bytes at `start`, all of which are there.
    pub(super) fn of_block(start: usize, length: usize) -> Self {
        Self {
            start,
            end: Some(start + length),
            ..Self::of_message(0)
        }
    }

    /// Where fields must end at the latest, as far as it is known.
    pub(super) fn end(&self) -> Option<usize> {
        let of_frame = self.beside(self.body.unwrap_or(0));
        [self.end, of_frame, self.header]
            .into_iter()
            .flatten()
            .min()
    }

    /// Bytes that the whole message has at least.
    pub(super) fn needed(&self) -> usize {
        self.parts().max(self.frame.unwrap_or(0))
    }

    /// Bytes that the parts of the message have at least.
    fn parts(&self) -> usize {
        self.least
            .max(self.header.unwrap_or(0))
            .saturating_add(self.body.unwrap_or(0))
            .saturating_add(self.trailers)
    }

    /// So many more bytes stand behind the body.
    pub(super) fn expect_trailer(&mut self, bytes: usize) -> Result<(), Refusal> {
        let least = self.parts().saturating_add(bytes);
        if self.frame.is_some_and(|frame| least > frame) {
            return Err(Refusal::PastEnd);
        }
        self.trailers = self.trailers.saturating_add(bytes);
        Ok(())
    }

    /// The header (or block) is known to reach to `end`.
    pub(super) fn reaches(&mut self, end: usize) {
        self.least = self.least.max(end - self.start);
    }

    /// `found` more things are announced, of at least `each` bytes.
    ///
    /// Too many for their container is malformed, and only else the maximum is asked.
    pub(super) fn announce(
        &mut self,
        found: u128,
        each: usize,
        max: usize,
    ) -> Result<usize, Refusal> {
        let least = found
            .saturating_mul(each as u128)
            .saturating_add(self.least as u128);
        let room = self.end().map(|end| end.saturating_sub(self.start) as u128);
        if room.is_some_and(|room| least > room) {
            return Err(Refusal::PastEnd);
        }
        let count = usize::try_from(found).map_err(|_| Refusal::Above)?;
        if count > max {
            return Err(Refusal::Above);
        }
        self.least = usize::try_from(least).unwrap_or(usize::MAX);
        Ok(count)
    }

    /// The message has `found + offset` bytes.
    pub(super) fn claim_frame(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        self.frame = Some(total(found, offset, self.needed(), None, max)?);
        Ok(())
    }

    /// After the first `at` bytes, the message has `found + offset` more.
    pub(super) fn claim_rest(
        &mut self,
        at: usize,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        let min = self.needed().saturating_sub(at);
        let rest = total(found, offset, min, None, max)?;
        self.frame = Some(at.saturating_add(rest));
        Ok(())
    }

    /// The header has `found + offset` bytes.
    pub(super) fn claim_header(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        let room = self.beside(self.body.unwrap_or(0));
        self.header = Some(total(found, offset, self.least, room, max)?);
        Ok(())
    }

    /// The body has `found + offset` bytes.
    pub(super) fn claim_body(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        let room = self.beside(self.least.max(self.header.unwrap_or(0)));
        self.body = Some(total(found, offset, 0, room, max)?);
        Ok(())
    }

    /// What the message, if its length is known, has beside trailers and a part of so many bytes.
    fn beside(&self, part: usize) -> Option<usize> {
        let others = part.saturating_add(self.trailers);
        Some(self.frame?.saturating_sub(others))
    }
}

/// The size of a part that takes at least `min` bytes.
fn total(
    found: u128,
    offset: i128,
    min: usize,
    room: Option<usize>,
    max: usize,
) -> Result<usize, Refusal> {
    let total = match i128::try_from(found) {
        Ok(found) => found.saturating_add(offset),
        Err(_) => i128::MAX,
    };
    if total < min as i128 {
        return Err(Refusal::Below);
    }
    if room.is_some_and(|room| total > room as i128) {
        return Err(Refusal::PastEnd);
    }
    usize::try_from(total)
        .ok()
        .filter(|total| *total <= max)
        .ok_or(Refusal::Above)
}
