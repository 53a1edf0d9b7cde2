//! The contract between the author of a codec and its hosts.

use std::fmt;

use bytes::Buf;

use crate::wire::{Cursor, Stop};
use crate::{CodecError, Direction, Error, MessageType, Metadata, Mutation, Output, Schema};

/// What [`Codec::decode`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeStatus {
    /// The input holds no whole message yet.
    WaitForData {
        /// Additional bytes without which no progress is possible: at least 1, never more than is truly missing, and
        /// exact as soon as the length of the message can be read.
        at_least: usize,
    },
    /// The input starts with one whole message.
    Done {
        /// Length of the message, bytes: at least 1, at most the length of the input.
        consumed: usize,
    },
    /// The input starts with bytes that are no message and concern nobody but the two ends of the connection: filler, or the
    /// empty frame with which some peers take their leave. They are dropped, and the metadata is as it was.
    Skip {
        /// How many they are: at least 1, at most the length of the input.
        consumed: usize,
    },
}

impl DecodeStatus {
    /// What `read` finds at the start of `input`, where more bytes may come, of a message whose header has at least
    /// `header_min` bytes: for a codec that reads part by part, because what comes next depends on what came before.
    ///
    /// ```
    /// use metaproto_codec::DecodeStatus;
    /// use metaproto_codec::wire::{Order, Prefix};
    ///
    /// let text = Prefix::new(2, Order::Big, 64);
    /// let decode = |input| {
    ///     DecodeStatus::read(input, 2, |cursor| {
    ///         cursor.prefixed(text)?;
    ///         let consumed = cursor.position();
    ///         Ok(DecodeStatus::Done { consumed })
    ///     })
    /// };
    /// assert_eq!(decode(b"\0\x05hello..."), Ok(DecodeStatus::Done { consumed: 7 }));
    /// assert_eq!(decode(b"\0\x05he"), Ok(DecodeStatus::WaitForData { at_least: 3 }));
    /// assert!(decode(b"\x05\0").unwrap_err().is_limit());
    /// ```
    ///
    /// # Errors
    ///
    /// What `read` gives, but for [`Stop::Wait`].
    pub fn read<'a>(
        input: &'a [u8],
        header_min: usize,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<Self, Stop>,
    ) -> Result<Self, CodecError> {
        let mut cursor = Cursor::new(input, header_min);
        match read(&mut cursor) {
            Ok(status) => Ok(status),
            Err(Stop::Wait) => {
                let at_least = cursor.at_least();
                Ok(Self::WaitForData { at_least })
            }
            Err(Stop::Fault(error)) => Err(error),
        }
    }
}

/// How a protocol's ids look, of requests or of streams, for hosts that put those of several connections onto one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdSpace {
    /// There are none. Without request ids, responses come in the order of their requests.
    #[default]
    None,
    /// A number of this many bits, 1 to 64.
    Number {
        /// Width of the field.
        bits: u32,
        /// Whether the protocol reads the number as signed.
        signed: bool,
    },
    /// Bytes that the host must not invent.
    Bytes,
}

/// A set of message kinds.
///
/// ```
/// use metaproto_codec::{Kinds, MessageType};
///
/// let kinds = Kinds::UNARY.with(MessageType::OneWay);
/// assert!(kinds.contains(MessageType::OneWay) && !kinds.contains(MessageType::Ping));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// None.
    pub const NONE: Self = Self(0);

    /// Requests, responses and error responses.
    pub const UNARY: Self = Self::NONE
        .with(MessageType::Request)
        .with(MessageType::Response)
        .with(MessageType::Error);

    /// These kinds and `kind`.
    #[must_use]
    pub const fn with(self, kind: MessageType) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// These kinds without `kind`.
    #[must_use]
    pub const fn without(self, kind: MessageType) -> Self {
        Self(self.0 & !(1 << kind as u16))
    }

    /// Whether `kind` is among them.
    #[must_use]
    pub const fn contains(self, kind: MessageType) -> bool {
        self.0 & 1 << kind as u16 != 0
    }

    /// The kinds, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = MessageType> {
        MessageType::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What a codec can do. Hosts and tests ask instead of guessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// The protocol's name for logs and configuration.
    pub name: &'static str,
    /// The kinds of message that the protocol has, in either direction. Without [`MessageType::Error`], a response
    /// does not say whether it reports an error.
    pub kinds: Kinds,
    /// How request ids look.
    pub request_id: IdSpace,
    /// How the ids of streams look that [`Mutation::set_stream_id`] can replace: a number, or none where there are no
    /// streams or their ids must stay what they are.
    pub stream_id: IdSpace,
    /// Properties that [`Mutation`] can set, by name.
    pub settable: &'static [&'static str],
    /// Whether properties of any name can be set and removed, beside those in `settable`, in messages that have a place
    /// for them.
    pub open_properties: bool,
    /// Properties of the codec's own that cannot be set although properties are open, by name. Where there is a
    /// [`Codec::schema`], it tells.
    pub fixed_properties: &'static [&'static str],
    /// The largest message that the codec accepts, bytes.
    pub max_frame: usize,
    /// Bytes at the start of a message, each of which may prove it malformed: a session asks the codec as each of them
    /// arrives, so that a wrong magic byte is refused at once. Beyond, it waits for as many as the codec asked for.
    pub fixed_header: usize,
}

impl Capabilities {
    /// A codec of requests, responses and error responses without ids, that can set nothing.
    #[must_use]
    pub const fn new(name: &'static str, max_frame: usize) -> Self {
        Self {
            name,
            request_id: IdSpace::None,
            stream_id: IdSpace::None,
            settable: &[],
            open_properties: false,
            fixed_properties: &[],
            kinds: Kinds::UNARY,
            max_frame,
            fixed_header: 0,
        }
    }
}

/// One protocol's decoder and encoder.
///
/// A host holds a `Box<dyn Codec>` per connection **and direction**, and drives it with a [`Session`](crate::Session),
/// which enforces the clauses below that a codec could break. Most codecs are not written by hand: see
/// [`HeaderCodec`](crate::HeaderCodec).
///
/// # Decoding
///
/// `decode` gets all bytes that have arrived and were not yet consumed, starting at the first byte of a message, and
/// metadata that is empty but for its [direction](Metadata::direction). It answers one of these:
///
/// * **`Ok(Done { consumed })`**: the input starts with one whole message of `consumed` bytes. The metadata says what
///   it is; texts are ranges of the input. What follows the message was not looked at. The host takes the message off
///   the input and calls again with the rest, which may be empty.
/// * **`Ok(WaitForData { at_least })`**: what is there can become a message but is not whole. The metadata is as it
///   was. The host calls again with the same bytes and at least `at_least` more. Asking for more than is truly missing
///   would deadlock against a peer that waits for the answer; asking for less costs time, never correctness. Nothing
///   may be awaited that can no longer become a message: a wrong magic byte is an error when *it* arrives.
/// * **`Ok(Skip { consumed })`**: the input starts with bytes that belong to no message. The host drops them. Few protocols
///   have such bytes.
/// * **`Err(error)`**: the bytes can never become a message, or a limit refuses it. The connection's framing is lost:
///   the session gives the same error from then on, and the host closes the connection.
///
/// The answer depends on the bytes alone, not on how they were cut, where they lie in memory, or (unless the protocol
/// itself keeps state) on earlier messages. `decode` may keep state in `self`; the other methods may not, and work on
/// an instance that has never decoded anything.
///
/// # Encoding
///
/// `encode`, `on_error`, `heartbeat_reply` and `go_away` append to `output` either everything or, with an error, nothing.
///
/// ```
/// use metaproto_codec::{Capabilities, Codec, CodecError, DecodeStatus, Error, Metadata, Mutation, Output};
///
/// /// Messages are lines.
/// struct Lines;
///
/// impl Codec for Lines {
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::new("lines", 1024)
///     }
///     fn decode(&mut self, input: &[u8], _: &mut Metadata) -> Result<DecodeStatus, CodecError> {
///         Ok(match input.iter().position(|byte| *byte == b'\n') {
///             Some(end) => DecodeStatus::Done { consumed: end + 1 },
///             None => DecodeStatus::WaitForData { at_least: 1 },
///         })
///     }
///     fn encode(&self, message: &Metadata, _: &Mutation, output: &mut Output) -> Result<(), CodecError> {
///         output.push_shared(message.share_frame());
///         Ok(())
///     }
///     fn on_error(&self, _: &Metadata, error: &Error<'_>, output: &mut Output) -> Result<(), CodecError> {
///         output.push(error.r#type.as_str().as_bytes());
///         output.push(b"\n");
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no codec",
    label = "a codec belongs here",
    note = "the codec of a struct that derives `Header` is `HeaderCodec<TheStruct>`, made with `HeaderCodec::<TheStruct>::new()`",
    note = "a protocol whose messages are not a header and a body implements `Codec` by hand"
)]
pub trait Codec: Send {
    /// What this codec can do; the same at every call.
    fn capabilities(&self) -> Capabilities;

    /// Looks for one message at the start of `input`.
    ///
    /// # Errors
    ///
    /// The rule that was broken, with the field and the offset from the start of the message.
    fn decode(&mut self, input: &[u8], metadata: &mut Metadata)
    -> Result<DecodeStatus, CodecError>;

    /// Appends `message` with the changes of `mutation`.
    ///
    /// An empty mutation yields the very bytes that came in, shared. Otherwise the header is written anew, with all
    /// lengths right, and the payload is shared.
    ///
    /// # Errors
    ///
    /// A change that cannot be expressed, naming its key. It is never dropped and never truncated.
    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError>;

    /// Bytes that [`encode`](Self::encode) would append.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        let mut output = Output::new();
        self.encode(message, mutation, &mut output)?;
        Ok(output.remaining())
    }

    /// Appends the protocol's own error response to `request`.
    ///
    /// For every [`ErrorType`](crate::ErrorType) and from any metadata, the empty one included, this is exactly one
    /// message that the peer decodes as the error of that request's id; for a one-way request and for messages that are
    /// not requests, nothing.
    ///
    /// # Errors
    ///
    /// Where `request` is not of this protocol.
    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError>;

    /// Appends the answer to the heartbeat `ping`; nothing where `ping` is not one, or, as provided, the protocol has no
    /// heartbeats.
    ///
    /// # Errors
    ///
    /// Where `ping` is not of this protocol.
    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        let _ = (ping, output);
        Ok(())
    }

    /// Appends the message with which a server that is about to leave asks its client for no more requests on this connection;
    /// nothing where, as provided, the protocol has none. It is an [`Event`](MessageType::Event) from the server.
    ///
    /// # Errors
    ///
    /// Where the message cannot be written.
    fn go_away(&self, output: &mut Output) -> Result<(), CodecError> {
        let _ = output;
        Ok(())
    }

    /// What the headers of messages in `direction` look like, for tools; `None` where nobody has declared it.
    ///
    /// A codec written by hand may give the schema of a derived header that looks the same: the conformance suite then
    /// makes messages of it, and compares the two.
    fn schema(&self, direction: Direction) -> Option<Schema> {
        let _ = direction;
        None
    }
}

/// A [`Codec`] that is made without being told anything, as macros make it from the name of its type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no codec with a `Default`",
    label = "a type that implements `Codec` and `Default` belongs here",
    note = "the codec of a struct that derives `Header` is `HeaderCodec<TheStruct>`",
    note = "a codec that has to be told something is given as an expression: `conformance! {{ codec = Told::new(7) }}`, `module! {{ \"told\" => || Told::new(7) }}`"
)]
pub trait DefaultCodec: Codec + Default {}

#[diagnostic::do_not_recommend]
impl<C: Codec + Default> DefaultCodec for C {}

impl<C: Codec + ?Sized> Codec for Box<C> {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        (**self).decode(input, metadata)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        (**self).encode(message, mutation, output)
    }

    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        (**self).encoded_len(message, mutation)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        (**self).on_error(request, error, output)
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        (**self).heartbeat_reply(ping, output)
    }

    fn go_away(&self, output: &mut Output) -> Result<(), CodecError> {
        (**self).go_away(output)
    }

    fn schema(&self, direction: Direction) -> Option<Schema> {
        (**self).schema(direction)
    }
}
