//! Hessian 2.0 values, skipped: each is checked to its end, and none is built.
//!
//! The grammar is that of the [specification](http://hessian.caucho.com/doc/hessian-serialization.html), section 3. A
//! function takes the bytes that are left and answers what is left behind the value. What a value may refer to (values and
//! types that came before it, class definitions) is only counted, so that a reference to nothing is found; shared and
//! circular values cost no more than their bytes.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::bytes::complete::take;
use nom::number::complete::u8;
use nom::{Err, IResult};

use crate::text::{Text, is_string, string};

/// What is left of the input, and what was read.
pub(crate) type Parsed<'a, T = ()> = IResult<&'a [u8], T, Broken<'a>>;

/// How deep lists, maps and objects may be nested.
const MAX_DEPTH: usize = 256;

/// What the values of a body have in common: they are read in order, by one of these.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Lists, maps and objects so far: to these a reference refers.
    values: usize,
    /// Names of types so far.
    types: usize,
    /// Numbers of fields of the classes that were defined so far.
    classes: Vec<usize>,
    /// Lists, maps and objects that have begun and not ended.
    depth: usize,
}

impl Tables {
    /// Forgets what came before, for another body.
    pub(crate) fn clear(&mut self) {
        (self.values, self.types, self.depth) = (0, 0, 0);
        self.classes.clear();
    }

    /// How much there is to refer to, so far.
    pub(crate) fn sizes(&self) -> [usize; 3] {
        [self.values, self.types, self.classes.len()]
    }

    /// Skips one value; what it says, if it is a string.
    pub(crate) fn value<'a>(&mut self, input: &'a [u8]) -> Parsed<'a, Option<Text<'a>>> {
        if input.first().is_some_and(|tag| is_string(*tag)) {
            return string(input).map(|(rest, text)| (rest, Some(text)));
        }
        self.skip(input).map(|(rest, ())| (rest, None))
    }

    /// Skips a value that is no string, or has class definitions before it.
    #[inline(never)]
    fn skip<'a>(&mut self, mut input: &'a [u8]) -> Parsed<'a> {
        // Class definitions may stand before any: `'C' name count field*`.
        while let [b'C', rest @ ..] = input {
            let (rest, fields) = count(string(rest)?.0)?;
            input = (0..fields).try_fold(rest, |rest, _| Ok(string(rest)?.0))?;
            self.classes.push(fields);
        }
        let (rest, tag) = u8(input)?;
        if let Some(width) = width(tag) {
            return Ok((take(width)(rest)?.0, ()));
        }
        let typed = matches!(tag, b'M' | b'U' | b'V' | 0x70..=0x77);
        let rest = if typed { self.r#type(rest)?.0 } else { rest };
        match tag {
            tag if is_string(tag) => Ok((string(input)?.0, ())),
            tag if is_binary(tag) => binary(input),
            b'Q' => Ok((reference(rest, self.values)?.0, ())),
            b'H' | b'M' => self.values(rest, None, 2),
            b'U' | b'W' => self.values(rest, None, 1),
            b'V' | b'X' => {
                let (rest, count) = count(rest)?;
                self.values(rest, Some(count), 1)
            }
            0x70..=0x7F => self.values(rest, Some((tag & 7).into()), 1),
            b'O' => {
                let (after, class) = reference(rest, self.classes.len())?;
                self.object(rest, after, class)
            }
            0x60..=0x6F => self.object(input, rest, (tag & 15).into()),
            _ => unknown(input, tag.into()),
        }
    }

    /// The name of a type, or which of those before it.
    pub(crate) fn r#type<'a>(&mut self, input: &'a [u8]) -> Parsed<'a> {
        if input.first().is_some_and(|tag| is_string(*tag)) {
            self.types += 1;
            return Ok((string(input)?.0, ()));
        }
        reference(input, self.types).map(|(rest, _)| (rest, ()))
    }

    /// As many values as the class has fields; its number stands at `at`.
    fn object<'a>(&mut self, at: &'a [u8], rest: &'a [u8], class: usize) -> Parsed<'a> {
        match self.classes.get(class) {
            Some(&fields) => self.values(rest, Some(fields), 1),
            None => broken(at, "an object is of a class that came before"),
        }
    }

    /// What a list, map or object holds: so many groups of `each` values, or all up to the end mark.
    fn values<'a>(&mut self, mut input: &'a [u8], count: Option<usize>, each: usize) -> Parsed<'a> {
        self.enter(input)?;
        let mut left = count.unwrap_or(usize::MAX);
        while left > 0 {
            if let (None, [b'Z', rest @ ..]) = (count, input) {
                input = rest;
                break;
            }
            for _ in 0..each {
                input = self.value(input)?.0;
            }
            left -= 1;
        }
        self.depth -= 1;
        Ok((input, ()))
    }

    /// Begins a list, map or object, to which what is in it can refer.
    pub(crate) fn enter<'a>(&mut self, at: &'a [u8]) -> Parsed<'a> {
        (self.values, self.depth) = (self.values + 1, self.depth + 1);
        if self.depth > MAX_DEPTH {
            return broken(at, "lists, maps and objects are nested deeper than 256");
        }
        Ok((at, ()))
    }
}

/// A number of 32 bits, in any of its four forms.
pub(crate) fn int(input: &[u8]) -> Parsed<'_, i32> {
    let (rest, tag) = u8(input)?;
    let high = |zero: i32| i32::from(tag) - zero;
    match (tag, rest) {
        (0x80..=0xBF, _) => Ok((rest, high(0x90))),
        (0xC0..=0xCF, [low, rest @ ..]) => Ok((rest, high(0xC8) << 8 | i32::from(*low))),
        (0xD0..=0xD7, [middle, low, rest @ ..]) => {
            let low = i32::from(*middle) << 8 | i32::from(*low);
            Ok((rest, high(0xD4) << 16 | low))
        }
        (b'I', [a, b, c, d, rest @ ..]) => Ok((rest, i32::from_be_bytes([*a, *b, *c, *d]))),
        (0xC0..=0xD7 | b'I', _) => Err(past_end(rest, rest.len() + 1)),
        _ => unknown(input, tag.into()),
    }
}

/// How many of something follow, of which each takes a byte at least.
fn count(input: &[u8]) -> Parsed<'_, usize> {
    below(
        input.len(),
        input,
        "there are as many values as their count says",
    )
}

/// Which of `count` things is meant.
fn reference(input: &[u8], count: usize) -> Parsed<'_, usize> {
    below(count, input, "a reference is to something that came before")
}

fn below<'a>(bound: usize, input: &'a [u8], rule: &'static str) -> Parsed<'a, usize> {
    let (rest, found) = int(input)?;
    match usize::try_from(found) {
        Ok(number) if number < bound => Ok((rest, number)),
        _ => broken(input, rule),
    }
}

/// Binary data, in chunks.
fn binary(mut input: &[u8]) -> Parsed<'_> {
    loop {
        let (rest, (length, is_last)) = chunk(input, is_binary)?;
        input = take(length)(rest)?.0;
        if is_last {
            return Ok((input, ()));
        }
    }
}

const fn is_binary(tag: u8) -> bool {
    matches!(tag, 0x20..=0x2F | 0x34..=0x37 | b'A' | b'B')
}

/// The head of a piece of a string or of binary data: its length, and whether it is the last.
pub(crate) fn chunk(input: &[u8], is_right: fn(u8) -> bool) -> Parsed<'_, (usize, bool)> {
    match input {
        [tag, ..] if !is_right(*tag) => unknown(input, (*tag).into()),
        [tag @ 0x00..=0x2F, rest @ ..] => Ok((rest, (usize::from(tag & 0x1F), true))),
        [tag @ 0x30..=0x37, low, rest @ ..] => {
            let length = usize::from(tag & 3) << 8 | usize::from(*low);
            Ok((rest, (length, true)))
        }
        [tag @ (b'A' | b'B' | b'R' | b'S'), high, low, rest @ ..] => {
            let length = u16::from_be_bytes([*high, *low]);
            Ok((rest, (length.into(), matches!(tag, b'B' | b'S'))))
        }
        _ => Err(past_end(input, input.len() + 1)),
    }
}

/// Bytes behind the tag of a value that always has so many.
const fn width(tag: u8) -> Option<usize> {
    Some(match tag {
        // Null, booleans, the doubles 0 and 1, numbers within the tag.
        b'N' | b'T' | b'F' | 0x5B | 0x5C | 0x80..=0xBF | 0xD8..=0xEF => 0,
        0x5D | 0xC0..=0xCF | 0xF0..=0xFF => 1,
        0x5E | 0xD0..=0xD7 | 0x38..=0x3F => 2,
        // An int, a long and a double of 32 bits, a date in minutes.
        b'I' | b'Y' | 0x5F | b'K' => 4,
        // A long, a double, a date in milliseconds.
        b'L' | b'D' | b'J' => 8,
        _ => return None,
    })
}

pub(crate) fn past_end(at: &[u8], needed: usize) -> Err<Broken<'_>> {
    let left = at.len();
    Broken::failure(at, Fault::PastEnd { needed, left })
}

pub(crate) fn refuse<T>(at: &[u8], fault: Fault) -> Parsed<'_, T> {
    Err(Broken::failure(at, fault))
}

pub(crate) fn broken<'a, T>(at: &'a [u8], rule: &'static str) -> Parsed<'a, T> {
    refuse(at, Fault::Protocol { rule })
}

/// A tag or number that means nothing here.
pub(crate) fn unknown<T>(at: &[u8], code: i32) -> Parsed<'_, T> {
    let found = code.cast_unsigned().into();
    refuse(at, Fault::Code { found })
}
