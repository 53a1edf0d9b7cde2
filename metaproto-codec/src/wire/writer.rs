//! Writing.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use super::{Checksum, Fill, Form, Order, Prefix, Scalar, VarintForm};
use crate::{CodecError, Fault, FieldPath, Output};

/// Where a [`Writer`] puts bytes: a buffer, or a counter.
pub trait Sink {
    /// Appends `bytes`.
    fn put(&mut self, bytes: &[u8]);

    /// Whether so many bytes can be put without making room first.
    fn has_room(&self, count: usize) -> bool {
        let _ = count;
        true
    }

    /// Appends `count` bytes that `write` fills; nothing where it does not, or where there is no room.
    fn fill(&mut self, count: usize, write: impl FnOnce(&mut Fill<'_>) -> bool) -> bool
    where
        Self: Sized,
    {
        let _ = (count, write);
        false
    }

    /// Appends `bytes`, by reference where that is possible.
    fn put_shared(&mut self, bytes: &Bytes) {
        self.put(bytes);
    }

    /// Shows the last `count` bytes that were put, in pieces. A counter has none.
    fn last(&self, count: usize, show: &mut dyn FnMut(&[u8]));

    /// The last `count` bytes that were put, as far as they were put one by one and can be changed. A counter has none.
    fn last_mut(&mut self, count: usize) -> &mut [u8];
}

macro_rules! buffers {
    ($($type:ty),*) => {$(
        impl Sink for $type {
            #[inline]
            fn put(&mut self, bytes: &[u8]) {
                self.extend_from_slice(bytes);
            }

            #[inline]
            fn has_room(&self, count: usize) -> bool {
                self.capacity() - self.len() >= count
            }

            #[inline]
            fn fill(&mut self, count: usize, write: impl FnOnce(&mut Fill<'_>) -> bool) -> bool {
                if !self.has_room(count) {
                    return false;
                }
                let before = self.len();
                self.resize(before + count, 0);
                let mut fill = Fill::new(self.get_mut(before..).unwrap_or_default());
                let is_done = write(&mut fill) && fill.is_full();
                if !is_done {
                    self.truncate(before);
                }
                is_done
            }

            fn last(&self, count: usize, show: &mut dyn FnMut(&[u8])) {
                show(self.get(self.len().saturating_sub(count)..).unwrap_or_default());
            }

            fn last_mut(&mut self, count: usize) -> &mut [u8] {
                let start = self.len().saturating_sub(count);
                self.get_mut(start..).unwrap_or_default()
            }
        }
    )*};
}
buffers!(Vec<u8>, BytesMut);

impl Sink for Output {
    fn put(&mut self, bytes: &[u8]) {
        self.push(bytes);
    }

    fn put_shared(&mut self, bytes: &Bytes) {
        self.push_shared(bytes.clone());
    }

    fn last(&self, count: usize, show: &mut dyn FnMut(&[u8])) {
        self.show_last(count, show);
    }

    fn last_mut(&mut self, count: usize) -> &mut [u8] {
        self.last_owned_mut(count)
    }
}

/// Counts bytes instead of keeping them, so that a size is measured by the very code that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter(pub usize);

impl Sink for Counter {
    fn put(&mut self, bytes: &[u8]) {
        self.0 = self.0.saturating_add(bytes.len());
    }

    fn last(&self, _: usize, _: &mut dyn FnMut(&[u8])) {}

    fn last_mut(&mut self, _: usize) -> &mut [u8] {
        &mut []
    }
}

/// The sizes of a message's parts, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The header, with what extends it.
    pub header: usize,
    /// The body.
    pub body: usize,
    /// What stands behind the body.
    pub trailer: usize,
    /// What stands behind the field that says how much that is; only known when it is written.
    rest: usize,
}

impl Sizes {
    /// The parts of a message, bytes.
    #[must_use]
    pub const fn new(header: usize, body: usize, trailer: usize) -> Self {
        Self {
            header,
            body,
            trailer,
            rest: 0,
        }
    }

    /// The whole message.
    #[must_use]
    pub const fn frame(self) -> usize {
        self.header
            .saturating_add(self.body)
            .saturating_add(self.trailer)
    }
}

/// What a message has behind the fields of its header.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'p> {
    /// Bytes of the header that its fields do not know.
    pub extension: &'p Bytes,
    /// The body.
    pub body: Body<'p>,
}

/// The body of a message that is written.
#[derive(Clone, Copy, Debug)]
pub enum Body<'p> {
    /// Bytes to be copied.
    Copied(&'p [u8]),
    /// Bytes to be shared, where the sink can.
    Shared(&'p Bytes),
}

impl<'p> Body<'p> {
    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> &'p [u8] {
        match self {
            Self::Copied(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

static NOTHING: Bytes = Bytes::new();

impl Default for Payload<'_> {
    fn default() -> Self {
        Self {
            extension: &NOTHING,
            body: Body::Copied(&[]),
        }
    }
}

/// Where the bytes start that a length counts which stands before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Nobody asked.
    Unasked,
    /// Behind the present field.
    Next,
    /// Here.
    From(usize),
}

/// How far a checksum reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To this byte, which was written already.
    At(usize),
    /// To the end of the header, of which the rest is still to come.
    Header,
    /// To the end of the body, which is still to come.
    Body,
}

/// A message that came, of which a writer keeps the bytes of all fields that did not change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'k> {
    pub(crate) bytes: &'k [u8],
    /// Where the bytes of each field of the outermost struct lie.
    pub(crate) spans: &'k [Range<usize>],
    /// Which of them are kept.
    pub(crate) same: &'k [bool],
}

/// Where a writer's bytes go. What nearly all of them are is written out, so that it can be inlined.
enum Target<'s> {
    Nowhere,
    Vec(&'s mut Vec<u8>),
    Other(&'s mut dyn Sink),
}

impl Target<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        match self {
            Self::Nowhere => {}
            Self::Vec(vec) => vec.extend_from_slice(bytes),
            Self::Other(sink) => sink.put(bytes),
        }
    }

    fn put_shared(&mut self, bytes: &Bytes) {
        match self {
            Self::Other(sink) => sink.put_shared(bytes),
            _ => self.put(bytes),
        }
    }

    fn last(&self, count: usize, show: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Nowhere => {}
            Self::Vec(vec) => vec.last(count, show),
            Self::Other(sink) => sink.last(count, show),
        }
    }

    fn last_mut(&mut self, count: usize) -> &mut [u8] {
        match self {
            Self::Nowhere => &mut [],
            Self::Vec(vec) => vec.last_mut(count),
            Self::Other(sink) => sink.last_mut(count),
        }
    }
}

/// Writes the fields of a header, computing lengths and checksums, and the message behind it.
pub struct Writer<'s> {
    sink: Target<'s>,
    payload: Payload<'s>,
    /// The sizes that lengths state; `None` while they are being measured.
    sizes: Option<Sizes>,
    written: usize,
    /// Bytes of header and body, once they are written.
    header_end: Option<usize>,
    body_end: Option<usize>,
    /// Where that starts whose length is written as that of the rest.
    rest: Rest,
    /// Whether what was written depends on the sizes.
    depends: bool,
    kept: Option<Kept<'s>>,
    starts: Option<&'s mut Vec<usize>>,
    /// How many fields of the outermost struct have begun.
    begun: usize,
    path: FieldPath,
}

impl<'s> Writer<'s> {
    /// A writer of a message of these sizes.
    pub fn new(sink: &'s mut dyn Sink, payload: Payload<'s>, sizes: Sizes) -> Self {
        Self {
            sizes: Some(sizes),
            ..Self::onto(Target::Other(sink)).with(payload)
        }
    }

    /// As [`new`](Self::new), onto a vector, which is quicker.
    pub(crate) fn onto_vec(vec: &'s mut Vec<u8>, payload: Payload<'s>, sizes: Sizes) -> Self {
        Self {
            sizes: Some(sizes),
            ..Self::onto(Target::Vec(vec)).with(payload)
        }
    }

    /// A writer of fields without a message around them, whose size their lengths could state.
    pub(crate) fn unmeasured(vec: &'s mut Vec<u8>) -> Self {
        Self::onto(Target::Vec(vec))
    }

    fn onto(sink: Target<'s>) -> Self {
        Self {
            sink,
            payload: Payload::default(),
            sizes: None,
            written: 0,
            header_end: None,
            body_end: None,
            rest: Rest::Unasked,
            depends: false,
            kept: None,
            starts: None,
            begun: 0,
            path: FieldPath::default(),
        }
    }

    fn with(mut self, payload: Payload<'s>) -> Self {
        self.payload = payload;
        self
    }

    /// Keeps the bytes of fields that did not change.
    pub(crate) fn keeping(mut self, kept: Option<Kept<'s>>) -> Self {
        self.kept = kept;
        self
    }

    /// Notes where the fields of the outermost struct start.
    pub(crate) fn noting_starts(mut self, starts: &'s mut Vec<usize>) -> Self {
        self.starts = Some(starts);
        self
    }

    /// The number of bytes that `write` writes, where it is not the header of a message.
    ///
    /// # Errors
    ///
    /// What `write` gives.
    pub fn measure(
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), CodecError>,
    ) -> Result<usize, CodecError> {
        let mut writer = Writer::onto(Target::Nowhere);
        write(&mut writer)?;
        Ok(writer.written)
    }

    /// The sizes of the message with this payload that `write` writes, measured by itself.
    ///
    /// # Errors
    ///
    /// What `write` gives.
    pub(crate) fn sizes(
        payload: Payload<'_>,
        kept: Option<Kept<'_>>,
        write: &dyn Fn(&mut Writer<'_>) -> Result<(), CodecError>,
    ) -> Result<Sizes, CodecError> {
        let mut sizes = None;
        // A length of variable width can make itself longer, at most by a byte each time.
        for _ in 0..MAX_GROWTH {
            let mut writer = Writer {
                sizes,
                kept,
                payload,
                ..Writer::onto(Target::Nowhere)
            };
            write(&mut writer)?;
            let header = writer.header_end.unwrap_or(writer.written);
            let body_end = writer.body_end.unwrap_or(writer.written);
            let rest_start = match writer.rest {
                Rest::From(start) => start,
                Rest::Unasked | Rest::Next => writer.written,
            };
            let found = Sizes {
                header,
                body: body_end.saturating_sub(header),
                trailer: writer.written.saturating_sub(body_end),
                rest: writer.written.saturating_sub(rest_start),
            };
            let depends = writer.depends;
            if !depends || sizes == Some(found) {
                return Ok(found);
            }
            sizes = Some(found);
        }
        Ok(sizes.unwrap_or_default())
    }

    /// Begins the field `name`: errors from here on name it. Whether it is to be written: not if its bytes were kept as
    /// they came.
    pub fn field(&mut self, name: &'static str) -> bool {
        self.path.rename(name);
        if !self.path.is_outermost() {
            return true;
        }
        self.begin_rest();
        let index = self.begun;
        self.begun += 1;
        if let Some(starts) = &mut self.starts {
            starts.push(self.written);
        }
        let kept = self.kept.filter(|kept| kept.same.get(index) == Some(&true));
        let bytes = kept.and_then(|kept| kept.bytes.get(kept.spans.get(index)?.clone()));
        if let Some(bytes) = bytes {
            self.bytes(bytes);
        }
        bytes.is_none()
    }

    /// What comes now is behind the field that was just written.
    fn begin_rest(&mut self) {
        if self.rest == Rest::Next {
            self.rest = Rest::From(self.written);
        }
    }

    /// Goes on with the field `name` of a group.
    pub fn within(&mut self, name: &'static str) {
        self.path.rename(name);
    }

    /// Bytes written so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.written
    }

    /// Whether a part that has a condition is written.
    ///
    /// # Errors
    ///
    /// [`Fault::Presence`] where the value and its condition do not agree.
    pub fn presence(&self, wanted: bool, there: bool) -> Result<(), CodecError> {
        if wanted == there {
            return Ok(());
        }
        Err(self.fault(Fault::Presence { wanted }))
    }

    /// Refuses a body, of a message that has none.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    pub fn no_body(&self) -> Result<(), CodecError> {
        self.bounded(self.payload.body.bytes().len(), 0).map(drop)
    }

    /// Writes what the message has behind the fields of its header, before its trailers. Nothing in a nested part.
    pub fn body(&mut self) {
        if !self.path.is_outermost() {
            return;
        }
        self.begin_rest();
        let Payload { extension, body } = self.payload;
        self.sink.put_shared(extension);
        self.written = self.written.saturating_add(extension.len());
        self.header_end = Some(self.written);
        match body {
            Body::Copied(bytes) => self.sink.put(bytes),
            Body::Shared(bytes) => self.sink.put_shared(bytes),
        }
        self.written = self.written.saturating_add(body.bytes().len());
        self.body_end = Some(self.written);
    }

    /// Replaces the `N` bytes at `at` by the checksum of what was written from `from` on, or of what is still to come where
    /// that is `None`, until `reach`. The bytes themselves are zeros until then.
    pub fn seal<C: Checksum, const N: usize>(
        &mut self,
        at: usize,
        from: Option<usize>,
        reach: Reach,
        order: Order,
    ) {
        let mut sum = C::default();
        if let Some(from) = from {
            let end = if let Reach::At(end) = reach {
                end
            } else {
                self.written
            };
            let mut left = end.saturating_sub(from);
            self.sink
                .last(self.written.saturating_sub(from), &mut |piece| {
                    let wanted = piece.len().min(left);
                    sum.update(piece.get(..wanted).unwrap_or_default());
                    left -= wanted;
                });
            if !matches!(reach, Reach::At(_)) {
                sum.update(self.payload.extension);
            }
        }
        if reach == Reach::Body {
            sum.update(self.payload.body.bytes());
        }
        let last = self.sink.last_mut(self.written.saturating_sub(at));
        if let Some(slot) = last.first_chunk_mut::<N>() {
            order.store(sum.value().into(), slot);
        }
    }

    /// Bytes before the body, once it is written, and with it.
    #[must_use]
    pub fn body_range(&self) -> Range<usize> {
        let end = self.body_end.unwrap_or(self.written);
        self.header_end.unwrap_or(end)..end
    }

    /// Writes zeros until there is a multiple of `multiple` bytes since `from`.
    pub fn align(&mut self, from: usize, multiple: usize) {
        self.begin_rest();
        let length = self.written.saturating_sub(from);
        let missing = length.next_multiple_of(multiple.max(1)) - length;
        (0..missing).for_each(|_| self.bytes(&[0]));
    }

    /// Writes `value` and the `mark` that ends it.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is longer than `max`; [`Fault::Holds`] where the mark stands in it.
    pub fn until(&mut self, value: &[u8], mark: &[u8], max: usize) -> Result<(), CodecError> {
        self.bounded(value.len(), max)?;
        if ends_early(value, mark) {
            return Err(self.fault(Fault::Holds {
                what: "the bytes that end it",
            }));
        }
        self.bytes(value);
        self.bytes(mark);
        Ok(())
    }

    /// Checks that a value is a multiple of what its field counts in.
    ///
    /// # Errors
    ///
    /// [`Fault::Multiple`].
    pub fn multiple(&self, value: i128, of: u32) -> Result<(), CodecError> {
        if value % i128::from(of.max(1)) == 0 {
            return Ok(());
        }
        Err(self.fault(Fault::Multiple {
            found: value.unsigned_abs(),
            of: of.into(),
        }))
    }

    /// Writes `value` and as many `pad` bytes as make it `count` bytes long.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`]; [`Fault::Holds`] where its last byte is a pad byte.
    pub fn padded(&mut self, value: &[u8], count: usize, pad: u8) -> Result<(), CodecError> {
        self.bounded(value.len(), count)?;
        if value.last() == Some(&pad) {
            return Err(self.fault(Fault::Holds {
                what: "a pad byte at its end",
            }));
        }
        self.bytes(value);
        (value.len()..count).for_each(|_| self.bytes(&[pad]));
        Ok(())
    }

    /// Writes a number of at most `bits` bits in as few bytes as it needs.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    pub fn varint_in(&mut self, raw: u128, form: VarintForm, bits: u32) -> Result<(), CodecError> {
        let raw = self.fitting(raw, bits)?;
        self.varint_of(super::low64(raw), form);
        Ok(())
    }

    /// An error in the present field; its offset is that of the field in what is written.
    #[cold]
    #[must_use]
    pub fn fault(&self, fault: Fault) -> CodecError {
        CodecError::new(self.written, self.path, fault)
    }

    /// Writes bytes as they are.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.written = self.written.saturating_add(bytes.len());
        self.sink.put(bytes);
    }

    /// Writes the low `N` bytes of `raw`, at most 16.
    #[inline]
    pub fn raw<const N: usize>(&mut self, raw: u128, order: Order) {
        let mut bytes = [0; N];
        order.store(raw, &mut bytes);
        self.bytes(&bytes);
    }

    /// Writes a value into `N` bytes.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it does not fit.
    #[inline]
    pub fn scalar<T: Scalar, const N: usize>(
        &mut self,
        value: T,
        order: Order,
    ) -> Result<(), CodecError> {
        let raw = self.value(value, 8 * N as u32)?;
        self.raw::<N>(raw, order);
        Ok(())
    }

    /// The wire bits of a value in a field of `bits` bits.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it does not fit.
    #[inline]
    pub fn value<T: Scalar>(&self, value: T, bits: u32) -> Result<u128, CodecError> {
        let max = super::scalar::mask(bits);
        value.to_wire(bits).ok_or_else(|| {
            self.fault(Fault::TooLarge {
                found: value.to_raw(),
                max,
            })
        })
    }

    /// Writes an unsigned LEB128 number in as few bytes as it needs, at most 10.
    pub fn varint(&mut self, value: u64) {
        self.varint_of(value, VarintForm::Leb128);
    }

    /// Writes an unsigned number in as few bytes as it needs, at most 10.
    pub fn varint_of(&mut self, mut value: u64, form: VarintForm) {
        let mut bytes = [0; 10];
        let mut len = 0;
        for slot in &mut bytes {
            *slot = 0x80 | (value & 0x7F).to_le_bytes()[0];
            len += 1;
            value >>= 7;
            if value == 0 {
                break;
            }
        }
        let bytes = &mut bytes[..len];
        if form == VarintForm::Vlq {
            bytes.reverse();
        }
        if let Some(last) = bytes.last_mut() {
            *last &= 0x7F;
        }
        self.bytes(bytes);
    }

    /// Checks a length or count against its stated maximum.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    #[inline]
    pub fn bounded(&self, length: usize, max: usize) -> Result<u128, CodecError> {
        if length <= max {
            return Ok(length as u128);
        }
        Err(self.fault(Fault::TooLarge {
            found: length as u128,
            max: max as u128,
        }))
    }

    /// Writes a length or count.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is above the stated maximum or does not fit the prefix.
    #[inline(always)]
    pub fn length(&mut self, length: usize, prefix: Prefix) -> Result<(), CodecError> {
        let is_plain = prefix.scale == 1 && prefix.offset == 0 && length <= prefix.max;
        if let Form::Fixed { width, order } = prefix.form
            && is_plain
        {
            let raw = length as u128;
            match width {
                1 if length <= 0xFF => return self.put_number::<1>(raw, order),
                2 if length <= 0xFFFF => return self.put_number::<2>(raw, order),
                4 if length <= 0xFFFF_FFFF => return self.put_number::<4>(raw, order),
                _ => {}
            }
        }
        self.length_slowly(length, prefix)
    }

    #[inline]
    fn put_number<const N: usize>(&mut self, raw: u128, order: Order) -> Result<(), CodecError> {
        self.raw::<N>(raw, order);
        Ok(())
    }

    #[inline(never)]
    fn length_slowly(&mut self, length: usize, prefix: Prefix) -> Result<(), CodecError> {
        let length = self.bounded(length, prefix.max)?;
        let number = self.number_of(length, prefix.scale, prefix.offset.into())?;
        self.prefix_number(number, prefix.form)
    }

    /// The number that states a length as a multiple of `scale`, less `offset`.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is less than the offset, [`Fault::Multiple`] where it is no such multiple.
    #[inline]
    pub fn number_of(&self, length: u128, scale: u64, offset: i128) -> Result<u128, CodecError> {
        if scale == 1 && offset == 0 {
            return Ok(length);
        }
        self.scaled_number(length, scale, offset)
    }

    fn scaled_number(&self, length: u128, scale: u64, offset: i128) -> Result<u128, CodecError> {
        let scaled = i128::try_from(length)
            .unwrap_or(i128::MAX)
            .saturating_sub(offset);
        let Ok(scaled) = u128::try_from(scaled) else {
            return Err(self.fault(Fault::TooLarge {
                found: offset.unsigned_abs(),
                max: length,
            }));
        };
        let scale = u128::from(scale.max(1));
        if scaled.is_multiple_of(scale) {
            Ok(scaled / scale)
        } else {
            Err(self.fault(Fault::Multiple {
                found: scaled,
                of: scale,
            }))
        }
    }

    /// Writes a length and so many bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length).
    #[inline]
    pub fn prefixed(&mut self, value: &[u8], prefix: Prefix) -> Result<(), CodecError> {
        self.length(value.len(), prefix)?;
        self.bytes(value);
        Ok(())
    }

    /// Writes the number that says in the place of a length that there is nothing.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where the prefix cannot hold it.
    pub fn null(&mut self, number: u128, prefix: Prefix) -> Result<(), CodecError> {
        self.prefix_number(number, prefix.form)
    }

    #[inline(always)]
    fn prefix_number(&mut self, number: u128, form: Form) -> Result<(), CodecError> {
        match form {
            Form::Fixed { width, order } => {
                let width = width.min(8);
                let raw = self.fitting(number, 8 * width as u32)?;
                let mut bytes = [0; 8];
                let bytes = &mut bytes[..width];
                order.store(raw, bytes);
                self.bytes(bytes);
                Ok(())
            }
            Form::Varint(form) => self.varint_in(number, form, 64),
        }
    }

    /// The wire value of the length of the whole message.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] where it is above `max`.
    pub fn frame_len(&mut self, offset: i128, max: usize) -> Result<u128, CodecError> {
        self.size(Sizes::frame, offset, max)
    }

    /// The wire value of the length of all that comes after the present field, however wide that is.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn rest_len(&mut self, offset: i128, max: usize) -> Result<u128, CodecError> {
        self.rest = Rest::Next;
        self.size(|sizes| sizes.rest, offset, max)
    }

    /// The wire value of the length of the header.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn header_len(&mut self, offset: i128, max: usize) -> Result<u128, CodecError> {
        self.size(|sizes| sizes.header, offset, max)
    }

    /// The wire value of the length of the body.
    ///
    /// # Errors
    ///
    /// As [`frame_len`](Self::frame_len).
    pub fn body_len(&mut self, offset: i128, max: usize) -> Result<u128, CodecError> {
        self.size(|sizes| sizes.body, offset, max)
    }

    /// Writes a part of its own with fields of its own.
    ///
    /// # Errors
    ///
    /// What `part` gives, and [`Fault::Depth`].
    pub fn nested(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        if self.path.is_too_deep() {
            return Err(self.fault(Fault::Depth));
        }
        self.path.descend();
        part(self)?;
        self.path.ascend();
        Ok(())
    }

    /// Checks that a length fits a field of `bits` bits.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`].
    #[inline]
    pub fn fitting(&self, raw: u128, bits: u32) -> Result<u128, CodecError> {
        let max = super::scalar::mask(bits);
        if raw <= max {
            Ok(raw)
        } else {
            Err(self.fault(Fault::TooLarge { found: raw, max }))
        }
    }

    fn size(
        &mut self,
        part: impl Fn(Sizes) -> usize,
        offset: i128,
        max: usize,
    ) -> Result<u128, CodecError> {
        self.depends = true;
        let Some(sizes) = self.sizes else {
            return Ok(0);
        };
        let length = part(sizes);
        self.bounded(length, max)?;
        self.number_of(length as u128, 1, offset)
    }
}

/// Whether a reader that looks for `mark` behind `value` finds it too early.
pub(crate) fn ends_early(value: &[u8], mark: &[u8]) -> bool {
    let holds = value
        .windows(mark.len().max(1))
        .any(|window| window == mark);
    // What the value ends with may be the start of a mark that the first bytes of the mark complete.
    let completes = (1..mark.len()).any(|count| {
        let (head, tail) = mark.split_at(count);
        value.ends_with(head) && mark.starts_with(tail)
    });
    holds || completes
}

/// More passes than a length of variable width needs to settle.
const MAX_GROWTH: usize = 12;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Cursor, Stop};

    fn varint(value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Payload::default(), Sizes::default()).varint(value);
        bytes
    }

    #[test]
    fn varints_are_as_protocol_buffers_document_them() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(127), [0x7F]);
        assert_eq!(varint(150), [0x96, 0x01]);
        assert_eq!(
            varint(u64::MAX),
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        );
    }

    #[test]
    fn a_varint_that_goes_on_or_is_too_large_is_refused() {
        for bytes in [
            &[0x80; 11][..],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
        ] {
            let Err(Stop::Fault(error)) = Cursor::new(bytes, 1).varint() else {
                panic!("{bytes:?}")
            };
            assert_eq!(*error.fault(), Fault::Varint { max: 10 });
        }
        assert_eq!(Cursor::new(&[0x80; 9], 1).varint(), Err(Stop::Wait));
    }

    proptest! {
        #[test]
        fn every_varint_reads_as_it_is_written(value in any::<u64>(), shift in 0_u32..64) {
            let value = value >> shift;
            prop_assert_eq!(Cursor::new(&varint(value), 1).varint(), Ok(value));
        }
    }
}
