//! A walk over the struct of arguments or results, to find where it ends.
//!
//! It goes on where it stopped when more bytes have come, so that a message without a length, which arrives byte by byte,
//! costs no more than one that arrives at once. A list of two billion values is refused where it is announced, by the bytes
//! that they would take at least.

use metaproto_codec::nom::Broken;
use metaproto_codec::{CodecError, DecodeStatus, Fault};
use nom::error::ContextError;
use nom::{Err, Needed};

use crate::binary::Binary;
use crate::compact::Compact;
use crate::frame::MAX_LENGTH;
use crate::grammar::{Grammar, Items, Value, varint};

/// The deepest nesting of structs, lists and maps that is accepted, which is what Apache's own readers accept.
const MAX_DEPTH: usize = 64;

/// Where a walk stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    open: Vec<Open>,
    /// Bytes of the message that are behind us. They need not have come.
    position: usize,
    /// Whether the outermost struct has a field other than 0, as far as it was walked over. In a reply that is an exception
    /// which the method declares.
    pub(crate) is_exception: bool,
}

/// What is open.
#[derive(Clone, Copy, Debug)]
enum Open {
    Struct { last_id: i16 },
    Items(Items),
}

const STRUCT: Open = Open::Struct { last_id: 0 };

impl Walk {
    /// Begins anew, with the struct at `start`.
    pub(crate) fn restart(&mut self, start: usize) {
        self.open.clear();
        self.open.push(STRUCT);
        (self.position, self.is_exception) = (start, false);
    }

    /// Goes on over `message`, of which the walk has seen the start. If it `is_whole`, what is missing is an error.
    pub(crate) fn go(
        &mut self,
        message: &[u8],
        is_compact: bool,
        is_whole: bool,
    ) -> Result<DecodeStatus, CodecError> {
        let walked = if is_compact {
            self.go_as::<Compact>(message, is_whole)
        } else {
            self.go_as::<Binary>(message, is_whole)
        };
        let broken = match walked {
            Ok(consumed) => return Ok(DecodeStatus::Done { consumed }),
            Err(Err::Error(broken) | Err::Failure(broken)) => broken,
            Err(Err::Incomplete(needed)) => {
                let at_least = match needed {
                    Needed::Size(size) => size.get(),
                    // What follows the bytes behind us may be wrong from its first byte on.
                    Needed::Unknown => self.position + 1 - message.len(),
                };
                if !is_whole {
                    return Ok(DecodeStatus::WaitForData { at_least });
                }
                let (needed, left) = (at_least, 0);
                Broken::new(&message[message.len()..], Fault::PastEnd { needed, left })
            }
        };
        Err(Broken::add_context(message, "struct", broken).within(message))
    }

    fn go_as<'a, G: Grammar>(&mut self, message: &'a [u8], is_whole: bool) -> Parsing<'a, usize> {
        while let Some(&open) = self.open.last() {
            let rest = message.get(self.position..);
            let rest = rest.ok_or(Err::Incomplete(Needed::Unknown))?;
            let top = self.open.len() - 1;
            let (rest, value, open) = match open {
                Open::Items(Items { left: 0, .. }) => {
                    self.open.truncate(top);
                    continue;
                }
                Open::Items(Items { of, left }) => {
                    let value = of[usize::from(left % 2 != 0)];
                    (rest, value, Open::Items(Items { of, left: left - 1 }))
                }
                Open::Struct { last_id } => {
                    let (rest, Some((last_id, value))) = G::field(rest, last_id)? else {
                        self.open.truncate(top);
                        self.position += 1;
                        continue;
                    };
                    self.is_exception |= top == 0 && last_id != 0;
                    (rest, value, Open::Struct { last_id })
                }
            };
            let inside = self.value::<G>(message, rest, value, is_whole)?;
            self.open[top] = open;
            if let Some(inside) = inside {
                self.open.push(inside);
            }
        }
        Ok(self.position)
    }

    /// Goes over the value at `rest`, or to what is inside it. Nothing has happened if bytes are missing of what tells its
    /// length.
    fn value<'a, G: Grammar>(
        &mut self,
        message: &'a [u8],
        rest: &'a [u8],
        value: Value,
        is_whole: bool,
    ) -> Parsing<'a, Option<Open>> {
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
        let fault = if is_whole && end > message.len() {
            let (needed, left) = (end - start, behind.len());
            Fault::PastEnd { needed, left }
        } else if end > MAX_LENGTH {
            let (found, max) = (end as u128, MAX_LENGTH);
            Fault::AboveMaximum { found, max }
        } else if inside.is_some() && self.open.len() == MAX_DEPTH {
            let rule = "values are nested deeper than 64 structs, lists and maps";
            Fault::Protocol { rule }
        } else {
            self.position = if inside.is_some() { start } else { end };
            return Ok(inside);
        };
        Err(Broken::failure(rest, fault))
    }
}

/// What a parser answers that keeps account of its position.
type Parsing<'a, T> = Result<T, Err<Broken<'a>>>;
