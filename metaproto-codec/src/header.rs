//! What `#[derive(Header)]` implements.

use crate::schema::Schema;
use crate::wire::{Cursor, Sizes, Stop, Writer};
use crate::{CodecError, ErrorType, Fault, FieldPath, FieldValue, Metadata, RequestId};

/// A run of fields: a header, or a part of one. Implemented by `#[derive(Header)]`.
pub trait Part: Sized {
    /// The fewest bytes that the part can have.
    const MIN_LEN: usize;

    /// The most bytes that its stated maxima allow.
    const MAX_LEN: usize;

    /// What the part looks like, for tools.
    const SCHEMA: Schema;

    /// Reads the part.
    ///
    /// # Errors
    ///
    /// `Wait` where bytes are missing, otherwise the broken rule.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Stop>;

    /// Writes the part, computing its lengths.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), CodecError>;

    /// The part with its constants set and all else zero or empty.
    fn template() -> Self;

    /// Empties the fields that vary in length, those of nested parts too, but for the request id.
    ///
    /// What is left of a request is what its reply repeats: ids, versions, codecs, reserved bits.
    fn make_bare(&mut self);

    /// Names and values of all fields, in wire order.
    fn fields(&self) -> Vec<(&'static str, FieldValue)>;
}

/// The header of a message: a [`Part`] that knows the message's length and the roles of its fields.
///
/// Implemented by `#[derive(Header)]`; a [`HeaderCodec`](crate::HeaderCodec) makes a whole codec of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the header of a message",
    note = "derive it: `#[derive(Header)]` on a struct with a `frame_len` or `body_len` field, and without `#[header(part)]`"
)]
pub trait Header: Part + Send + 'static {
    /// The largest message that its stated maxima allow, bytes.
    const MAX_FRAME: usize;

    /// Names of the properties that can be set and are always there.
    const SETTABLE: &'static [&'static str];

    /// Whether properties of any name can be set and removed.
    const OPEN_PROPERTIES: bool;

    /// Walks the header without building it, and records the roles of its fields.
    ///
    /// # Errors
    ///
    /// As [`Part::read`].
    fn index(cursor: &mut Cursor<'_>, metadata: &mut Metadata) -> Result<(), Stop>;

    /// Sets the property `key`.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotSet`], or [`Fault::CannotHold`] where the value does not fit.
    fn set(&mut self, key: &str, value: &str) -> Result<(), Fault>;

    /// Removes the property `key`; one that is not there needs no change.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotRemove`].
    fn remove(&mut self, key: &str) -> Result<(), Fault>;

    /// Replaces the request id.
    ///
    /// # Errors
    ///
    /// [`Fault::RequestId`] where the header has no field that can hold it.
    fn set_request_id(&mut self, id: &RequestId) -> Result<(), Fault>;

    /// Makes of the bare header of a request that of its error response.
    fn make_error(&mut self, error: ErrorType);

    /// Makes of the bare header of a ping that of its pong.
    fn make_pong(&mut self);

    /// Reads the header of one whole message.
    ///
    /// # Errors
    ///
    /// The broken rule; [`Fault::Truncated`] where the message is not whole.
    fn read_frame(frame: &[u8]) -> Result<Self, CodecError> {
        Self::read_sized(frame).map(|(header, ..)| header)
    }

    /// As [`read_frame`](Self::read_frame), with the number of bytes that the header's fields take and the sizes of
    /// header and body as the message states them.
    ///
    /// # Errors
    ///
    /// As [`read_frame`](Self::read_frame).
    fn read_sized(frame: &[u8]) -> Result<(Self, usize, Sizes), CodecError> {
        let mut cursor = Cursor::new(frame, Self::MIN_LEN);
        let mut read = || {
            let header = Self::read(&mut cursor)?;
            let fields = cursor.position();
            Ok((header, fields, cursor.finish()?))
        };
        match read() {
            Ok(read) => Ok(read),
            Err(Stop::Fault(error)) => Err(error),
            Err(Stop::Wait) => {
                let fault = Fault::Truncated {
                    missing: cursor.at_least(),
                };
                Err(CodecError::new(
                    frame.len(),
                    FieldPath::new("message"),
                    fault,
                ))
            }
        }
    }

    /// The bytes of a whole message: this header, its lengths computed, and `body`.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn to_frame(&self, body: &[u8]) -> Result<Vec<u8>, CodecError> {
        let sizes = Sizes {
            header: self.encoded_len()?,
            body: body.len(),
        };
        let mut frame = Vec::with_capacity(sizes.frame());
        self.write(&mut Writer::new(&mut frame, sizes))?;
        frame.extend_from_slice(body);
        Ok(frame)
    }

    /// Bytes of the header, measured by the code that writes it.
    ///
    /// # Errors
    ///
    /// A value that does not fit its field.
    fn encoded_len(&self) -> Result<usize, CodecError> {
        Writer::measure(|writer| self.write(writer))
    }
}
