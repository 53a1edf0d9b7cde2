//! Reading what a codec knows of a message.

use std::ops::Range;

use metaproto_codec::{CodecError, Fault, Metadata};

use crate::{Message, Value};

/// Which field: `&[4]` is field 4 of a message, `&[1, 7]` is field 7 of the message in its field 1.
pub type Path = &'static [u32];

/// The most entries that the map of a message may have.
const ENTRIES_MAX: usize = 4096;

/// The fields of a message that a codec reads, in one walk.
#[derive(Clone, Copy, Debug)]
pub struct Layout<const NUMBERS: usize, const RANGES: usize> {
    /// Numbers, flags and enums.
    pub numbers: [Path; NUMBERS],
    /// Texts, byte strings, and messages of which the place is of interest.
    pub ranges: [Path; RANGES],
    /// The map whose entries are properties that the peer named; `&[]` if there is none.
    ///
    /// An entry whose key or value is not UTF-8, or whose key has control characters, is not exposed and stays in the
    /// message; an empty key is a key like any other.
    pub tags: Path,
}

/// What was found of a [`Layout`]: values, in its order. A field that comes more than once has the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<const NUMBERS: usize, const RANGES: usize> {
    /// Numbers. Those of 32 bits are the low ones; negative ones fill all 64.
    pub numbers: [Option<u64>; NUMBERS],
    /// Where texts, byte strings and messages lie in the frame.
    pub ranges: [Option<Range<usize>>; RANGES],
    entries: usize,
}

impl<const NUMBERS: usize, const RANGES: usize> Layout<NUMBERS, RANGES> {
    /// Reads these fields of `message`, and records the entries of the map.
    ///
    /// # Errors
    ///
    /// As [`Fields`](crate::Fields), and [`Fault::AboveMaximum`] for a map of more than 4096 entries.
    pub fn read(
        &self,
        message: &Message<'_>,
        metadata: &mut Metadata,
    ) -> Result<Found<NUMBERS, RANGES>, CodecError> {
        let mut found = Found {
            numbers: [None; NUMBERS],
            ranges: [const { None }; RANGES],
            entries: 0,
        };
        self.walk(message, &[], metadata, &mut found)?;
        Ok(found)
    }

    /// Reads the message that lies at `prefix`.
    fn walk(
        &self,
        message: &Message<'_>,
        prefix: Path,
        metadata: &mut Metadata,
        found: &mut Found<NUMBERS, RANGES>,
    ) -> Result<(), CodecError> {
        for field in message.fields() {
            let field = field?;
            let left = |path| steps(path, prefix, field.number);
            match field.value {
                Value::Varint(value) => {
                    for (path, number) in self.numbers.iter().zip(&mut found.numbers) {
                        if left(path) == Some(0) {
                            *number = Some(value);
                        }
                    }
                }
                Value::Bytes(bytes) => {
                    for (path, range) in self.ranges.iter().zip(&mut found.ranges) {
                        if left(path) == Some(0) {
                            *range = Some(bytes.clone());
                        }
                    }
                    if left(self.tags) == Some(0) {
                        found.entries += 1;
                        record(message, bytes.clone(), found.entries, metadata)?;
                    }
                    let paths = self.numbers.iter().chain(&self.ranges).chain([&self.tags]);
                    let mut deeper = paths.filter(|path| left(path) > Some(0));
                    if let Some(path) = deeper.next() {
                        let prefix = &path[..=prefix.len()];
                        self.walk(&message.within(bytes), prefix, metadata, found)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// How many steps are left on `path` behind the field of this number at `prefix`; nothing if it leads elsewhere.
#[inline]
fn steps(path: Path, prefix: Path, number: u32) -> Option<usize> {
    let depth = prefix.len();
    let leads_here =
        path.get(depth) == Some(&number) && path.iter().zip(prefix).all(|(a, b)| a == b);
    leads_here.then(|| path.len() - depth - 1)
}

/// Records an entry of the map, which is the one of this number.
fn record(
    message: &Message<'_>,
    entry: Range<usize>,
    number: usize,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    if number > ENTRIES_MAX {
        let (found, max) = (number as u128, ENTRIES_MAX);
        return Err(message.fault(entry.start, Fault::AboveMaximum { found, max }));
    }
    let (key, value) = message.entry(entry)?;
    if is_name(message.bytes(key.clone())) && message.is_text(&key) && message.is_text(&value) {
        metadata.peer_property(key, value);
    }
    Ok(())
}

/// Whether a key can name a property. Names go into routes, logs and statistics.
pub(crate) fn is_name(key: &[u8]) -> bool {
    !key.iter().any(u8::is_ascii_control)
}
