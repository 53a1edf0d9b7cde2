//! What `#[derive(Header)]` implements.

use bytes::Bytes;

use crate::schema::{Alternative, Schema};
use crate::splice::Splice;
use crate::wire::{Body, Cursor, Payload, Sink, Sizes, Stop, Writer};
use crate::{
    CodecError, ErrorType, Fault, FieldPath, FieldValue, Metadata, Output, RequestId, fixed,
};

/// A run of fields: a header, or a part of one. Implemented by `#[derive(Header)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a header",
    label = "this type is read and written as a part",
    note = "derive it: `#[derive(Header)]` with `#[header(part)]` on the type"
)]
pub trait Part: Sized {
    /// The fewest bytes that the part can have, without trailers.
    const MIN_LEN: usize;

    /// The most bytes that its stated maxima allow, without trailers.
    const MAX_LEN: usize;

    /// What the part looks like, for tools.
    const SCHEMA: Schema;

    /// Whether this is a header of numbers and arrays of fixed width, so that [`Read::quick`] knows all that are right, and
    /// [`Header::quick_write`] writes all that can be written. What goes wrong there is told by the schema.
    const IS_QUICK: bool = false;

    /// Writes the part, computing its lengths.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), CodecError>;

    /// The bytes of the part, for a codec that puts a message together by hand.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    fn to_bytes(&self) -> Result<Vec<u8>, CodecError> {
        let mut bytes = Vec::new();
        let sizes = Sizes::new(Self::MIN_LEN, 0, 0);
        let mut writer = Writer::onto_vec(&mut bytes, Payload::default(), sizes);
        self.write(&mut writer)?;
        Ok(bytes)
    }

    /// The part with its constants set and all else zero or empty.
    fn template() -> Self;

    /// Names and values of all fields, in wire order.
    fn fields(&self) -> Vec<(&'static str, FieldValue)>;
}

/// Reading of a [`Part`] from bytes that live for `'a`: checked once as a view, of which the part is then made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a header",
    label = "this type is read and written as a part",
    note = "derive it: `#[derive(Header)]` with `#[header(part)]` on the type"
)]
pub trait Read<'a>: Part {
    /// The part as it lies in the bytes: numbers, and slices of what varies in length. It is named like the type with
    /// `View` behind, and has a method for each field.
    type View: Clone + std::fmt::Debug;

    /// Checks everything that the declaration says, and finds each field. What is [quick](Part::IS_QUICK) is checked by its
    /// schema.
    ///
    /// # Errors
    ///
    /// `Wait` where bytes are missing, otherwise the broken rule.
    fn check(cursor: &mut Cursor<'a>) -> Result<Self::View, Stop> {
        let bytes = fixed::check(cursor, Self::SCHEMA.fields)?;
        match Self::quick(bytes) {
            Some((view, _)) => Ok(view),
            None => Err(fixed::differ(cursor)),
        }
    }

    /// The part that `view` shows, which is the [bare](Self::bare) one where no field varies in length. Fields of type `Bytes` and [`Text`](crate::wire::Text) share the bytes of `message`,
    /// if the view is of these, and copy otherwise.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`] where a map of properties has texts that are none: those are no reason to refuse a message, but a
    /// `String` cannot hold them.
    #[inline]
    fn from_view(view: &Self::View, message: Option<&Bytes>) -> Result<Self, CodecError> {
        let _ = message;
        Ok(Self::bare(view))
    }

    /// The part that `view` shows, with the fields that vary in length empty, those of nested parts too, but for the request
    /// id.
    ///
    /// That is what the reply to a request repeats of it: ids, versions, codecs, reserved bits.
    fn bare(view: &Self::View) -> Self;

    /// Records the roles of the fields of a message that starts with `message`. Nothing for a part.
    fn index(view: &Self::View, message: &'a [u8], metadata: &mut Metadata) {
        let _ = (view, message, metadata);
    }

    /// As [`check`](Self::check) and [`Cursor::finish`], for a right header, whether or not the body is there: where all fields
    /// have fixed width, or are texts, byte strings and lists behind their lengths. `None` for any other, which is wrong if
    /// the part [is quick](Part::IS_QUICK).
    #[inline]
    fn quick(message: &'a [u8]) -> Option<(Self::View, Sizes)> {
        let _ = message;
        None
    }

    /// Reads the part.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Stop> {
        let view = Self::check(cursor)?;
        Ok(Self::from_view(&view, None)?)
    }

    /// The part with which `bytes` begin, and how many of them are its own, where nothing comes behind them: for a codec that
    /// takes a message apart by hand.
    ///
    /// ```
    /// use metaproto_codec::{Header, Part, Read};
    ///
    /// #[derive(Header, Debug)]
    /// #[header(part)]
    /// struct Name<'a> {
    ///     #[header(len = u8, max = 16)]
    ///     name: &'a str,
    /// }
    ///
    /// let (view, length) = Name::view_start(b"\x04echo...")?;
    /// assert_eq!((view.name(), length), ("echo", 5));
    /// assert_eq!(Name { name: "echo" }.to_bytes()?, b"\x04echo");
    /// assert_eq!(Name::view_start(b"\x04ech").unwrap_err().fault().rule(), "past_end");
    /// # Ok::<(), metaproto_codec::CodecError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The broken rule; [`Fault::PastEnd`] where bytes are missing.
    fn view_start(bytes: &'a [u8]) -> Result<(Self::View, usize), CodecError> {
        let mut cursor = Cursor::closed(bytes);
        match Self::check(&mut cursor) {
            Ok(view) => Ok((view, cursor.position())),
            Err(Stop::Wait) => Err(truncated(bytes.len(), cursor.at_least())),
            Err(Stop::Fault(error)) => Err(error),
        }
    }
}

/// What the start of a stream holds, see [`Header::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed<V> {
    /// One whole message.
    Done {
        /// Its header.
        view: V,
        /// Its parts.
        sizes: Sizes,
    },
    /// Bytes are missing.
    Wait {
        /// Additional bytes without which the next call cannot answer otherwise; at least 1.
        at_least: usize,
    },
}

/// The header of a message: a [`Part`] that knows the message's length and the roles of its fields.
///
/// Implemented by `#[derive(Header)]`; a [`HeaderCodec`](crate::HeaderCodec) makes a whole codec of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the header of a message",
    note = "derive it: `#[derive(Header)]` on a struct with a `frame_len` or `body_len` field, and without `#[header(part)]`"
)]
pub trait Header: Part {
    /// The largest message that its stated maxima allow, bytes.
    const MAX_FRAME: usize;

    /// Names of the properties that can be set and are always there.
    const SETTABLE: &'static [&'static str] = &[];

    /// Whether properties of any name can be set and removed.
    const OPEN_PROPERTIES: bool = false;

    /// Sets the property `key`.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotSet`], or [`Fault::CannotHold`] where the value does not fit.
    #[inline]
    fn set(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        let _ = value;
        Err(Fault::CannotSet { key: key.into() })
    }

    /// Removes the property `key`; one that is not there needs no change.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotRemove`].
    #[inline]
    fn remove(&mut self, key: &str) -> Result<(), Fault> {
        Err(Fault::CannotRemove { key: key.into() })
    }

    /// Replaces the request id.
    ///
    /// # Errors
    ///
    /// [`Fault::RequestId`] where the header has no field that can hold it.
    #[inline]
    fn set_request_id(&mut self, id: &RequestId) -> Result<(), Fault> {
        let _ = id;
        Err(Fault::RequestId)
    }

    /// Replaces the id of the stream.
    ///
    /// # Errors
    ///
    /// [`Fault::StreamId`] where the header has no field that can hold it.
    #[inline]
    fn set_stream_id(&mut self, id: u64) -> Result<(), Fault> {
        let _ = id;
        Err(Fault::StreamId)
    }

    /// Makes of the bare header of a request that of its error response.
    #[inline]
    fn make_error(&mut self, error: ErrorType) {
        let _ = error;
    }

    /// Makes of the bare header of a ping that of its pong.
    #[inline]
    fn make_pong(&mut self) {}

    /// Bytes that [`quick_write`](Self::quick_write) appends.
    #[inline]
    fn quick_len(&self) -> usize {
        Self::MIN_LEN
    }

    /// Appends a header that has a quick way, of a message of these sizes, if every value fits and the sink has room; else
    /// nothing.
    #[inline]
    fn quick_write<S: Sink>(&self, sizes: Sizes, sink: &mut S) -> bool {
        let _ = (sizes, sink);
        false
    }

    /// Looks for one whole message at the start of `bytes`.
    ///
    /// # Errors
    ///
    /// The broken rule.
    #[inline]
    fn parse<'a>(bytes: &'a [u8]) -> Result<Parsed<Self::View>, CodecError>
    where
        Self: Read<'a>,
    {
        match Self::quick(bytes) {
            Some((view, sizes)) => match sizes.frame().checked_sub(bytes.len()) {
                None | Some(0) => Ok(Parsed::Done { view, sizes }),
                Some(at_least) => Ok(Parsed::Wait { at_least }),
            },
            None if Self::IS_QUICK => fixed::missing(bytes, &Self::SCHEMA, Self::MIN_LEN)
                .map(|at_least| Parsed::Wait { at_least }),
            None => parse_slowly::<Self>(bytes),
        }
    }

    /// The checked header of one whole message.
    ///
    /// # Errors
    ///
    /// The broken rule; [`Fault::Truncated`] where the message is not whole.
    #[inline]
    fn view<'a>(message: &'a [u8]) -> Result<Self::View, CodecError>
    where
        Self: Read<'a>,
    {
        Self::view_sized(message).map(|(view, _)| view)
    }

    /// The checked header at the start of a message of which the body need not be there. (A header with checksums or trailers
    /// can be checked only with it.)
    ///
    /// # Errors
    ///
    /// The broken rule; [`Fault::Truncated`] where bytes of the header are missing.
    #[inline]
    fn view_header<'a>(bytes: &'a [u8]) -> Result<Self::View, CodecError>
    where
        Self: Read<'a>,
    {
        match Self::quick(bytes) {
            Some((view, _)) => Ok(view),
            None if Self::IS_QUICK => Err(fixed::why_not(bytes, &Self::SCHEMA, Self::MIN_LEN)),
            None => view_header_slowly::<Self>(bytes),
        }
    }

    /// As [`view`](Self::view), with the sizes of the message's parts.
    ///
    /// # Errors
    ///
    /// As [`view`](Self::view).
    #[inline]
    fn view_sized<'a>(message: &'a [u8]) -> Result<(Self::View, Sizes), CodecError>
    where
        Self: Read<'a>,
    {
        match Self::quick(message) {
            Some((view, sizes)) if sizes.frame() <= message.len() => return Ok((view, sizes)),
            _ if Self::IS_QUICK => {
                return Err(fixed::why_not(message, &Self::SCHEMA, Self::MIN_LEN));
            }
            _ => {}
        }
        match parse_slowly::<Self>(message)? {
            Parsed::Done { view, sizes } => Ok((view, sizes)),
            Parsed::Wait { at_least } => Err(truncated(message.len(), at_least)),
        }
    }

    /// Reads the header of one whole message.
    ///
    /// # Errors
    ///
    /// As [`view`](Self::view).
    #[inline]
    fn read_frame<'a>(message: &'a [u8]) -> Result<Self, CodecError>
    where
        Self: Read<'a>,
    {
        let view = Self::view(message)?;
        Self::from_view(&view, None)
    }

    /// Reads the header of one whole message; fields of type `Bytes` and [`Text`](crate::wire::Text) share its bytes.
    ///
    /// # Errors
    ///
    /// As [`view`](Self::view).
    fn read_shared<'a>(message: &'a Bytes) -> Result<Self, CodecError>
    where
        Self: Read<'a>,
    {
        let view = Self::view(message)?;
        Self::from_view(&view, Some(message))
    }

    /// The bytes of a whole message: this header, its lengths and checksums computed, and `body`.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn to_frame(&self, body: &[u8]) -> Result<Vec<u8>, CodecError> {
        let mut frame = Vec::with_capacity(self.quick_len().saturating_add(body.len()));
        self.append_to(body, &mut frame)?;
        Ok(frame)
    }

    /// As [`to_frame`](Self::to_frame), appended to `frame`, which keeps its length in case of an error.
    ///
    /// # Errors
    ///
    /// As [`to_frame`](Self::to_frame).
    #[inline]
    fn append_to(&self, body: &[u8], frame: &mut Vec<u8>) -> Result<(), CodecError> {
        let sizes = Sizes::new(self.quick_len(), body.len(), 0);
        if self.quick_write(sizes, frame) {
            frame.extend_from_slice(body);
            return Ok(());
        }
        fixed::append(&|writer| self.write(writer), body, frame)
    }

    /// Appends a whole message: this header, `extension`, which is bytes of the header that its fields do not know, and
    /// `body`, which is shared.
    ///
    /// # Errors
    ///
    /// As [`to_frame`](Self::to_frame); then nothing is appended.
    fn append_shared(
        &self,
        extension: &Bytes,
        body: &Bytes,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let header = self.quick_len().saturating_add(extension.len());
        if self.quick_write(Sizes::new(header, body.len(), 0), output) {
            output.push(extension);
            output.push_shared(body.clone());
            return Ok(());
        }
        let body = Body::Shared(body);
        let payload = Payload { extension, body };
        let sizes = self.sizes(payload)?;
        let mark = output.mark();
        self.write(&mut Writer::new(output, payload, sizes))
            .inspect_err(|_| output.rollback(mark))
    }

    /// Appends `message` with what `change` does to its header.
    ///
    /// Of all fields that `change` leaves as they are, the very bytes are kept; the others are written anew, and with them
    /// the lengths and checksums that cover them. The body is shared, not copied.
    ///
    /// # Errors
    ///
    /// What is wrong with `message`, or a value that does not fit its field; then nothing is appended.
    fn splice(
        message: &Bytes,
        change: impl FnOnce(&mut Self),
        output: &mut Output,
    ) -> Result<(), CodecError>
    where
        Self: for<'a> Read<'a>,
    {
        let splice = Splice::<Self>::new(message, |header| {
            change(header);
            Ok(())
        })?;
        let mark = output.mark();
        splice.write(output).inspect_err(|_| output.rollback(mark))
    }

    /// Bytes of the header of a message without a body, measured by the code that writes it.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn encoded_len(&self) -> Result<usize, CodecError> {
        self.sizes(Payload::default()).map(|sizes| sizes.header)
    }

    /// The sizes of the message with this header and a body of so many bytes, measured by the code that writes it.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn sizes(&self, payload: Payload<'_>) -> Result<Sizes, CodecError> {
        Writer::sizes(payload, None, &|writer| self.write(writer))
    }
}

/// A [`Header`] that owns what it holds, so that a [`HeaderCodec`](crate::HeaderCodec) can be made of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no header of which a codec can be made",
    label = "a header that owns its fields belongs here",
    note = "it needs `#[derive(Header)]`, a `frame_len` or `body_len` field, and no `#[header(part)]`",
    note = "a codec outlives the bytes that it decodes: for `&str` and `&[u8]` write `String`, `Text` or `Bytes`"
)]
pub trait OwnedHeader: Header + for<'a> Read<'a> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<H: Header + Owning + for<'a> Read<'a> + Send + 'static> OwnedHeader for H {}

/// What `#[derive(Header)]` implements for headers without a lifetime. That a header which borrows cannot be [`Read`] for all
/// lifetimes the compiler finds without it, but in words that lead nowhere.
#[doc(hidden)]
pub trait Owning {}

/// One of several parts, told apart by a number that stands in a field before it. Implemented by `#[derive(Header)]` for an
/// enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a choice between parts",
    note = "`tag = field` goes with an enum that derives `Header`; for a struct say `nested` alone"
)]
pub trait Choice: Sized {
    /// The fewest bytes of an alternative.
    const MIN_LEN: usize;

    /// The most bytes of an alternative.
    const MAX_LEN: usize;

    /// What there is to choose from, for tools.
    const ALTERNATIVES: &'static [Alternative];

    /// What all other tags mean.
    const OTHER: Option<&'static Schema>;

    /// The tag of this alternative, wire bits.
    fn tag(&self) -> u128;

    /// As [`Part::write`], without the tag.
    ///
    /// # Errors
    ///
    /// As [`Part::write`].
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), CodecError>;

    /// The first alternative, as [`Part::template`].
    fn template() -> Self;

    /// As [`Part::fields`], with the name of the alternative.
    fn fields(&self) -> Vec<(&'static str, FieldValue)>;
}

/// Reading of a [`Choice`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a choice between parts",
    note = "`tag = field` goes with an enum that derives `Header`; for a struct say `nested` alone"
)]
pub trait ReadChoice<'a>: Choice {
    /// As [`Read::View`].
    type View: Clone + std::fmt::Debug;

    /// As [`Read::check`], after the tag.
    ///
    /// # Errors
    ///
    /// As [`Read::check`], and [`Fault::Code`] for a tag that chooses nothing.
    fn check(tag: u128, cursor: &mut Cursor<'a>) -> Result<Self::View, Stop>;

    /// As [`Read::from_view`].
    ///
    /// # Errors
    ///
    /// As [`Read::from_view`].
    fn from_view(view: &Self::View, message: Option<&Bytes>) -> Result<Self, CodecError>;

    /// As [`Read::bare`].
    fn bare(view: &Self::View) -> Self;
}

#[cold]
pub(crate) fn truncated(length: usize, missing: usize) -> CodecError {
    CodecError::new(
        length,
        FieldPath::new("message"),
        Fault::Truncated { missing },
    )
}

#[cold]
#[inline(never)]
fn view_header_slowly<'a, H: Header + Read<'a>>(bytes: &'a [u8]) -> Result<H::View, CodecError> {
    let mut cursor = Cursor::new(bytes, H::MIN_LEN);
    match H::check(&mut cursor) {
        Ok(view) => Ok(view),
        Err(Stop::Wait) => Err(truncated(bytes.len(), cursor.at_least())),
        Err(Stop::Fault(error)) => Err(error),
    }
}

#[inline(never)]
fn parse_slowly<'a, H: Header + Read<'a>>(bytes: &'a [u8]) -> Result<Parsed<H::View>, CodecError> {
    let mut cursor = Cursor::new(bytes, H::MIN_LEN);
    let parsed = H::check(&mut cursor).and_then(|view| Ok((view, cursor.finish()?)));
    match parsed {
        Ok((view, sizes)) => Ok(Parsed::Done { view, sizes }),
        Err(Stop::Wait) => Ok(Parsed::Wait {
            at_least: cursor.at_least(),
        }),
        Err(Stop::Fault(error)) => Err(error),
    }
}
