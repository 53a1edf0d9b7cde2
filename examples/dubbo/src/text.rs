//! Strings: how long they are, what they say, and how they are written.
//!
//! A Hessian string counts **units of UTF-16**, and its bytes are UTF-8 of each unit by itself: a character beyond U+FFFF is a
//! pair of surrogates of three bytes each, "CESU-8". Some peers write the four bytes of UTF-8 in their place, which count as
//! two units as well. Long strings come in chunks. What is exposed is proper UTF-8; what is in the message stays as it is.

use std::borrow::Cow;
use std::iter;

use metaproto_codec::nom::range;
use metaproto_codec::{Fault, Metadata, Recorded};
use nom::bytes::complete::take;

use crate::hessian::{Parsed, chunk, past_end, refuse};

/// The most units of a chunk that is written, as Java's peers do it.
const CHUNK: usize = 0x8000;

/// A string as it lies in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text<'a> {
    /// The characters, all of them ASCII: as most are, and need not be looked at again.
    Ascii(&'a [u8]),
    /// The characters, in one piece.
    One(&'a [u8]),
    /// Any number of pieces, each with its tag and length.
    Chunks(&'a [u8]),
}

/// A string, in any number of chunks: `'R'` before each but the last.
pub(crate) fn string(input: &[u8]) -> Parsed<'_, Text<'_>> {
    // Most are short.
    match input {
        [length @ ..=0x1F, rest @ ..] => match rest.split_at_checked((*length).into()) {
            Some((text, rest)) if text.is_ascii() => Ok((rest, Text::Ascii(text))),
            _ => pieces(input),
        },
        _ => pieces(input),
    }
}

#[inline(never)]
fn pieces(input: &[u8]) -> Parsed<'_, Text<'_>> {
    let (mut rest, (first, mut is_last)) = piece(input)?;
    if is_last {
        return Ok((rest, first));
    }
    while !is_last {
        (rest, (_, is_last)) = piece(rest)?;
    }
    let (_, chunks) = take(input.len() - rest.len())(input)?;
    Ok((rest, Text::Chunks(chunks)))
}

/// Whether a value that begins with this tag is a string.
pub(crate) const fn is_string(tag: u8) -> bool {
    matches!(tag, 0x00..=0x1F | 0x30..=0x33 | b'R' | b'S')
}

impl<'a> Text<'a> {
    /// The text if it lies in the message as UTF-8.
    pub(crate) fn as_utf8(self) -> Option<&'a [u8]> {
        match self {
            Self::Ascii(bytes) => Some(bytes),
            Self::One(bytes) => str::from_utf8(bytes).ok().map(str::as_bytes),
            Self::Chunks(_) => None,
        }
    }

    /// The characters; `None` for each surrogate without its other half.
    pub(crate) fn chars(self) -> impl Iterator<Item = Option<char>> + 'a {
        let (one, mut rest) = match self {
            Self::Ascii(bytes) | Self::One(bytes) => (Some(bytes), Default::default()),
            Self::Chunks(bytes) => (None, bytes),
        };
        let others = iter::from_fn(move || {
            let (after, (Text::Ascii(chunk) | Text::One(chunk), _)) = piece(rest).ok()? else {
                return None;
            };
            rest = after;
            Some(chunk)
        });
        char::decode_utf16(one.into_iter().chain(others).flat_map(units)).map(Result::ok)
    }

    /// The text in UTF-8, with a mark in place of each surrogate without its other half. It is copied where it does not lie
    /// in the message like that.
    pub(crate) fn to_utf8(self) -> Cow<'a, [u8]> {
        let char = |found: Option<char>| found.unwrap_or(char::REPLACEMENT_CHARACTER);
        match self.as_utf8() {
            Some(text) => text.into(),
            None => self
                .chars()
                .map(char)
                .collect::<String>()
                .into_bytes()
                .into(),
        }
    }

    /// Whether it is one that a Rust string can hold.
    pub(crate) fn is_whole(self) -> bool {
        self.as_utf8().is_some() || self.chars().all(|char| char.is_some())
    }

    /// The text for `metadata` of `message`, in which it lies, if it is [whole](Self::is_whole).
    pub(crate) fn record(self, message: &[u8], metadata: &mut Metadata) -> Recorded {
        match self.as_utf8() {
            Some(text) => range(message, text).into(),
            None => metadata.compose(self.chars().flatten()),
        }
    }
}

/// A chunk of a string: its characters, and whether it is the last.
fn piece(input: &[u8]) -> Parsed<'_, (Text<'_>, bool)> {
    let (input, (units, is_last)) = chunk(input, is_string)?;
    match input.split_at_checked(units) {
        Some((text, rest)) if text.is_ascii() => return Ok((rest, (Text::Ascii(text), is_last))),
        _ => {}
    }
    let (mut rest, mut left) = (input, units);
    while left > 0 {
        // Bytes and units of the character.
        let (bytes, units) = match rest.first() {
            Some(0x00..=0x7F) => (1_usize, 1),
            Some(0xC0..=0xDF) => (2, 1),
            Some(0xE0..=0xEF) => (3, 1),
            Some(0xF0..=0xF4) if left > 1 => (4, 2),
            Some(_) => return refuse(rest, Fault::Utf8),
            None => return Err(past_end(rest, left)),
        };
        let (after, character) = take(bytes)(rest)?;
        if !character.iter().skip(1).all(|byte| byte & 0xC0 == 0x80) {
            return refuse(rest, Fault::Utf8);
        }
        (rest, left) = (after, left - units);
    }
    let (_, text) = take(input.len() - rest.len())(input)?;
    Ok((rest, (Text::One(text), is_last)))
}

/// The units of a chunk. A character that is written longer than need be is what Java's peers take it for.
fn units(chunk: &[u8]) -> impl Iterator<Item = u16> {
    let starts =
        (0..chunk.len()).filter(|at| chunk.get(*at).is_some_and(|byte| byte & 0xC0 != 0x80));
    starts.flat_map(|at| {
        let bits = |index: usize| u32::from(chunk.get(at + index).copied().unwrap_or(0) & 0x3F);
        let point = match chunk.get(at).copied().unwrap_or(0) {
            first @ 0x00..=0x7F => first.into(),
            first @ 0x80..=0xDF => u32::from(first & 0x1F) << 6 | bits(1),
            first @ 0xE0..=0xEF => u32::from(first & 0x0F) << 12 | bits(1) << 6 | bits(2),
            first => u32::from(first & 7) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3),
        };
        let pair = point.checked_sub(0x1_0000);
        let high = pair.map_or(point, |above| 0xD800 | above >> 10 & 0x3FF);
        let low = pair.map(|above| (0xDC00 | above & 0x3FF) as u16);
        iter::once(high as u16).chain(low)
    })
}

/// Appends `text` as a Hessian string, in as few chunks as there must be.
pub(crate) fn write(text: &str, out: &mut Vec<u8>) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut rest = &units[..];
    while let (Some((chunk, after)), true) = (rest.split_at_checked(CHUNK), rest.len() > 0xFFFF) {
        // A pair of surrogates stays together.
        let is_parted = matches!(after, [0xDC00..=0xDFFF, ..]);
        let (chunk, after) = rest.split_at(chunk.len() - usize::from(is_parted));
        write_piece(b'R', chunk, out);
        rest = after;
    }
    write_piece(b'S', rest, out);
}

/// Appends a chunk of at most 65 535 units; the last, of tag `S`, in its shortest form.
fn write_piece(tag: u8, units: &[u16], out: &mut Vec<u8>) {
    let [high, low] = (units.len() as u16).to_be_bytes();
    match (tag, units.len()) {
        (b'S', 0..=0x1F) => out.push(low),
        (b'S', 0x20..=0x3FF) => out.extend([0x30 | high, low]),
        _ => out.extend([tag, high, low]),
    }
    for unit in units {
        let six = |shift: u32| 0x80 | (*unit >> shift & 0x3F) as u8;
        match unit {
            0x00..=0x7F => out.push(*unit as u8),
            0x80..=0x7FF => out.extend([0xC0 | (*unit >> 6) as u8, six(0)]),
            _ => out.extend([0xE0 | (*unit >> 12) as u8, six(6), six(0)]),
        }
    }
}
