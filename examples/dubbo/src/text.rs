//! Strings: how long they are, what they say, and how they are written.
//!
//! A Hessian string counts **units of UTF-16**, and its bytes are UTF-8 of each unit by itself: a character beyond U+FFFF is a
//! pair of surrogates of three bytes each, "CESU-8". Some peers write the four bytes of UTF-8 in their place, which count as
//! two units as well. Long strings come in chunks. What is exposed is proper UTF-8; what is in the message stays as it is.

use std::iter;

use metaproto_codec::nom::range;
use metaproto_codec::{Fault, Metadata, Recorded};

use crate::hessian::{Parsed, be_u16, byte, past_end, refuse};

/// The most units of a chunk that is written, as Java's peers do it.
const CHUNK: usize = 0x8000;

/// A string as it lies in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text<'a> {
    /// ASCII in one piece.
    Plain(&'a [u8]),
    /// Anything else: the chunks, each with its tag and length.
    Chunks(&'a [u8]),
}

/// A string, in any number of chunks: `'R'` before each but the last.
pub(crate) fn string(input: &[u8]) -> Parsed<'_, Text<'_>> {
    let (mut rest, first) = chunk(input)?;
    if first.is_last && first.is_ascii {
        return Ok((rest, Text::Plain(first.content)));
    }
    let mut is_last = first.is_last;
    while !is_last {
        let (after, next) = chunk(rest)?;
        (rest, is_last) = (after, next.is_last);
    }
    let chunks = input.get(..input.len() - rest.len()).unwrap_or_default();
    Ok((rest, Text::Chunks(chunks)))
}

/// Whether a value that begins with this tag is a string.
pub(crate) const fn is_string(tag: u8) -> bool {
    matches!(tag, 0x00..=0x1F | 0x30..=0x33 | b'R' | b'S')
}

impl<'a> Text<'a> {
    /// The text in its place if it is ASCII, as most names are.
    pub(crate) fn as_plain(self) -> Option<&'a str> {
        match self {
            Self::Plain(bytes) => str::from_utf8(bytes).ok(),
            Self::Chunks(_) => None,
        }
    }

    /// The characters; `None` for each surrogate without its other half.
    pub(crate) fn chars(self) -> impl Iterator<Item = Option<char>> + 'a {
        char::decode_utf16(self.contents().flat_map(units)).map(Result::ok)
    }

    /// The bytes of its characters, chunk by chunk.
    fn contents(self) -> impl Iterator<Item = &'a [u8]> {
        let (mut plain, mut rest) = match self {
            Self::Plain(bytes) => (Some(bytes), Default::default()),
            Self::Chunks(bytes) => (None, bytes),
        };
        iter::from_fn(move || {
            plain.take().or_else(|| {
                let (after, chunk) = chunk(rest).ok()?;
                rest = after;
                Some(chunk.content)
            })
        })
    }

    /// Whether it says `text`, but for ASCII case.
    pub(crate) fn is(self, text: &str) -> bool {
        if let Self::Plain(bytes) = self {
            return bytes.eq_ignore_ascii_case(text.as_bytes());
        }
        let lower = |found: Option<char>| found.map(|found| found.to_ascii_lowercase());
        let wanted = text.chars().map(|wanted| Some(wanted.to_ascii_lowercase()));
        self.chars().map(lower).eq(wanted)
    }

    /// Whether it can name a property: names go into routes, logs and statistics.
    pub(crate) fn is_name(self) -> bool {
        match self {
            Self::Plain(bytes) => !bytes.is_empty() && !bytes.iter().any(u8::is_ascii_control),
            Self::Chunks(_) => {
                let is_usable =
                    |found: Option<char>| found.is_some_and(|char| !char.is_ascii_control());
                self.chars().next().is_some() && self.chars().all(is_usable)
            }
        }
    }

    /// The text for `metadata` of `message`, in which it lies; `None` for one that no Rust string can hold.
    pub(crate) fn record(self, message: &[u8], metadata: &mut Metadata) -> Option<Recorded> {
        match self {
            Self::Plain(bytes) => Some(range(message, bytes).into()),
            Self::Chunks(_) if self.chars().all(|char| char.is_some()) => {
                Some(metadata.compose(self.chars().flatten()))
            }
            Self::Chunks(_) => None,
        }
    }
}

/// A piece of a string.
struct Chunk<'a> {
    content: &'a [u8],
    is_ascii: bool,
    is_last: bool,
}

fn chunk(input: &[u8]) -> Parsed<'_, Chunk<'_>> {
    let (rest, tag) = byte(input)?;
    let (rest, units) = match tag {
        0x00..=0x1F => (rest, tag.into()),
        0x30..=0x33 => {
            let (rest, low) = byte(rest)?;
            (rest, usize::from(tag & 3) << 8 | usize::from(low))
        }
        b'R' | b'S' => {
            let (rest, units) = be_u16(rest)?;
            (rest, units.into())
        }
        _ => return refuse(input, Fault::Code { found: tag.into() }),
    };
    let (after, is_ascii) = content(rest, units)?;
    let chunk = Chunk {
        content: rest.get(..rest.len() - after.len()).unwrap_or_default(),
        is_ascii,
        is_last: tag != b'R',
    };
    Ok((after, chunk))
}

/// Skips so many units; whether they are ASCII.
fn content(input: &[u8], units: usize) -> Parsed<'_, bool> {
    if let Some((text, rest)) = input.split_at_checked(units)
        && text.is_ascii()
    {
        return Ok((rest, true));
    }
    let (mut rest, mut left) = (input, units);
    while left > 0 {
        // Bytes and units of the character.
        let (bytes, units) = match rest.first() {
            Some(0x00..=0x7F) => (1, 1),
            Some(0xC0..=0xDF) => (2, 1),
            Some(0xE0..=0xEF) => (3, 1),
            Some(0xF0..=0xF4) if left > 1 => (4, 2),
            Some(_) => return refuse(rest, Fault::Utf8),
            None => return Err(past_end(rest, left)),
        };
        let Some((character, after)) = rest.split_at_checked(bytes) else {
            return Err(past_end(rest, bytes));
        };
        if !character.iter().skip(1).all(|byte| byte & 0xC0 == 0x80) {
            return refuse(rest, Fault::Utf8);
        }
        (rest, left) = (after, left - units);
    }
    Ok((rest, false))
}

/// The units of a chunk's content. A character that is written longer than need be is what a peer will take it for.
fn units(content: &[u8]) -> impl Iterator<Item = u16> {
    let mut rest = content;
    let mut low = None;
    iter::from_fn(move || {
        if low.is_some() {
            return low.take();
        }
        let bits = |byte: u8| u32::from(byte & 0x3F);
        let (point, after) = match *rest {
            [a @ ..=0x7F, ref after @ ..] => (a.into(), after),
            [a @ ..=0xDF, b, ref after @ ..] => (u32::from(a & 0x1F) << 6 | bits(b), after),
            [a @ ..=0xEF, b, c, ref after @ ..] => {
                (u32::from(a & 0x0F) << 12 | bits(b) << 6 | bits(c), after)
            }
            [a, b, c, d, ref after @ ..] => {
                let point = u32::from(a & 7) << 18 | bits(b) << 12 | bits(c) << 6 | bits(d);
                (point, after)
            }
            _ => return None,
        };
        rest = after;
        let Some(above) = point.checked_sub(0x1_0000) else {
            return u16::try_from(point).ok();
        };
        low = Some(0xDC00 | (above & 0x3FF) as u16);
        Some(0xD800 | (above >> 10 & 0x3FF) as u16)
    })
}

/// Appends `text` as a Hessian string.
pub(crate) fn write(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    let mut left: usize = text.chars().map(char::len_utf16).sum();
    while left > usize::from(u16::MAX) {
        // A pair of surrogates stays together.
        let mut units = 0;
        let fits = |(_, char): &(usize, char)| {
            units += char.len_utf16();
            units > CHUNK
        };
        let end = rest
            .char_indices()
            .find(fits)
            .map_or(rest.len(), |(at, _)| at);
        let (chunk, after) = rest.split_at(end);
        let units = chunk.chars().map(char::len_utf16).sum();
        write_chunk(b'R', chunk, units, out);
        (rest, left) = (after, left - units);
    }
    write_chunk(b'S', rest, left, out);
}

/// Appends a chunk of so many units, at most 65 535; the last, of tag `S`, in its shortest form.
fn write_chunk(tag: u8, text: &str, units: usize, out: &mut Vec<u8>) {
    let [high, low] = (units as u16).to_be_bytes();
    match (tag, units) {
        (b'S', 0..=0x1F) => out.push(low),
        (b'S', 0x20..=0x3FF) => out.extend([0x30 | high, low]),
        _ => out.extend([tag, high, low]),
    }
    for char in text.chars() {
        if char.len_utf16() == 1 {
            out.extend(char.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            let low_bits = |shift: u32| 0x80 | (*unit >> shift & 0x3F) as u8;
            out.extend([0xE0 | (*unit >> 12) as u8, low_bits(6), low_bits(0)]);
        }
    }
}
