//! Writing: a message with some of its fields changed, and all else as it came.

use metaproto_codec::{Change, CodecError, Fault};

use crate::layout::is_name;
use crate::{Field, Message, Path, Value};

/// Bytes beyond those of the message for which there is room without another allocation.
const ROOM: usize = 64;

/// A change of one field, or of one entry of a map.
///
/// Where the field is, the new value takes its place, at each of its repetitions; where it is not, it is put where an
/// encoder would, before the first field with a larger number. So is a message on the path to it.
#[derive(Clone, Debug)]
pub struct Edit<'e> {
    path: Path,
    to: To<'e>,
    /// Whether no field was there so far.
    is_new: bool,
}

/// The new value; none of what is to be left out.
#[derive(Clone, Copy, Debug)]
enum To<'e> {
    Varint(Option<u64>),
    Bytes(Option<&'e [u8]>),
    Entry(&'e str, Option<&'e str>),
}

impl<'e> Edit<'e> {
    /// Sets a number, or leaves it out.
    #[must_use]
    pub fn varint(path: Path, value: impl Into<Option<u64>>) -> Self {
        Self::new(path, To::Varint(value.into()))
    }

    /// Sets a text or byte string, or leaves it out.
    #[must_use]
    pub fn bytes(path: Path, value: impl Into<Option<&'e [u8]>>) -> Self {
        Self::new(path, To::Bytes(value.into()))
    }

    /// Changes the entry `key` of a map of texts. Keys are matched without regard to ASCII case; one that is there keeps its
    /// spelling.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotHold`] for a key to be set that has control characters, which
    /// [`Layout::tags`](crate::Layout::tags) would not expose.
    pub fn entry(path: Path, key: &'e str, change: Change<'e>) -> Result<Self, Fault> {
        let value = change.value();
        if value.is_some() && !is_name(key.as_bytes()) {
            let (key, why) = (key.into(), "its name has a control character");
            return Err(Fault::CannotHold { key, why });
        }
        Ok(Self::new(path, To::Entry(key, value)))
    }

    const fn new(path: Path, to: To<'e>) -> Self {
        let is_new = true;
        Self { path, to, is_new }
    }

    /// Whether it is what `field`, which has the path, is to become. A field of another type than declared is another one.
    fn is_of(&self, message: &Message<'_>, field: &Field) -> Result<bool, CodecError> {
        Ok(match (self.to, &field.value) {
            (To::Varint(_), Value::Varint(_)) | (To::Bytes(_), Value::Bytes(_)) => true,
            (To::Entry(name, _), Value::Bytes(entry)) => {
                let (key, _) = message.entry(entry.clone())?;
                message.bytes(key).eq_ignore_ascii_case(name.as_bytes())
            }
            _ => false,
        })
    }

    /// Writes the field; an entry keeps the `key` that it has.
    fn put(&mut self, number: u32, key: Option<&[u8]>, output: &mut Vec<u8>) {
        self.is_new = false;
        match self.to {
            To::Varint(Some(value)) => {
                put_varint(u64::from(number) << 3, output);
                put_varint(value, output);
            }
            To::Bytes(Some(value)) => put_bytes(number, value, output),
            To::Entry(name, Some(value)) => {
                let key = key.unwrap_or(name.as_bytes());
                put_head(
                    number,
                    block_len(key.len()) + block_len(value.len()),
                    output,
                );
                put_bytes(1, key, output);
                put_bytes(2, value.as_bytes(), output);
            }
            _ => {}
        }
    }
}

impl Message<'_> {
    /// The message with these changes. Bytes of fields that they do not name are kept, and so is their order.
    ///
    /// # Errors
    ///
    /// What is wrong with the message, as [`Fields`](crate::Fields) say it.
    pub fn edited(&self, mut edits: Vec<Edit<'_>>) -> Result<Vec<u8>, CodecError> {
        edits.sort_by_key(|edit| edit.path);
        edited(self, 0, &mut edits)
    }
}

/// The message that lies so deep, with these edits of what is in it, in the order of their paths.
fn edited(
    message: &Message<'_>,
    depth: usize,
    edits: &mut [Edit<'_>],
) -> Result<Vec<u8>, CodecError> {
    let mut output = Vec::with_capacity(message.size() + ROOM);
    for field in message.fields() {
        let field = field?;
        let start = edits.partition_point(|edit| edit.path.get(depth) < Some(&field.number));
        let of_field = edits.iter_mut().skip(start);
        let mut of_field = of_field.take_while(|edit| edit.path.get(depth) == Some(&field.number));
        let count = of_field.by_ref().count();
        let of_field = &mut edits[start..start + count];
        replace(message, field, depth, of_field, &mut output)?;
    }
    // From the end: what is put in moves only what is behind it.
    for edits in edits
        .chunk_by_mut(|a, b| a.path.get(depth) == b.path.get(depth))
        .rev()
    {
        let mut new = Vec::new();
        add(depth, edits, &mut new)?;
        if !new.is_empty() {
            let number = edits[0].path[depth];
            let written = Message::new(&output, 0..output.len(), message.name());
            let mut larger = written
                .fields()
                .flatten()
                .filter(|field| field.number > number);
            let place = larger
                .next()
                .map_or(output.len(), |field| field.range.start);
            output.splice(place..place, new);
        }
    }
    Ok(output)
}

/// Writes what becomes of a field with the edits that are of it or of what is in it.
fn replace(
    message: &Message<'_>,
    field: Field,
    depth: usize,
    edits: &mut [Edit<'_>],
    output: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for edit in edits.iter_mut() {
        if edit.path.len() > depth + 1 {
            if let Value::Bytes(range) = field.value {
                let inner = edited(&message.within(range), depth + 1, edits)?;
                put_bytes(field.number, &inner, output);
                return Ok(());
            }
        } else if edit.is_of(message, &field)? {
            let key = match (edit.to, field.value) {
                (To::Entry(..), Value::Bytes(entry)) => {
                    Some(message.bytes(message.entry(entry)?.0))
                }
                _ => None,
            };
            edit.put(field.number, key, output);
            return Ok(());
        }
    }
    output.extend_from_slice(message.bytes(field.range));
    Ok(())
}

/// Writes what no field was there for, of edits that are of one field or of what is in it.
fn add(depth: usize, edits: &mut [Edit<'_>], output: &mut Vec<u8>) -> Result<(), CodecError> {
    for edit in edits.iter_mut().filter(|edit| edit.is_new) {
        if edit.path.len() > depth + 1 {
            let number = edit.path[depth];
            let inner = edited(&Message::EMPTY, depth + 1, edits)?;
            if !inner.is_empty() {
                put_bytes(number, &inner, output);
            }
            return Ok(());
        }
        edit.put(edit.path[depth], None, output);
    }
    Ok(())
}

/// Bytes of a field with a number below 16 that holds so many bytes.
fn block_len(length: usize) -> usize {
    let mut head = 2;
    let mut rest = length >> 7;
    while rest > 0 {
        head += 1;
        rest >>= 7;
    }
    head + length
}

fn put_bytes(number: u32, bytes: &[u8], output: &mut Vec<u8>) {
    put_head(number, bytes.len(), output);
    output.extend_from_slice(bytes);
}

/// Tag and length of a field of bytes.
fn put_head(number: u32, length: usize, output: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | 2, output);
    put_varint(length as u64, output);
}

fn put_varint(mut value: u64, output: &mut Vec<u8>) {
    while value > 0x7F {
        output.push(value as u8 | 0x80);
        value >>= 7;
    }
    output.push(value as u8);
}
