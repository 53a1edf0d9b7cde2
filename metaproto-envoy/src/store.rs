//! The messages that travel beside HTTP: kept by the half that received them, found again by the half that writes them.
//!
//! Both halves of a message are on one worker thread, so each thread has a store of its own, without a lock. HTTP carries
//! a [`Token`] for a request, and a number for each message that belongs to it: responses, of which a retry makes a second,
//! and the frames of a stream. Whoever holds the [`Kept`] of a request gives everything back by dropping it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;

use metaproto_codec::Metadata;

use crate::config::Config;

/// Emptied metadata that is kept for the next messages.
const SPARE: usize = 256;

/// Messages that may belong to one request at a time; of more, the oldest goes. Only retries and streams have several.
const CHILDREN: usize = 1 << 16;

/// Answered requests of a connection that are still there for a mirror whose connection is not ready yet.
const LINGERING: usize = 16;

/// Bytes of them.
const LINGERING_BYTES: usize = 1 << 20;

thread_local! {
    static STORE: RefCell<Store> = RefCell::new(Store::default());
}

/// Names one kept request. It is worth nothing outside of the worker thread that made it, and cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    slot: u32,
    nonce: u64,
}

impl Token {
    /// Characters of its text.
    pub(crate) const LEN: usize = 24;

    /// The text form, lower-case hexadecimal.
    pub(crate) fn write(self, text: &mut String) {
        let Self { slot, nonce } = self;
        let digit = |nibble: u32| char::from_digit(nibble & 15, 16).unwrap_or('0');
        text.extend((0..8).rev().map(|place| digit(slot >> (4 * place))));
        text.extend(
            (0..16)
                .rev()
                .map(|place| digit((nonce >> (4 * place)) as u32)),
        );
    }

    /// Reads the text form.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() != Self::LEN {
            return None;
        }
        let mut value = 0_u128;
        for byte in text {
            let digit = char::from(*byte).to_digit(16)?;
            value = value << 4 | u128::from(digit);
        }
        let (slot, nonce) = ((value >> 64) as u32, value as u64);
        Some(Self { slot, nonce })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The nonce is a secret.
        write!(f, "Token({})", self.slot)
    }
}

/// What the store keeps of one request.
struct Entry {
    nonce: u64,
    message: Metadata,
    config: Arc<Config>,
    /// Responses and frames of a stream, each with its number.
    children: VecDeque<(u32, Metadata)>,
    /// The number of the latest of them.
    last_number: u32,
    /// Bytes of all messages of the entry.
    bytes: usize,
    /// Nobody waits for a response any more.
    is_answered: bool,
}

#[derive(Default)]
struct Store {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    spare: Vec<Metadata>,
    /// Deques that were emptied.
    spare_children: Vec<VecDeque<(u32, Metadata)>>,
    random: RandomState,
    made: u64,
    bytes: usize,
}

impl Store {
    fn entry(&mut self, token: Token) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(token.slot as usize)?.as_mut()?;
        (entry.nonce == token.nonce).then_some(entry)
    }

    fn keep(&mut self, message: Metadata, config: &Arc<Config>) -> Token {
        self.made = self.made.wrapping_add(1);
        let nonce = self.random.hash_one(self.made);
        let bytes = message.frame().len();
        self.bytes += bytes;
        let entry = Some(Entry {
            nonce,
            message,
            config: Arc::clone(config),
            children: self.spare_children.pop().unwrap_or_default(),
            last_number: 0,
            bytes,
            is_answered: false,
        });
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.entries.push(None);
                (self.entries.len() - 1) as u32
            }
        };
        if let Some(place) = self.entries.get_mut(slot as usize) {
            *place = entry;
        }
        Token { slot, nonce }
    }

    fn release(&mut self, token: Token) {
        if self.entry(token).is_none() {
            return;
        }
        let place = self.entries.get_mut(token.slot as usize);
        let Some(mut entry) = place.and_then(Option::take) else {
            return;
        };
        self.free.push(token.slot);
        self.bytes -= entry.bytes;
        for (_, message) in entry.children.drain(..) {
            self.recycle(message);
        }
        if self.spare_children.len() < SPARE {
            self.spare_children.push(entry.children);
        }
        self.recycle(entry.message);
    }

    fn recycle(&mut self, mut message: Metadata) {
        if self.spare.len() < SPARE {
            message.clear();
            self.spare.push(message);
        }
    }
}

/// Empty metadata, that of an earlier message where there is one.
pub(crate) fn blank() -> Metadata {
    STORE.with_borrow_mut(|store| store.spare.pop().unwrap_or_default())
}

/// Takes back metadata that is not needed any more.
pub(crate) fn recycle(message: Metadata) {
    STORE.with_borrow_mut(|store| store.recycle(message));
}

/// Bytes of the messages that this thread keeps.
pub(crate) fn bytes() -> usize {
    STORE.with_borrow(|store| store.bytes)
}

/// Requests that this thread keeps.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn entries() -> usize {
    STORE.with_borrow(|store| store.entries.len() - store.free.len())
}

/// Looks at the request `token` and at the configuration of the connection that it came from; `None` where it is not there
/// any more. `look` does not use the store.
pub(crate) fn look<T>(token: Token, look: impl FnOnce(&Metadata, &Arc<Config>) -> T) -> Option<T> {
    STORE.with_borrow_mut(|store| {
        let entry = store.entry(token)?;
        Some(look(&entry.message, &entry.config))
    })
}

/// What comes of the attempt to add a message to a request.
#[derive(Debug)]
pub(crate) enum Added {
    /// It is there under this number.
    Number(u32),
    /// Nobody waits for it any more.
    Late,
    /// The thread keeps too many bytes.
    OverLimit,
}

/// Adds a response, or a frame of a stream, to the request `token`.
pub(crate) fn add(token: Token, message: Metadata, limit: usize) -> Added {
    STORE.with_borrow_mut(|store| {
        let length = message.frame().len();
        let total = store.bytes + length;
        let Some(entry) = store.entry(token).filter(|entry| !entry.is_answered) else {
            store.recycle(message);
            return Added::Late;
        };
        if total > limit || entry.children.len() >= CHILDREN {
            store.recycle(message);
            return Added::OverLimit;
        }
        entry.bytes += length;
        entry.last_number = entry.last_number.wrapping_add(1);
        let number = entry.last_number;
        entry.children.push_back((number, message));
        store.bytes = total;
        Added::Number(number)
    })
}

/// Takes the message `number` away from the request `token`.
pub(crate) fn take(token: Token, number: u32) -> Option<Metadata> {
    STORE.with_borrow_mut(|store| {
        let entry = store.entry(token)?;
        let place = entry
            .children
            .iter()
            .position(|(each, _)| *each == number)?;
        let (_, message) = entry.children.remove(place)?;
        let length = message.frame().len();
        entry.bytes -= length;
        store.bytes -= length;
        Some(message)
    })
}

/// A kept request; dropped, it is gone, with all that belongs to it.
#[derive(Debug)]
pub(crate) struct Kept(Token);

impl Kept {
    /// Keeps `message`.
    pub(crate) fn new(message: Metadata, config: &Arc<Config>) -> Self {
        Self(STORE.with_borrow_mut(|store| store.keep(message, config)))
    }

    /// What HTTP carries.
    pub(crate) fn token(&self) -> Token {
        self.0
    }

    /// Looks at the request. `look` does not use the store.
    pub(crate) fn look<T>(&self, look_at: impl FnOnce(&Metadata) -> T) -> Option<T> {
        look(self.0, |message, _| look_at(message))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // At the end of a thread its store may be gone first.
        let _ = STORE.try_with(|store| store.borrow_mut().release(self.0));
    }
}

/// The requests of one connection that were answered last: a mirror may still be on its way to them.
#[derive(Debug, Default)]
pub(crate) struct Lingering {
    kept: VecDeque<(Kept, usize)>,
    bytes: usize,
}

impl Lingering {
    /// Keeps an answered request for a while.
    pub(crate) fn push(&mut self, kept: Kept) {
        let length = STORE.with_borrow_mut(|store| {
            let entry = store.entry(kept.0)?;
            entry.is_answered = true;
            Some(entry.message.frame().len())
        });
        let Some(length) = length.filter(|length| *length <= LINGERING_BYTES / LINGERING) else {
            return;
        };
        self.bytes += length;
        self.kept.push_back((kept, length));
        while self.kept.len() > LINGERING || self.bytes > LINGERING_BYTES {
            let Some((_, length)) = self.kept.pop_front() else {
                return;
            };
            self.bytes -= length;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn config() -> Arc<Config> {
        Arc::new(Config::parse(br#"{"codec": "x"}"#).unwrap())
    }

    fn message(text: &'static str) -> Metadata {
        let mut message = blank();
        message.attach_frame(Bytes::from_static(text.as_bytes()));
        message
    }

    #[test]
    fn a_token_finds_its_request_and_nothing_else() {
        let kept = Kept::new(message("ping"), &config());
        let mut text = String::new();
        kept.token().write(&mut text);
        assert_eq!(text.len(), Token::LEN);
        let token = Token::parse(text.as_bytes()).unwrap();
        assert_eq!(look(token, |message, _| message.frame().len()), Some(4));
        let guessed = Token {
            nonce: token.nonce ^ 1,
            ..token
        };
        assert_eq!(look(guessed, |_, _| ()), None);
        let elsewhere = std::thread::spawn(move || look(token, |_, _| ()));
        assert_eq!(elsewhere.join().unwrap(), None);
        for wrong in [
            "",
            "0123",
            "0123456789abcdef0123456g",
            "0123456789abcdef012345678",
        ] {
            assert_eq!(Token::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_request_takes_what_belongs_to_it_along() {
        let kept = Kept::new(message("request"), &config());
        let token = kept.token();
        let Added::Number(first) = add(token, message("one"), 100) else {
            panic!()
        };
        let Added::Number(second) = add(token, message("three"), 100) else {
            panic!()
        };
        assert!(matches!(
            add(token, message("too much"), 20),
            Added::OverLimit
        ));
        assert_eq!((entries(), bytes()), (1, 15));
        assert_eq!(take(token, second).unwrap().frame(), b"three");
        assert!(take(token, second).is_none() && take(token, first + 7).is_none());
        drop(kept);
        assert_eq!((entries(), bytes()), (0, 0));
        assert!(matches!(add(token, message("late"), 100), Added::Late));
        let next = Kept::new(message("next"), &config());
        assert_ne!(next.token(), token, "a slot is used again, a token is not");
    }

    #[test]
    fn what_lingers_is_bounded_and_takes_no_more_responses() {
        let mut lingering = Lingering::default();
        for _ in 0..3 * LINGERING {
            let kept = Kept::new(message("request"), &config());
            let token = kept.token();
            lingering.push(kept);
            assert_eq!(look(token, |message, _| message.frame().len()), Some(7));
            assert!(matches!(add(token, message("late"), 1 << 20), Added::Late));
        }
        assert_eq!(entries(), LINGERING);
        drop(lingering);
        assert_eq!((entries(), bytes()), (0, 0));
    }
}
