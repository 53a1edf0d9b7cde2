//! A walk over the struct of arguments or results, to find where it ends.
//!
//! It goes on where it stopped when more bytes have come, so that a message without a length, which arrives byte by byte,
//! costs no more than one that arrives at once. A list of two billion values is refused where it is announced, by the bytes
//! that they would take at least.

use metaproto_codec::nom::Broken;
use metaproto_codec::{CodecError, Fault};
use nom::error::ContextError;
use nom::{Err, Needed};

use crate::binary::Binary;
use crate::compact::Compact;
use crate::frame::MAX_LENGTH;
use crate::grammar::{Grammar, Items, Value, varint};

/// The deepest nesting of structs, lists and maps that is accepted, which is what Apache's own readers accept.
const MAX_DEPTH: usize = 64;

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
    is_exception: bool,
}

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
            is_exception: false,
        }
    }

    /// As [`new`](Self::new), in the same place.
    pub(crate) fn restart(&mut self, start: usize) {
        (self.open[0], self.depth, self.position) = (STRUCT, 1, start);
        self.is_exception = false;
    }

    /// Whether the outermost struct has a field other than 0, as far as it was walked over. In a reply that is an
    /// exception which the method declares.
    pub(crate) fn is_exception(&self) -> bool {
        self.is_exception
    }

    /// Goes on over `message`, of which the walk has seen the start. If it `is_whole`, what is missing is an error.
    pub(crate) fn go(
        &mut self,
        message: &[u8],
        is_compact: bool,
        is_whole: bool,
    ) -> Result<Walked, CodecError> {
        let walked = if is_compact {
            self.go_as::<Compact>(message, is_whole)
        } else {
            self.go_as::<Binary>(message, is_whole)
        };
        let broken = match walked {
            Ok(()) => return Ok(Walked::To(self.position)),
            Err(Err::Incomplete(needed)) => {
                let at_least = match needed {
                    Needed::Size(size) => size.get(),
                    // What follows the bytes behind us may be wrong from its first byte on.
                    Needed::Unknown => self.position + 1 - message.len(),
                };
                if !is_whole {
                    return Ok(Walked::Wait { at_least });
                }
                let (_, end) = message.split_at(message.len());
                let (needed, left) = (at_least, 0);
                Broken::new(end, Fault::PastEnd { needed, left })
            }
            Err(Err::Error(broken) | Err::Failure(broken)) => broken,
        };
        Err(Broken::add_context(message, "struct", broken).within(message))
    }

    fn go_as<'a, G: Grammar>(&mut self, message: &'a [u8], is_whole: bool) -> Result<(), Stop<'a>> {
        while let Some(top) = self.depth.checked_sub(1) {
            let rest = message.get(self.position..);
            let rest = rest.ok_or(Err::Incomplete(Needed::Unknown))?;
            let open = self.open.get(top).copied().unwrap_or(STRUCT);
            let (rest, value, open) = match open {
                Open::Items(Items { left: 0, .. }) => {
                    self.depth = top;
                    continue;
                }
                Open::Items(Items { of, left }) => {
                    let value = of[usize::from(left % 2 != 0)];
                    (rest, value, Open::Items(Items { of, left: left - 1 }))
                }
                Open::Struct { last_id } => {
                    let (rest, Some((last_id, value))) = G::field(rest, last_id)? else {
                        (self.depth, self.position) = (top, self.position + 1);
                        continue;
                    };
                    self.is_exception |= top == 0 && last_id != 0;
                    (rest, value, Open::Struct { last_id })
                }
            };
            self.value::<G>(message, rest, value, is_whole)?;
            if let Some(slot) = self.open.get_mut(top) {
                *slot = open;
            }
        }
        Ok(())
    }

    /// Goes over the value at `rest`, or into it. Nothing has happened if bytes are missing of what tells its length.
    fn value<'a, G: Grammar>(
        &mut self,
        message: &'a [u8],
        rest: &'a [u8],
        value: Value,
        is_whole: bool,
    ) -> Result<(), Stop<'a>> {
        // What is left behind what tells the length, the fewest bytes of the value, and what is to be gone into.
        let (behind, bytes, inside) = match value {
            Value::Fixed(width) => (rest, width.into(), None),
            Value::Varint => (varint(rest)?.0, 0, None),
            Value::Bytes => {
                let (behind, length) = G::length(rest)?;
                (behind, length.into(), None)
            }
            Value::Struct => (rest, 1, Some(STRUCT)),
            Value::List | Value::Map => {
                let list_or_map = if value == Value::List {
                    G::list
                } else {
                    G::map
                };
                let (behind, items) = list_or_map(rest)?;
                let is_fixed = matches!(items.of, [Value::Fixed(_), Value::Fixed(_)]);
                let inside = (!is_fixed).then_some(Open::Items(items));
                (behind, G::shortest(&items), inside)
            }
        };
        let start = message.len() - behind.len();
        let end = start.saturating_add(usize::try_from(bytes).unwrap_or(usize::MAX));
        let at = message.len() - rest.len();
        if is_whole && end > message.len() {
            let (needed, left) = (end - at, rest.len());
            return Err(Broken::failure(rest, Fault::PastEnd { needed, left }));
        }
        if end > MAX_LENGTH {
            let (found, max) = (end as u128, MAX_LENGTH);
            return Err(Broken::failure(rest, Fault::AboveMaximum { found, max }));
        }
        self.position = if inside.is_some() { start } else { end };
        if let Some(inside) = inside {
            let Some(slot) = self.open.get_mut(self.depth) else {
                let rule = "values are nested deeper than 64 structs, lists and maps";
                return Err(Broken::failure(rest, Fault::Protocol { rule }));
            };
            *slot = inside;
            self.depth += 1;
        }
        Ok(())
    }
}

/// Why a walk stops before the end.
type Stop<'a> = Err<Broken<'a>>;
