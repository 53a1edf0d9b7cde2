//! A walk over the struct of arguments or results, to find where it ends.
//!
//! It goes on where it stopped when more bytes have come, so that a message without a length, which arrives byte by byte,
//! costs no more than one that arrives at once. It keeps account of the fewest bytes that are still owed by all that is
//! open: a list of two billion values is refused where it is announced.

use metaproto_codec::nom::Broken;
use metaproto_codec::{CodecError, Fault};
use nom::{Err, Needed};

use crate::begin::Protocol;
use crate::binary::Binary;
use crate::compact::Compact;
use crate::frame::MAX_LENGTH;
use crate::grammar::{Grammar, Items, Value, error_in, varint, waiting_for};

/// The deepest nesting of structs, lists and maps that is accepted, which is what Apache's own readers accept.
const MAX_DEPTH: usize = 64;

/// How far a message reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// To here: it is in a frame, and whole.
    At(usize),
    /// Nobody knows.
    Unknown,
}

/// What a walk came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// The end of the struct.
    To(usize),
    /// The end of what is there; so many bytes are missing at least.
    Wait { at_least: usize },
}

/// Where a walk stands.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    open: [Open; MAX_DEPTH],
    depth: usize,
    /// Bytes of the message that are behind us. They need not have come.
    position: usize,
    /// The fewest bytes in which what is open can end.
    owed: usize,
    /// Whether the outermost struct has a field other than 0.
    other_than_0: bool,
}

/// Why a walk stops before the end.
type Stop<'a> = Err<Broken<'a>>;

/// What is open.
#[derive(Clone, Copy, Debug)]
enum Open {
    Struct { last_id: i16 },
    Items(Items),
}

const STRUCT: Open = Open::Struct { last_id: 0 };

impl Walk {
    /// A walk over the struct that begins at `start`.
    pub(crate) const fn new(start: usize) -> Self {
        Self {
            open: [STRUCT; MAX_DEPTH],
            depth: 1,
            position: start,
            owed: 1,
            other_than_0: false,
        }
    }

    /// As [`new`](Self::new), in the same place.
    pub(crate) fn restart(&mut self, start: usize) {
        self.open[0] = STRUCT;
        (self.depth, self.position, self.owed) = (1, start, 1);
        self.other_than_0 = false;
    }

    /// Whether the outermost struct has a field other than 0, as far as it was walked over. In a reply that is an
    /// exception which the method declares.
    pub(crate) fn is_exception(&self) -> bool {
        self.other_than_0
    }

    /// Goes on over `message`, of which the walk has seen the start.
    pub(crate) fn go(
        &mut self,
        protocol: Protocol,
        message: &[u8],
        end: End,
    ) -> Result<Walked, CodecError> {
        let walked = match protocol {
            Protocol::Binary | Protocol::OldBinary => self.go_as::<Binary>(message, end),
            Protocol::Compact => self.go_as::<Compact>(message, end),
        };
        let needed = match walked {
            Ok(()) => return Ok(Walked::To(self.position)),
            Err(Err::Incomplete(Needed::Unknown)) => 1,
            Err(Err::Incomplete(Needed::Size(needed))) => needed.get(),
            Err(Err::Error(broken) | Err::Failure(broken)) => {
                return Err(error_in(message, "struct", broken));
            }
        };
        // What follows the bytes behind us may be wrong from its first byte on.
        let beyond = (self.position + 1).saturating_sub(message.len());
        let at_least = needed.max(beyond);
        if let End::At(_) = end {
            let fault = Fault::PastEnd {
                needed: at_least,
                left: 0,
            };
            let broken = Broken::new(message.get(message.len()..).unwrap_or_default(), fault);
            return Err(error_in(message, "struct", broken));
        }
        Ok(Walked::Wait { at_least })
    }

    fn go_as<'a, G: Grammar>(&mut self, message: &'a [u8], end: End) -> Result<(), Stop<'a>> {
        while let Some(top) = self.depth.checked_sub(1) {
            let rest = message.get(self.position..);
            let rest = rest.ok_or(Err::Incomplete(Needed::Unknown))?;
            match self.open.get(top).copied().unwrap_or(STRUCT) {
                Open::Items(Items { left: 0, .. }) => self.depth = top,
                Open::Items(Items { of, left }) => {
                    let value = of[usize::from(left % 2 != 0)];
                    self.value::<G>(message, rest, value, G::shortest(value), end)?;
                    self.set(top, Open::Items(Items { of, left: left - 1 }));
                }
                Open::Struct { last_id } => {
                    let (rest, Some((id, value))) = G::field(rest, last_id)? else {
                        (self.position, self.owed) = (self.position + 1, self.owed - 1);
                        self.depth = top;
                        continue;
                    };
                    self.other_than_0 |= top == 0 && id != 0;
                    self.value::<G>(message, rest, value, 0, end)?;
                    self.set(top, Open::Struct { last_id: id });
                }
            }
        }
        Ok(())
    }

    /// Goes over the value at `rest`, for which `settled` bytes were owed, or into it. Nothing has happened if bytes are
    /// missing of what tells its length.
    fn value<'a, G: Grammar>(
        &mut self,
        message: &'a [u8],
        rest: &'a [u8],
        value: Value,
        settled: usize,
        end: End,
    ) -> Result<(), Stop<'a>> {
        let more = |stop| waiting_for(stop, G::shortest(value).saturating_sub(rest.len()));
        // What is left behind what tells the length, the bytes of the value, and what is to be gone into.
        let (behind, bytes, inside) = match value {
            Value::Fixed(width) => (rest, width.into(), None),
            Value::Varint => (varint(rest)?.0, 0, None),
            Value::Bytes => {
                let length = G::length(rest);
                let (behind, length) = length.map_err(more)?;
                (behind, length.into(), None)
            }
            Value::Struct => (rest, 0, Some((STRUCT, 1))),
            Value::List | Value::Map => {
                let items = match value {
                    Value::List => G::list(rest),
                    _ => G::map(rest),
                };
                let (behind, items) = items.map_err(more)?;
                let [first, second] = items.of.map(G::shortest);
                let shortest = items.left.saturating_mul((first + second) as u64) / 2;
                match items.of {
                    [Value::Fixed(_), Value::Fixed(_)] => (behind, shortest, None),
                    _ => (behind, 0, Some((Open::Items(items), shortest))),
                }
            }
        };
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let at = message.len() - rest.len();
        let position = (message.len() - behind.len()).saturating_add(size(bytes));
        let inside_owed = inside.map_or(0, |(_, owed)| size(owed));
        let owed = (self.owed - settled).saturating_add(inside_owed);
        let reach = position.saturating_add(owed);
        match end {
            End::At(end) if reach > end => {
                let (needed, left) = (reach - at, end - at);
                return Err(Broken::failure(rest, Fault::PastEnd { needed, left }));
            }
            End::Unknown if reach > MAX_LENGTH => {
                let (found, max) = (reach as u128, MAX_LENGTH);
                return Err(Broken::failure(rest, Fault::AboveMaximum { found, max }));
            }
            _ => {}
        }
        if let Some((open, _)) = inside {
            let Some(slot) = self.open.get_mut(self.depth) else {
                let rule = "values are nested deeper than 64 structs, lists and maps";
                return Err(Broken::failure(rest, Fault::Protocol { rule }));
            };
            *slot = open;
            self.depth += 1;
        }
        (self.position, self.owed) = (position, owed);
        Ok(())
    }

    fn set(&mut self, level: usize, open: Open) {
        if let Some(slot) = self.open.get_mut(level) {
            *slot = open;
        }
    }
}
