//! A walk over the struct of arguments or results, to find where it ends.
//!
//! It goes on where it stopped when more bytes have come, so that a message without a length, which arrives byte by byte,
//! costs no more than one that arrives at once. A list of two billion values is refused where it is announced, by the bytes
//! that they would take at least.

use metaproto_codec::Fault;
use metaproto_codec::nom::{Broken, varint};
use nom::Parser;
use nom::bytes::streaming::take;
use nom::error::context;

use crate::binary::Binary;
use crate::compact::Compact;
use crate::frame::MAX_LENGTH;
use crate::grammar::{Grammar, Items, Parsed, Value};

/// The deepest nesting of structs, lists and maps that is accepted, which is what Apache's own readers accept.
const MAX_DEPTH: usize = 64;

/// Where a walk stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    open: Vec<Open>,
    /// Bytes of the message that are behind us.
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

    /// Goes on over `message`, of which the walk has seen the start, and which is all that will come if it `is_whole`.
    pub(crate) fn go<'a>(
        &mut self,
        is_compact: bool,
        is_whole: bool,
        message: &'a [u8],
    ) -> Parsed<'a, ()> {
        let walk = |message| match is_compact {
            true => self.go_as::<Compact>(is_whole, message),
            false => self.go_as::<Binary>(is_whole, message),
        };
        context("struct", walk).parse(message)
    }

    fn go_as<'a, G: Grammar>(&mut self, is_whole: bool, message: &'a [u8]) -> Parsed<'a, ()> {
        let (mut rest, _) = take(self.position).parse(message)?;
        while let Some(&open) = self.open.last() {
            let top = self.open.len() - 1;
            let (behind, value, open) = match open {
                Open::Items(Items { left: 0, .. }) => {
                    self.open.truncate(top);
                    continue;
                }
                Open::Items(Items { of, left }) => {
                    let value = of[usize::from(left % 2 != 0)];
                    (rest, value, Open::Items(Items { of, left: left - 1 }))
                }
                Open::Struct { last_id } => match G::field(rest, last_id)? {
                    (behind, Some((last_id, value))) => {
                        self.is_exception |= top == 0 && last_id != 0;
                        (behind, value, Open::Struct { last_id })
                    }
                    (behind, None) => {
                        self.open.truncate(top);
                        self.position += 1;
                        rest = behind;
                        continue;
                    }
                },
            };
            let (behind, inside) = self.value::<G>(is_whole, value, behind)?;
            self.open[top] = open;
            self.open.extend(inside);
            self.position = message.len() - behind.len();
            rest = behind;
        }
        Ok((rest, ()))
    }

    /// Goes over a value, or to what is inside it.
    fn value<'a, G: Grammar>(
        &self,
        is_whole: bool,
        value: Value,
        input: &'a [u8],
    ) -> Parsed<'a, Option<Open>> {
        // What is left behind what tells the length, the fewest bytes of the value, and what is to be gone into.
        let (rest, bytes, inside) = match value {
            Value::Fixed(width) => (input, width.into(), None),
            Value::Varint => (varint(input)?.0, 0, None),
            Value::Bytes => {
                let (rest, length) = G::length(input)?;
                (rest, length.into(), None)
            }
            Value::Struct => (input, 1, Some(STRUCT)),
            Value::List | Value::Map => {
                let (rest, items) = match value {
                    Value::List => G::items(G::list, 1, input)?,
                    _ => G::items(G::map, 2, input)?,
                };
                let (bytes, is_fixed) = items.bytes();
                (rest, bytes, (!is_fixed).then_some(Open::Items(items)))
            }
        };
        let needed = usize::try_from(bytes).unwrap_or(usize::MAX);
        if is_whole && needed > rest.len() {
            let left = rest.len();
            return Err(Broken::failure(input, Fault::PastEnd { needed, left }));
        }
        let (end, max) = (self.position.saturating_add(needed), MAX_LENGTH);
        if end > max {
            let found = end as u128;
            return Err(Broken::failure(input, Fault::AboveMaximum { found, max }));
        }
        if inside.is_some() && self.open.len() == MAX_DEPTH {
            let rule = "values are nested deeper than 64 structs, lists and maps";
            return Err(Broken::failure(input, Fault::Protocol { rule }));
        }
        match inside {
            None => Ok((take(needed).parse(rest)?.0, None)),
            inside => Ok((rest, inside)),
        }
    }
}
