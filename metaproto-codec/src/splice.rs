//! A message with another header, of which the bytes of all fields that stay the same are kept.

use std::ops::Range;

use bytes::Bytes;

use crate::header::truncated;
use crate::schema::{Field, Length, Role, Schema, Shape};
use crate::wire::{Body, Counter, Cursor, Kept, Payload, Sink, Sizes, Stop, Writer};
use crate::{CodecError, Header, Part, Read};

/// A change to the header of a message, ready to be written.
pub(crate) struct Splice<H> {
    header: H,
    message: Bytes,
    /// Where the bytes of each field lie.
    spans: Vec<Range<usize>>,
    /// Which of them are kept.
    same: Vec<bool>,
    extension: Bytes,
    body: Bytes,
    sizes: Sizes,
}

impl<H: Header + for<'a> Read<'a>> Splice<H> {
    /// Lets `change` change the header of `message`.
    ///
    /// Fields are compared in the form in which they are written. Those that differ are written anew, and with them the
    /// lengths and checksums that cover them; of all others the bytes are kept as they came, whether or not they are what
    /// a writer would have made of them.
    pub(crate) fn new(
        message: &Bytes,
        change: impl FnOnce(&mut H) -> Result<(), CodecError>,
    ) -> Result<Self, CodecError> {
        let mut cursor = Cursor::noting_starts(message, H::MIN_LEN);
        let read = H::check(&mut cursor).and_then(|view| Ok((view, cursor.finish()?)));
        let (view, sizes) = read.map_err(|stop| match stop {
            Stop::Fault(error) => error,
            Stop::Wait => truncated(message.len(), cursor.at_least()),
        })?;
        let mut header = H::from_view(&view, Some(message))?;
        let fields_end = cursor.fields_end();
        let spans = spans(&H::SCHEMA, &cursor.starts(), fields_end, sizes.frame());
        let before = Written::of(&header)?;
        change(&mut header)?;
        let same = same(&H::SCHEMA, &before, &Written::of(&header)?);
        let mut splice = Self {
            header,
            message: message.clone(),
            spans,
            same,
            extension: message.slice(fields_end..sizes.header),
            body: message.slice(sizes.header..sizes.header + sizes.body),
            sizes,
        };
        splice.sizes = Writer::sizes(splice.payload(), Some(splice.kept()), &|writer| {
            splice.header.write(writer)
        })?;
        Ok(splice)
    }

    fn payload(&self) -> Payload<'_> {
        Payload {
            extension: &self.extension,
            body: Body::Shared(&self.body),
        }
    }

    fn kept(&self) -> Kept<'_> {
        Kept {
            bytes: &self.message,
            spans: &self.spans,
            same: &self.same,
        }
    }

    /// Writes the message.
    pub(crate) fn write(&self, sink: &mut dyn Sink) -> Result<(), CodecError> {
        let mut writer = Writer::new(sink, self.payload(), self.sizes).keeping(Some(self.kept()));
        self.header.write(&mut writer)
    }

    /// Bytes of the message, if it can be written.
    pub(crate) fn measure(&self) -> Result<usize, CodecError> {
        // Only what is written with its sizes is checked against the maxima of lengths.
        self.write(&mut Counter::default())?;
        Ok(self.sizes.frame())
    }
}

/// The fields of a header as they are written, without a payload.
struct Written {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Written {
    fn of(header: &impl Part) -> Result<Self, CodecError> {
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        let mut writer = Writer::unmeasured(&mut bytes).noting_starts(&mut starts);
        header.write(&mut writer)?;
        Ok(Self { bytes, starts })
    }

    fn field(&self, index: usize) -> Option<&[u8]> {
        let end = self.starts.get(index + 1).copied();
        self.bytes
            .get(*self.starts.get(index)?..end.unwrap_or(self.bytes.len()))
    }
}

/// The fields that begin with bytes of their own: of a group of bit fields the first.
fn beginning(schema: &Schema) -> impl Iterator<Item = &'static Field> + Clone {
    let fields = schema.fields.iter();
    fields.filter(|field| !matches!(field.shape, Shape::Bits { first: false, .. }))
}

/// Where each field ends: where the next begins, the last of the header where the header's fields end.
fn spans(
    schema: &Schema,
    starts: &[usize],
    fields_end: usize,
    message_end: usize,
) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain([message_end]);
    let trailer = beginning(schema).map(|field| field.trailer);
    let behind = trailer.clone().skip(1).chain([true]);
    starts
        .iter()
        .zip(ends)
        .zip(trailer.zip(behind))
        .map(|((start, end), (is_trailer, next_is_behind))| {
            let is_last = next_is_behind && !is_trailer;
            *start..if is_last { fields_end } else { end }
        })
        .collect()
}

/// Which fields are written as they were before and depend on nothing that is not.
fn same(schema: &Schema, before: &Written, after: &Written) -> Vec<bool> {
    let names: Vec<&str> = beginning(schema).map(|field| field.name).collect();
    let mut same: Vec<bool> = beginning(schema)
        .enumerate()
        .map(|(index, field)| !is_computed(field) && before.field(index) == after.field(index))
        .collect();
    // A length stays as it came if and only if what it measures does.
    let mut group = "";
    for field in schema.fields {
        if !matches!(field.shape, Shape::Bits { first: false, .. }) {
            group = field.name;
        }
        let measured = schema
            .fields
            .iter()
            .find(|other| measuring(other) == Some(field.name));
        let at = |name: &str| names.iter().position(|other| *other == name);
        if let Some(measured) = measured.and_then(|measured| at(measured.name))
            && let Some(length) = at(group)
        {
            let both = same.get(measured) == Some(&true);
            if let Some(slot) = same.get_mut(length) {
                *slot &= both;
            }
        }
    }
    same
}

/// Whether what is written rests on the size of the message or on other bytes.
fn is_computed(field: &Field) -> bool {
    let sizes = field.roles.iter().any(|role| {
        matches!(
            role,
            Role::FrameLen { .. }
                | Role::HeaderLen { .. }
                | Role::BodyLen { .. }
                | Role::RestLen { .. }
        )
    });
    sizes || field.checksum.is_some()
}

/// The earlier field that measures this one.
fn measuring(field: &Field) -> Option<&'static str> {
    match field.shape {
        Shape::Octets { length, .. }
        | Shape::List { length, .. }
        | Shape::Map { length, .. }
        | Shape::Block { length, .. } => match length {
            Length::Field { name, .. } => Some(name),
            _ => None,
        },
        _ => None,
    }
}
