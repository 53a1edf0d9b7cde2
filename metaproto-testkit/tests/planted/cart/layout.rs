//! Where the fields of a message lie, checked.

use std::ops::Range;

use metaproto_codec::wire::Stop;
use metaproto_codec::{Fault, MessageType};

use super::super::bug::{Bug, Bugs};
use super::{
    BODY_LEN, FIXED, HEADER_LEN, ID, KIND, KINDS, MAGIC, MAX_BODY, MAX_HEADER, MAX_KEY, MAX_MAP,
    MAX_VALUE, METHOD, RETRIES, STATUS, VERSION, fault,
};

/// The fields of a whole message: values, and ranges of the message.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) kind: MessageType,
    pub(super) status: u8,
    pub(super) id: u64,
    pub(super) header: usize,
    pub(super) body: usize,
    pub(super) retries: u8,
    pub(super) method: Range<usize>,
    pub(super) map: Range<usize>,
}

/// The bytes that have come, and how many the message is known to need.
pub(super) struct Reader<'a> {
    pub(super) input: &'a [u8],
    pub(super) needed: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            needed: FIXED,
        }
    }

    fn byte(&self, at: usize) -> Result<u8, Stop> {
        self.input.get(at).copied().ok_or(Stop::Wait)
    }

    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], Stop> {
        let rest = self.input.get(at..).ok_or(Stop::Wait)?;
        rest.first_chunk().copied().ok_or(Stop::Wait)
    }

    fn slice(&self, range: Range<usize>) -> Result<&'a [u8], Stop> {
        self.input.get(range).ok_or(Stop::Wait)
    }
}

impl Layout {
    /// Reads a message, refusing at each byte what can no longer become one.
    pub(super) fn read(reader: &mut Reader<'_>, bugs: Bugs) -> Result<Self, Stop> {
        check_start(reader, bugs)?;
        let kind = read_kind(reader, bugs)?;
        let status = reader.byte(STATUS)?;
        let id = read_id(reader, bugs)?;
        let header = read_header_len(reader, bugs)?;
        let body = read_body_len(reader, header, bugs)?;
        let retries = reader.byte(RETRIES)?;
        let method = read_method(reader, header, bugs)?;
        let map = read_map(reader, method.end, header, bugs)?;
        let layout = Self {
            kind,
            status,
            id,
            header,
            body,
            retries,
            method,
            map,
        };
        let enough = match bugs.0 {
            Some(Bug::DoneAfterHeader) => header,
            Some(Bug::DoneOneByteEarly) => layout.frame() - 1,
            _ => layout.frame(),
        };
        if reader.input.len() < enough {
            return Err(Stop::Wait);
        }
        // Refused before, but by the codec that checks its maximum late.
        check_body(body)?;
        Ok(layout)
    }

    /// Bytes of the whole message.
    pub(super) fn frame(&self) -> usize {
        self.header + self.body
    }
}

fn check_start(reader: &Reader<'_>, bugs: Bugs) -> Result<(), Stop> {
    if bugs.has(Bug::MagicCheckedLate) {
        reader.array::<FIXED>(0)?;
    }
    for (at, expected) in MAGIC.into_iter().enumerate() {
        let found = reader.byte(at)?;
        if found != expected {
            return Err(fault(at, "magic", Fault::Constant { expected, found }).into());
        }
    }
    let version = reader.byte(2)? >> 4;
    if version != VERSION && !bugs.has(Bug::VersionIgnored) {
        let (expected, found) = (VERSION.into(), version.into());
        return Err(fault(2, "version", Fault::ConstantBits { expected, found }).into());
    }
    Ok(())
}

fn read_kind(reader: &Reader<'_>, bugs: Bugs) -> Result<MessageType, Stop> {
    let code = reader.byte(KIND)?;
    match KINDS.iter().find(|(known, _)| *known == code) {
        Some((_, MessageType::StreamData)) if bugs.has(Bug::StreamDataIsRequest) => {
            Ok(MessageType::Request)
        }
        Some((_, MessageType::OneWay)) if bugs.has(Bug::OneWayNotFlagged) => {
            Ok(MessageType::Request)
        }
        Some((_, MessageType::Ping)) if bugs.has(Bug::PingNotFlagged) => Ok(MessageType::Request),
        Some((_, kind)) => Ok(*kind),
        None if bugs.has(Bug::UnknownKindIsRequest) => Ok(MessageType::Request),
        None => {
            let found = code.into();
            Err(fault(KIND, "kind", Fault::Code { found }).into())
        }
    }
}

pub(super) fn read_id(reader: &Reader<'_>, bugs: Bugs) -> Result<u64, Stop> {
    let id = u64::from_be_bytes(reader.array(ID)?);
    Ok(match bugs.0 {
        Some(Bug::IdCutTo32) => u64::from(id as u32),
        Some(Bug::IdSignExtended) => i64::from(id as i32).cast_unsigned(),
        Some(Bug::FastPathForAligned) if (reader.input.as_ptr().addr() + ID).is_multiple_of(8) => {
            id.swap_bytes()
        }
        _ => id,
    })
}

fn read_header_len(reader: &mut Reader<'_>, bugs: Bugs) -> Result<usize, Stop> {
    let stated = u16::from_be_bytes(reader.array(HEADER_LEN)?);
    let (found, length) = (stated.into(), usize::from(stated));
    if length > MAX_HEADER {
        let max = MAX_HEADER;
        return Err(fault(HEADER_LEN, "header_len", Fault::AboveMaximum { found, max }).into());
    }
    if length < FIXED && !bugs.has(Bug::ShortHeaderAccepted) {
        let min = FIXED;
        return Err(fault(HEADER_LEN, "header_len", Fault::BelowMinimum { found, min }).into());
    }
    reader.needed = length.max(FIXED);
    Ok(reader.needed)
}

fn read_body_len(reader: &mut Reader<'_>, header: usize, bugs: Bugs) -> Result<usize, Stop> {
    let stated = u32::from_be_bytes(reader.array(BODY_LEN)?);
    let length = match bugs.0 {
        Some(Bug::LengthSumWraps) => {
            let frame = stated.wrapping_add(header as u32) as usize;
            frame.saturating_sub(header)
        }
        Some(Bug::LengthSigned) => stated.cast_signed().max(0) as usize,
        _ => stated as usize,
    };
    if !bugs.has(Bug::MaxCheckedLate) {
        check_body(length)?;
    }
    reader.needed = header + length;
    Ok(length)
}

fn check_body(length: usize) -> Result<(), Stop> {
    if length > MAX_BODY {
        let (found, max) = (length as u128, MAX_BODY);
        return Err(fault(BODY_LEN, "body_len", Fault::AboveMaximum { found, max }).into());
    }
    Ok(())
}

/// Reads the method: the header must have room for it and for the two bytes of the map's length.
fn read_method(reader: &Reader<'_>, header: usize, bugs: Bugs) -> Result<Range<usize>, Stop> {
    let needed = usize::from(reader.byte(METHOD)?);
    let left = header - FIXED;
    if needed > left {
        return Err(fault(METHOD, "method", Fault::PastEnd { needed, left }).into());
    }
    let range = METHOD + 1..METHOD + 1 + needed;
    let text = reader.slice(range.clone())?;
    if str::from_utf8(text).is_err() && !bugs.has(Bug::LossyMethod) {
        return Err(fault(METHOD, "method", Fault::Utf8).into());
    }
    Ok(range)
}

fn read_map(
    reader: &mut Reader<'_>,
    at: usize,
    header: usize,
    bugs: Bugs,
) -> Result<Range<usize>, Stop> {
    let needed = usize::from(u16::from_be_bytes(reader.array(at)?));
    let range = at + 2..at + 2 + needed;
    let left = header - range.start;
    if bugs.has(Bug::MapReadsIntoBody) {
        reader.needed = reader.needed.max(range.end);
    } else if needed > left {
        return Err(fault(at, "properties", Fault::PastEnd { needed, left }).into());
    }
    if needed > MAX_MAP {
        let (found, max) = (needed as u128, MAX_MAP);
        return Err(fault(at, "properties", Fault::AboveMaximum { found, max }).into());
    }
    let bytes = reader.slice(range.clone())?;
    for pair in Pairs::new(bytes, range.start, bugs) {
        pair?;
    }
    Ok(range)
}

/// The keys and values of a property map, as ranges of the message.
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
    at: usize,
    bugs: Bugs,
}

type Pair = (Range<usize>, Range<usize>);

impl<'a> Pairs<'a> {
    /// The pairs in `map`, which starts `at` so many bytes into the message.
    pub(super) fn new(map: &'a [u8], at: usize, bugs: Bugs) -> Self {
        Self {
            rest: map,
            at,
            bugs,
        }
    }

    fn pair(&mut self) -> Result<Pair, Fault> {
        let key = self.part::<1>(MAX_KEY)?;
        let value = self.part::<2>(MAX_VALUE)?;
        Ok((key, value))
    }

    /// A part after `N` bytes of length.
    fn part<const N: usize>(&mut self, max: usize) -> Result<Range<usize>, Fault> {
        let left = self.rest.len();
        let too_short = Fault::PastEnd { needed: N, left };
        let (length, rest) = self.rest.split_first_chunk::<N>().ok_or(too_short)?;
        let needed = length
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let left = rest.len();
        let (_, rest) = if self.bugs.has(Bug::PairSlicePanics) {
            rest.split_at(needed)
        } else {
            let past_end = Fault::PastEnd { needed, left };
            rest.split_at_checked(needed).ok_or(past_end)?
        };
        if needed > max {
            let found = needed as u128;
            return Err(Fault::AboveMaximum { found, max });
        }
        let start = self.at + N;
        (self.at, self.rest) = (start + needed, rest);
        Ok(start..start + needed)
    }
}

impl Iterator for Pairs<'_> {
    type Item = Result<Pair, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let start = self.at;
        match self.pair() {
            Ok(pair) => Some(Ok(pair)),
            Err(broken) => {
                self.rest = &[];
                let ignored = self.bugs.has(Bug::HalfPairIgnored);
                (!ignored).then(|| Err(fault(start, "properties", broken).into()))
            }
        }
    }
}
