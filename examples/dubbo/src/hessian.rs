//! Hessian 2.0 values, skipped: each is checked to its end, and none is built.
//!
//! The grammar is that of the [specification](http://hessian.caucho.com/doc/hessian-serialization.html), section 3. A
//! function takes the bytes that are left and answers what is left behind the value. What a value may refer to (values and
//! types that came before it, class definitions) is only counted, so that a reference to nothing is found; shared and
//! circular values cost no more than their bytes.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::IResult;

use crate::text::{is_string, string};

/// What is left of the input, and what was read.
pub(crate) type Parsed<'a, T = ()> = IResult<&'a [u8], T, Broken<'a>>;

/// How deep lists, maps and objects may be nested.
pub(crate) const MAX_DEPTH: usize = 256;

/// What the values of a body have in common: they are read in order, by one of these.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Lists, maps and objects so far: to these a reference refers.
    values: usize,
    /// Names of types so far.
    types: usize,
    /// Numbers of fields of the classes that were defined so far.
    classes: Vec<usize>,
}

impl Tables {
    /// Forgets what came before, for another body.
    pub(crate) fn clear(&mut self) {
        (self.values, self.types) = (0, 0);
        self.classes.clear();
    }

    /// How much there is to refer to, so far.
    pub(crate) fn sizes(&self) -> [usize; 3] {
        [self.values, self.types, self.classes.len()]
    }

    /// Skips one value within at most `depth` lists, maps and objects.
    pub(crate) fn value<'a>(&mut self, input: &'a [u8], depth: usize) -> Parsed<'a> {
        let input = self.definitions(input)?.0;
        let (rest, tag) = byte(input)?;
        match tag {
            0x00..=0x1F | 0x30..=0x33 | b'R' | b'S' => Ok((string(input)?.0, ())),
            0x20..=0x2F | 0x34..=0x37 | b'A' | b'B' => binary(input),
            b'Q' => self.reference(rest),
            b'H' => self.map(rest, depth),
            b'M' => {
                let (rest, ()) = self.r#type(rest)?;
                self.map(rest, depth)
            }
            b'U' | b'V' | 0x70..=0x77 => {
                let (rest, ()) = self.r#type(rest)?;
                self.elements(tag, rest, depth)
            }
            b'W' | b'X' | 0x78..=0x7F => self.elements(tag, rest, depth),
            b'O' => {
                let (after, index) = int(rest)?;
                self.object(after, rest, index, depth)
            }
            0x60..=0x6F => self.object(rest, input, (tag & 15).into(), depth),
            _ => match width(tag) {
                Some(width) => Ok((take(rest, width)?.0, ())),
                None => refuse(input, Fault::Code { found: tag.into() }),
            },
        }
    }

    /// Skips the class definitions that may stand before a value: `'C' name count field*`.
    fn definitions<'a>(&mut self, mut input: &'a [u8]) -> Parsed<'a> {
        while let [b'C', rest @ ..] = input {
            let (mut rest, fields) = count(string(rest)?.0)?;
            for _ in 0..fields {
                rest = string(rest)?.0;
            }
            self.classes.push(fields);
            input = rest;
        }
        Ok((input, ()))
    }

    /// The name of a type, or which of those before it.
    pub(crate) fn r#type<'a>(&mut self, input: &'a [u8]) -> Parsed<'a> {
        if input.first().is_some_and(|tag| is_string(*tag)) {
            self.types += 1;
            return Ok((string(input)?.0, ()));
        }
        let (rest, index) = int(input)?;
        within(input, rest, index, self.types)
    }

    fn reference<'a>(&self, input: &'a [u8]) -> Parsed<'a> {
        let (rest, index) = int(input)?;
        within(input, rest, index, self.values)
    }

    /// As many values as the class has fields; `at` is where its number stands.
    fn object<'a>(&mut self, rest: &'a [u8], at: &'a [u8], class: i32, depth: usize) -> Parsed<'a> {
        within(at, rest, class, self.classes.len())?;
        let index = usize::try_from(class).unwrap_or(usize::MAX);
        let fields = self.classes.get(index).copied().unwrap_or_default();
        self.list(rest, Some(fields), depth)
    }

    /// The elements of a list of this tag, behind its type.
    fn elements<'a>(&mut self, tag: u8, input: &'a [u8], depth: usize) -> Parsed<'a> {
        match tag {
            b'U' | b'W' => self.list(input, None, depth),
            b'V' | b'X' => {
                let (rest, count) = count(input)?;
                self.list(rest, Some(count), depth)
            }
            _ => self.list(input, Some((tag & 7).into()), depth),
        }
    }

    /// So many values, or all up to the end mark.
    fn list<'a>(&mut self, mut input: &'a [u8], count: Option<usize>, depth: usize) -> Parsed<'a> {
        let depth = self.enter(input, depth)?;
        match count {
            Some(count) => {
                for _ in 0..count {
                    input = self.value(input, depth)?.0;
                }
                Ok((input, ()))
            }
            None => loop {
                if let [b'Z', rest @ ..] = input {
                    return Ok((rest, ()));
                }
                input = self.value(input, depth)?.0;
            },
        }
    }

    /// Keys and values, up to the end mark.
    fn map<'a>(&mut self, mut input: &'a [u8], depth: usize) -> Parsed<'a> {
        let depth = self.enter(input, depth)?;
        loop {
            if let [b'Z', rest @ ..] = input {
                return Ok((rest, ()));
            }
            input = self.value(input, depth)?.0;
            input = self.value(input, depth)?.0;
        }
    }

    /// Begins a list, map or object: it can be referred to from within.
    pub(crate) fn enter<'a>(
        &mut self,
        at: &'a [u8],
        depth: usize,
    ) -> Result<usize, nom::Err<Broken<'a>>> {
        self.values += 1;
        let rule = "lists, maps and objects are nested deeper than 256";
        let too_deep = || Broken::failure(at, Fault::Protocol { rule });
        depth.checked_sub(1).ok_or_else(too_deep)
    }
}

/// A number of 32 bits, in any of its four forms.
pub(crate) fn int(input: &[u8]) -> Parsed<'_, i32> {
    let (rest, tag) = byte(input)?;
    let high = |zero: u8| i32::from(tag) - i32::from(zero);
    match tag {
        0x80..=0xBF => Ok((rest, high(0x90))),
        0xC0..=0xCF => {
            let (rest, low) = byte(rest)?;
            Ok((rest, (high(0xC8) << 8) + i32::from(low)))
        }
        0xD0..=0xD7 => {
            let (rest, low) = be_u16(rest)?;
            Ok((rest, (high(0xD4) << 16) + i32::from(low)))
        }
        b'I' => {
            let (rest, bytes) = take(rest, 4)?;
            let bytes = bytes.first_chunk().copied().unwrap_or_default();
            Ok((rest, i32::from_be_bytes(bytes)))
        }
        _ => refuse(input, Fault::Code { found: tag.into() }),
    }
}

/// How many of something follow, of which each takes a byte at least: not more than there are bytes.
fn count(input: &[u8]) -> Parsed<'_, usize> {
    let (rest, found) = int(input)?;
    let left = rest.len();
    match usize::try_from(found) {
        Ok(needed) if needed <= left => Ok((rest, needed)),
        Ok(needed) => refuse(input, Fault::PastEnd { needed, left }),
        Err(_) => {
            let rule = "a count is not negative";
            refuse(input, Fault::Protocol { rule })
        }
    }
}

/// A number that says which of `count` things is meant; it stands at `at`.
fn within<'a>(at: &'a [u8], rest: &'a [u8], index: i32, count: usize) -> Parsed<'a> {
    if usize::try_from(index).is_ok_and(|index| index < count) {
        return Ok((rest, ()));
    }
    let rule = "a reference is to something that came before";
    refuse(at, Fault::Protocol { rule })
}

/// Binary data, in chunks: `'A'` before each but the last.
fn binary(mut input: &[u8]) -> Parsed<'_> {
    loop {
        let (rest, tag) = byte(input)?;
        let (rest, length) = match tag {
            0x20..=0x2F => (rest, (tag & 15).into()),
            0x34..=0x37 => {
                let (rest, low) = byte(rest)?;
                (rest, usize::from(tag & 3) << 8 | usize::from(low))
            }
            b'A' | b'B' => {
                let (rest, length) = be_u16(rest)?;
                (rest, length.into())
            }
            _ => return refuse(input, Fault::Code { found: tag.into() }),
        };
        input = take(rest, length)?.0;
        if tag != b'A' {
            return Ok((input, ()));
        }
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

pub(crate) fn byte(input: &[u8]) -> Parsed<'_, u8> {
    match input {
        [byte, rest @ ..] => Ok((rest, *byte)),
        [] => refuse(input, Fault::PastEnd { needed: 1, left: 0 }),
    }
}

pub(crate) fn be_u16(input: &[u8]) -> Parsed<'_, u16> {
    match input {
        [high, low, rest @ ..] => Ok((rest, u16::from_be_bytes([*high, *low]))),
        _ => Err(past_end(input, 2)),
    }
}

fn take(input: &[u8], count: usize) -> Parsed<'_, &[u8]> {
    match input.split_at_checked(count) {
        Some((taken, rest)) => Ok((rest, taken)),
        None => Err(past_end(input, count)),
    }
}

#[cold]
pub(crate) fn past_end(at: &[u8], needed: usize) -> nom::Err<Broken<'_>> {
    let left = at.len();
    Broken::failure(at, Fault::PastEnd { needed, left })
}

#[cold]
pub(crate) fn refuse<T>(at: &[u8], fault: Fault) -> Parsed<'_, T> {
    Err(Broken::failure(at, fault))
}
