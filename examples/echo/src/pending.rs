//! Requests that wait for their responses, by id.

use std::collections::HashMap;

use metaproto_codec::IdSpace;

/// What waits, a `W` for each request. Ids are given out in turn, and again once their requests are answered.
pub(crate) struct Pending<W> {
    waiting: HashMap<u64, W>,
    next: u64,
    /// The largest id; 0 where ids are no numbers, so that one request waits at a time.
    last: u64,
    most: usize,
}

impl<W> Pending<W> {
    /// Room for `most` requests, at least one, or as many as the protocol has ids for, but for one.
    pub(crate) fn new(ids: IdSpace, most: usize) -> Self {
        let last = match ids {
            IdSpace::Number { bits, .. } => u64::MAX >> (64 - bits.clamp(1, 64)),
            IdSpace::None | IdSpace::Bytes => 0,
        };
        let ids = usize::try_from(last).unwrap_or(usize::MAX);
        Self {
            waiting: HashMap::new(),
            next: 0,
            last,
            most: most.min(ids).max(1),
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.waiting.len() < self.most
    }

    /// Adds what waits, and answers the id that it got. There must be room.
    pub(crate) fn add(&mut self, waiter: W) -> u64 {
        // An old request may still hold the id whose turn it is.
        while self.waiting.contains_key(&self.next) {
            self.step();
        }
        let id = self.next;
        self.step();
        self.waiting.insert(id, waiter);
        id
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<W> {
        self.waiting.remove(&id)
    }

    fn step(&mut self) {
        self.next = if self.next == self.last {
            0
        } else {
            self.next + 1
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bits: u32, most: usize) -> Pending<u32> {
        let signed = false;
        Pending::new(IdSpace::Number { bits, signed }, most)
    }

    #[test]
    fn ids_wrap_and_pass_over_those_in_use() {
        let mut pending = numbers(2, 100);
        let ids = [0, 1, 2].map(|waiter| pending.add(waiter));
        assert_eq!(ids, [0, 1, 2]);
        assert!(!pending.has_room(), "one id is always free");
        assert_eq!(pending.remove(1), Some(1));
        assert_eq!(pending.add(3), 3);
        assert_eq!(pending.remove(2), Some(2));
        assert_eq!(pending.add(4), 1, "0 is in use");
        assert_eq!(pending.remove(9), None);
    }

    #[test]
    fn there_is_room_for_as_many_as_were_asked_for() {
        let mut pending = numbers(64, 2);
        assert_eq!([pending.add(8), pending.add(9)], [0, 1]);
        assert!(!pending.has_room());
    }

    #[test]
    fn without_numbers_one_waits_at_a_time() {
        for ids in [IdSpace::None, IdSpace::Bytes] {
            let mut pending = Pending::new(ids, 8);
            for waiter in 0..3 {
                assert!(pending.has_room());
                assert_eq!(pending.add(waiter), 0);
                assert!(!pending.has_room());
                assert_eq!(pending.remove(0), Some(waiter));
            }
        }
    }
}
