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

    /// Where fields must end at the latest.
    pub(super) fn end(&self) -> usize {
        let of_frame = self
            .frame
            .map(|frame| frame.saturating_sub(self.body.unwrap_or(0)));
        [self.end, of_frame, self.header]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(usize::MAX)
    }

    /// Bytes that the whole message has at least.
    pub(super) fn needed(&self) -> usize {
        let parts = self
            .least
            .max(self.header.unwrap_or(0))
            .saturating_add(self.body.unwrap_or(0));
        parts.max(self.frame.unwrap_or(0))
    }

    /// The header (or block) is known to reach to `end`.
    pub(super) fn reaches(&mut self, end: usize) {
        self.least = self.least.max(end - self.start);
    }

    /// `count` more bytes are announced.
    pub(super) fn announce(&mut self, count: usize) -> Result<(), Refusal> {
        let room = self.end().saturating_sub(self.start);
        match self.least.checked_add(count) {
            Some(least) if least <= room => {
                self.least = least;
                Ok(())
            }
            _ => Err(Refusal::PastEnd),
        }
    }

    /// The message has `found + offset` bytes.
    pub(super) fn claim_frame(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        self.frame = Some(total(found, offset, self.needed(), max)?);
        Ok(())
    }

    /// The header has `found + offset` bytes.
    pub(super) fn claim_header(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        self.header = Some(total(found, offset, self.least, max)?);
        self.check_frame()
    }

    /// The body has `found + offset` bytes.
    pub(super) fn claim_body(
        &mut self,
        found: u128,
        offset: i128,
        max: usize,
    ) -> Result<(), Refusal> {
        self.body = Some(total(found, offset, 0, max)?);
        self.check_frame()
    }

    fn check_frame(&self) -> Result<(), Refusal> {
        match self.frame {
            Some(frame) if self.needed() > frame => Err(Refusal::PastEnd),
            _ => Ok(()),
        }
    }
}

/// A length or count, if it is not above its maximum.
pub(super) fn bounded(found: u128, max: usize) -> Result<usize, Refusal> {
    match usize::try_from(found) {
        Ok(length) if length <= max => Ok(length),
        _ => Err(Refusal::Above),
    }
}

fn total(found: u128, offset: i128, min: usize, max: usize) -> Result<usize, Refusal> {
    let total = i128::try_from(found)
        .ok()
        .and_then(|found| found.checked_add(offset))
        .ok_or(Refusal::Above)?;
    if total > max as i128 {
        return Err(Refusal::Above);
    }
    usize::try_from(total)
        .ok()
        .filter(|total| *total >= min)
        .ok_or(Refusal::Below)
}
