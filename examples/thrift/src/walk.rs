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

use crate::begin::Begin;
use crate::binary::Binary;
use crate::compact::Compact;
use crate::frame::MAX_LENGTH;
use crate::grammar::{Grammar, Items, Parsed, Value};

/// The deepest nesting of structs, lists and maps that is accepted, which is what Apache's own readers accept.
const MAX_DEPTH: usize = 64;

/// What is said of a message that goes deeper.
const TOO_DEEP: &str = "values are nested deeper than 64 structs, lists and maps";

/// Where a walk stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    open: Vec<Open>,
    is_compact: bool,
    /// Whether all of the message is there.
    is_whole: bool,
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
    /// Begins anew, with the struct behind `begin`, of a message that is all there or may go on.
    pub(crate) fn restart(&mut self, begin: &Begin, is_whole: bool) {
        self.open.clear();
        self.open.push(STRUCT);
        (self.is_compact, self.is_whole) = (begin.is_compact, is_whole);
        (self.position, self.is_exception) = (begin.end, false);
    }

    /// Goes on over `message`, of which the walk has seen the start.
    pub(crate) fn go<'a>(&mut self, message: &'a [u8]) -> Parsed<'a, ()> {
        let walk = |message| match self.is_compact {
            true => self.go_as::<Compact>(message),
            false => self.go_as::<Binary>(message),
        };
        context("struct", walk).parse(message)
    }

    fn go_as<'a, G: Grammar>(&mut self, message: &'a [u8]) -> Parsed<'a, ()> {
        let (mut rest, _) = take(self.position).parse(message)?;
        while let Some(&open) = self.open.last() {
            let top = self.open.len() - 1;
            let (behind, next) = open.next::<G>(rest)?;
            rest = match next {
                None => {
                    self.open.truncate(top);
                    behind
                }
                Some((value, open)) => {
                    self.is_exception |= top == 0 && !matches!(open, Open::Struct { last_id: 0 });
                    let (behind, inside) = self.value::<G>(value, behind)?;
                    self.open[top] = open;
                    self.open.extend(inside);
                    behind
                }
            };
            self.position = message.len() - rest.len();
        }
        Ok((rest, ()))
    }

    /// Goes over a value, or to what is inside it, once the fewest bytes that it can have are there.
    fn value<'a, G: Grammar>(&self, value: Value, input: &'a [u8]) -> Parsed<'a, Option<Open>> {
        let within = |(rest, items): (_, Items)| {
            let (bytes, is_fixed) = items.bytes();
            (rest, bytes, (!is_fixed).then_some(Open::Items(items)))
        };
        // What is left behind what tells the length, the fewest bytes of the value, and what is to be gone into.
        let (rest, bytes, inside) = match value {
            Value::Fixed(width) => (input, width.into(), None),
            Value::Varint => (varint(input)?.0, 0, None),
            Value::Bytes => {
                let (rest, length) = G::length(input)?;
                (rest, length.into(), None)
            }
            Value::Struct => (input, 1, Some(STRUCT)),
            Value::List => within(G::list.map_res(G::items).parse(input)?),
            Value::Map => within(G::map.map_res(G::items).parse(input)?),
        };
        let needed = usize::try_from(bytes).unwrap_or(usize::MAX);
        let end = self.position.saturating_add(needed);
        let (left, found, max) = (rest.len(), end as u128, MAX_LENGTH);
        let fault = match inside {
            _ if self.is_whole && needed > left => Fault::PastEnd { needed, left },
            _ if end > max => Fault::AboveMaximum { found, max },
            Some(_) if self.open.len() == MAX_DEPTH => Fault::Protocol { rule: TOO_DEEP },
            None => return Ok((take(needed).parse(rest)?.0, None)),
            inside => return Ok((rest, inside)),
        };
        Err(Broken::failure(input, fault))
    }
}

impl Open {
    /// The value that comes next, and what is open behind it; nothing where this ends.
    #[inline]
    fn next<G: Grammar>(self, input: &[u8]) -> Parsed<'_, Option<(Value, Self)>> {
        match self {
            Self::Struct { last_id } => {
                let (rest, field) = G::field(input, last_id)?;
                let next = field.map(|(value, last_id)| (value, Self::Struct { last_id }));
                Ok((rest, next))
            }
            Self::Items(Items { left: 0, .. }) => Ok((input, None)),
            Self::Items(Items { of, left }) => {
                let (value, left) = (of[usize::from(left % 2 != 0)], left - 1);
                Ok((input, Some((value, Self::Items(Items { of, left })))))
            }
        }
    }
}
