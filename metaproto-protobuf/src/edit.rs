//! Writing: a message with some of its fields changed, and all else as it came.

use metaproto_codec::{Change, CodecError, Fault};

use crate::tags::is_name;
use crate::{Field, Message, Value};

/// Bytes beyond those of the message for which there is room without another allocation.
const ROOM: usize = 64;

/// A change of one field.
///
/// Where the field is, the new value takes its place, at each of its repetitions; where it is not, it is put where an
/// encoder would, before the first field with a larger number.
#[derive(Clone, Debug)]
pub struct Edit<'e> {
    number: u32,
    to: To<'e>,
    /// Whether no field was there so far.
    is_new: bool,
    /// Where in the output the first field with a larger number starts.
    place: Option<usize>,
}

#[derive(Clone, Debug)]
enum To<'e> {
    Varint(Option<u64>),
    Bytes(Option<&'e [u8]>),
    Message(Vec<Edit<'e>>),
    Entries(Vec<Entry<'e>>),
}

/// A change of an entry.
#[derive(Clone, Debug)]
struct Entry<'e> {
    name: &'e str,
    /// What it becomes; nothing if it is to be left out.
    value: Option<&'e str>,
    is_new: bool,
}

impl<'e> Edit<'e> {
    /// Sets a number, or leaves it out.
    #[must_use]
    pub fn varint(number: u32, value: impl Into<Option<u64>>) -> Self {
        Self::new(number, To::Varint(value.into()))
    }

    /// Sets a text or byte string, or leaves it out.
    #[must_use]
    pub fn bytes(number: u32, value: impl Into<Option<&'e [u8]>>) -> Self {
        Self::new(number, To::Bytes(value.into()))
    }

    /// Changes the message in a field. One that is not there is made if there is something to put into it.
    #[must_use]
    pub fn message(number: u32, mut edits: Vec<Self>) -> Self {
        edits.sort_by_key(|edit| edit.number);
        Self::new(number, To::Message(edits))
    }

    /// Changes entries of a map of texts, whose names are matched without regard to ASCII case. Entries that stay keep the
    /// spelling of their names.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotHold`] for a new name with control characters, which [`Tags`](crate::Tags) would not expose.
    pub fn entries(
        number: u32,
        changes: impl IntoIterator<Item = (&'e str, Change<'e>)>,
    ) -> Result<Self, Fault> {
        let entry = |(name, change)| {
            let value = match change {
                Change::Set(_) if !is_name(name) => {
                    let why = "its name has a control character";
                    let key = name.into();
                    return Err(Fault::CannotHold { key, why });
                }
                Change::Set(value) => Some(value),
                Change::Remove => None,
            };
            let is_new = true;
            Ok(Entry {
                name,
                value,
                is_new,
            })
        };
        let entries = changes.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self::new(number, To::Entries(entries)))
    }

    const fn new(number: u32, to: To<'e>) -> Self {
        Self {
            number,
            to,
            is_new: true,
            place: None,
        }
    }

    /// Writes what comes in place of `field`, which has the number.
    fn replace(
        &mut self,
        message: &Message<'_>,
        field: Field,
        output: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        match (&mut self.to, field.value) {
            (To::Message(edits), Value::Bytes(range)) => {
                let mut inner = Vec::with_capacity(range.len() + ROOM);
                write(&message.within(range, message.name()), edits, &mut inner)?;
                put_bytes(self.number, &inner, output);
            }
            (To::Entries(entries), Value::Bytes(range)) => {
                let key = message.bytes(message.entry(range)?.0);
                let mut entries = entries.iter_mut();
                match entries.find(|entry| key.eq_ignore_ascii_case(entry.name.as_bytes())) {
                    None => output.extend_from_slice(message.bytes(field.range)),
                    Some(entry) => {
                        entry.is_new = false;
                        put_entry(self.number, key, entry.value, output);
                    }
                }
            }
            (To::Varint(_), Value::Varint(_)) | (To::Bytes(_), Value::Bytes(_)) => {
                self.is_new = true;
                self.finish(output);
            }
            // Of another type than declared, and so a field that nobody knows.
            _ => output.extend_from_slice(message.bytes(field.range)),
        }
        Ok(())
    }

    /// Writes what no field was there for.
    fn finish(&mut self, output: &mut Vec<u8>) {
        let is_new = std::mem::take(&mut self.is_new);
        match &mut self.to {
            To::Varint(Some(value)) if is_new => {
                put_varint(u64::from(self.number) << 3, output);
                put_varint(*value, output);
            }
            To::Bytes(Some(value)) if is_new => put_bytes(self.number, value, output),
            To::Varint(_) | To::Bytes(_) => {}
            To::Message(edits) => {
                let mut inner = Vec::new();
                edits.iter_mut().for_each(|edit| edit.finish(&mut inner));
                if !inner.is_empty() {
                    put_bytes(self.number, &inner, output);
                }
            }
            To::Entries(entries) => {
                for entry in entries.iter_mut().filter(|entry| entry.is_new) {
                    entry.is_new = false;
                    put_entry(self.number, entry.name.as_bytes(), entry.value, output);
                }
            }
        }
    }
}

impl Message<'_> {
    /// The message with these changes, at most one for each field. Bytes of fields that they do not name are kept, and so
    /// is their order.
    ///
    /// # Errors
    ///
    /// What is wrong with the message, as [`Fields`](crate::Fields) say it.
    pub fn edited(&self, mut edits: Vec<Edit<'_>>) -> Result<Vec<u8>, CodecError> {
        let mut output = Vec::with_capacity(self.size() + ROOM);
        edits.sort_by_key(|edit| edit.number);
        write(self, &mut edits, &mut output)?;
        Ok(output)
    }
}

/// Writes the message with what the edits, in the order of their numbers, make of it.
fn write(
    message: &Message<'_>,
    edits: &mut [Edit<'_>],
    output: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for field in message.fields() {
        let field = field?;
        let smaller = edits
            .iter_mut()
            .take_while(|edit| edit.number < field.number);
        for edit in smaller.filter(|edit| edit.place.is_none()) {
            edit.place = Some(output.len());
        }
        match edits.iter_mut().find(|edit| edit.number == field.number) {
            Some(edit) => edit.replace(message, field, output)?,
            None => output.extend_from_slice(message.bytes(field.range)),
        }
    }
    // From the end, so that no place moves that is still to be filled.
    for edit in edits.iter_mut().rev() {
        let mut new = Vec::new();
        edit.finish(&mut new);
        if !new.is_empty() {
            let place = edit.place.unwrap_or(output.len());
            output.splice(place..place, new);
        }
    }
    Ok(())
}

/// An entry of a map, if it has a value.
fn put_entry(number: u32, key: &[u8], value: Option<&str>, output: &mut Vec<u8>) {
    if let Some(value) = value {
        let size = block_len(key.len()) + block_len(value.len());
        put_head(number, size, output);
        put_bytes(1, key, output);
        put_bytes(2, value.as_bytes(), output);
    }
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
