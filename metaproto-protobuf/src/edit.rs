//! Writing: a message with some of its fields changed, and all else as it came.

use metaproto_codec::{Change, CodecError, Fault};

use crate::tags::is_name;
use crate::{Field, Message, Value};

/// A change of one field.
///
/// Where the field is, the new value takes its place; where it is not, it is put where an encoder would, before the first
/// field with a larger number. Repetitions of the field are left out.
#[derive(Clone, Debug)]
pub struct Edit<'e> {
    number: u32,
    to: To<'e>,
}

/// What is still to be written of the field.
#[derive(Clone, Debug)]
enum To<'e> {
    Varint(Option<u64>),
    Bytes(Option<&'e [u8]>),
    Message(Vec<Edit<'e>>),
    /// Names with their new values; `None` for those that are to be left out.
    Entries(Vec<(&'e str, Option<&'e str>)>),
}

impl<'e> Edit<'e> {
    /// Sets a number.
    #[must_use]
    pub const fn varint(number: u32, value: u64) -> Self {
        let to = To::Varint(Some(value));
        Self { number, to }
    }

    /// Sets a text or byte string.
    #[must_use]
    pub const fn bytes(number: u32, value: &'e [u8]) -> Self {
        let to = To::Bytes(Some(value));
        Self { number, to }
    }

    /// Leaves a field out.
    #[must_use]
    pub const fn remove(number: u32) -> Self {
        let to = To::Bytes(None);
        Self { number, to }
    }

    /// Changes the message in a field. One that is not there is made if there is something to put into it.
    #[must_use]
    pub fn message(number: u32, mut edits: Vec<Self>) -> Self {
        edits.sort_by_key(|edit| edit.number);
        let to = To::Message(edits);
        Self { number, to }
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
        let changes = changes.into_iter().map(|(key, change)| match change {
            Change::Set(_) if !is_name(key) => Err(Fault::CannotHold {
                key: key.into(),
                why: "its name has a control character",
            }),
            Change::Set(value) => Ok((key, Some(value))),
            Change::Remove => Ok((key, None)),
        });
        let to = To::Entries(changes.collect::<Result<_, _>>()?);
        Ok(Self { number, to })
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
                let mut inner = Vec::with_capacity(range.len() + 64);
                write(&message.within(range, message.name()), edits, &mut inner)?;
                put_bytes(self.number, &inner, output);
                Ok(())
            }
            (To::Entries(changes), Value::Bytes(range)) => {
                let key = message.bytes(message.entry(range)?.0);
                let mut changes = changes.iter_mut();
                match changes.find(|(name, _)| key.eq_ignore_ascii_case(name.as_bytes())) {
                    None => output.extend_from_slice(message.bytes(field.range)),
                    Some((_, value)) => put_entry(self.number, key, value.take(), output),
                }
                Ok(())
            }
            // Of another type than declared, and so another field.
            (To::Message(_) | To::Entries(_), _) => {
                output.extend_from_slice(message.bytes(field.range));
                Ok(())
            }
            (To::Varint(_) | To::Bytes(_), _) => {
                self.finish(output);
                Ok(())
            }
        }
    }

    /// Writes what no field was there for.
    fn finish(&mut self, output: &mut Vec<u8>) {
        match &mut self.to {
            To::Varint(value) => {
                if let Some(value) = value.take() {
                    put_varint(u64::from(self.number) << 3, output);
                    put_varint(value, output);
                }
            }
            To::Bytes(value) => {
                if let Some(value) = value.take() {
                    put_bytes(self.number, value, output);
                }
            }
            To::Message(edits) => {
                let mut inner = Vec::new();
                edits.iter_mut().for_each(|edit| edit.finish(&mut inner));
                if !inner.is_empty() {
                    put_bytes(self.number, &inner, output);
                }
            }
            To::Entries(changes) => {
                for (name, value) in changes {
                    put_entry(self.number, name.as_bytes(), value.take(), output);
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
        let mut output = Vec::with_capacity(self.size() + 64);
        edits.sort_by_key(|edit| edit.number);
        write(self, &mut edits, &mut output)?;
        Ok(output)
    }
}

fn write(
    message: &Message<'_>,
    edits: &mut [Edit<'_>],
    output: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for field in message.fields() {
        let field = field?;
        let before = edits
            .iter_mut()
            .take_while(|edit| edit.number < field.number);
        before.for_each(|edit| edit.finish(output));
        match edits.iter_mut().find(|edit| edit.number == field.number) {
            Some(edit) => edit.replace(message, field, output)?,
            None => output.extend_from_slice(message.bytes(field.range)),
        }
    }
    edits.iter_mut().for_each(|edit| edit.finish(output));
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
