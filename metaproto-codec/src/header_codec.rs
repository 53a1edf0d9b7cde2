//! The whole codec for a protocol that is a header and an opaque payload.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;

use crate::schema::{NumberKind, Role, Schema};
use crate::splice::Splice;
use crate::wire::{Body, Payload, Sizes, Writer};
use crate::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Direction, Error, Fault, FieldPath,
    Header, IdSpace, Kinds, MessageType, Metadata, Mutation, Output, OwnedHeader, Parsed, Read,
    start,
};

/// A [`Codec`] for messages that are a header and an opaque payload.
///
/// `Q` is the header of what travels to the server, `S` of what travels to the client; they are the same type unless
/// the protocol's requests and responses look different.
///
/// Without a `message_type` role, the direction says what a message is: a request to the server, a response to the
/// client, and an error if its status is not the `ok` value.
///
/// Decoding walks the header in place and allocates nothing; an empty mutation passes on the very bytes that came; any
/// other writes the header anew and shares the payload. Bytes of a header that is longer than its fields (see
/// `header_len`) are kept.
///
/// An error reply and a pong repeat of the message that they answer its id and all fields of fixed width, so that
/// versions, codecs and reserved bits come back as the peer knows them. Texts, byte strings, lists and maps are empty in
/// them, and they have no body: a peer cannot make a reply large, nor see the properties that others have added on the
/// way. Where requests and responses have headers of their own, only the id is repeated.
pub struct HeaderCodec<Q, S = Q>(PhantomData<fn() -> (Q, S)>);

impl<Q, S> HeaderCodec<Q, S> {
    /// A codec for one direction of one connection.
    // The bounds stand here, and not above, so that a header that breaks them is named with the way out.
    #[must_use]
    pub const fn new() -> Self
    where
        Q: OwnedHeader,
        S: OwnedHeader,
    {
        Self(PhantomData)
    }
}

impl<Q: OwnedHeader, S: OwnedHeader> HeaderCodec<Q, S> {
    /// The message with the changes of `mutation`.
    fn change<H: OwnedHeader>(
        message: &Metadata,
        mutation: &Mutation,
    ) -> Result<Splice<H>, CodecError> {
        Splice::new(&message.share_frame(), |header: &mut H| {
            apply(mutation, header)
        })
    }

    /// As [`rewrite`](Self::rewrite), of a header whose fields all have fixed width: there is nothing to keep but the body.
    fn rewrite_quickly<H: OwnedHeader>(
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = message.share_frame();
        let (view, sizes) = H::view_sized(&frame)?;
        let mut header = H::from_view(&view, Some(&frame))?;
        apply(mutation, &mut header)?;
        let body = frame.slice(sizes.header..sizes.frame());
        if header.quick_write(sizes, output) {
            output.push_shared(body);
            return Ok(());
        }
        // A value does not fit; the slow way says which.
        let payload = Payload {
            body: Body::Shared(&body),
            ..Payload::default()
        };
        let mark = output.mark();
        header
            .write(&mut Writer::new(output, payload, sizes))
            .inspect_err(|_| output.rollback(mark))
    }

    fn rewrite<H: OwnedHeader>(
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if H::IS_QUICK {
            return Self::rewrite_quickly::<H>(message, mutation, output);
        }
        let splice = Self::change::<H>(message, mutation)?;
        let mark = output.mark();
        splice.write(output).inspect_err(|_| output.rollback(mark))
    }

    fn measure<H: OwnedHeader>(
        message: &Metadata,
        mutation: &Mutation,
    ) -> Result<usize, CodecError> {
        Self::change::<H>(message, mutation)?.measure()
    }
}

/// Changes `header` as `mutation` says.
fn apply(mutation: &Mutation, header: &mut impl Header) -> Result<(), CodecError> {
    if let Some(id) = mutation.request_id() {
        header.set_request_id(id).map_err(Fault::in_mutation)?;
    }
    if let Some(id) = mutation.stream_id() {
        header.set_stream_id(id).map_err(Fault::in_mutation)?;
    }
    mutation.apply(|key, change| match change {
        Change::Set(value) => header.set(key, value),
        Change::Remove => header.remove(key),
    })
}

/// Appends the answer to `request`, which came with the header `F`, with the header `T` of the way back.
fn reply<F: OwnedHeader, T: OwnedHeader>(
    request: &Metadata,
    output: &mut Output,
    make: impl FnOnce(&mut T),
) -> Result<(), CodecError> {
    let same = TypeId::of::<F>() == TypeId::of::<T>();
    let mut header = if same && !request.frame().is_empty() {
        T::bare(&T::view(request.frame())?)
    } else {
        T::template()
    };
    make(&mut header);
    if let Some(id) = request.request_id() {
        let refuse = |fault| CodecError::new(0, FieldPath::new("request id"), fault);
        header.set_request_id(&id).map_err(refuse)?;
    }
    let sizes = header.sizes(Payload::default())?;
    let mark = output.mark();
    header
        .write(&mut Writer::new(output, Payload::default(), sizes))
        .inspect_err(|_| output.rollback(mark))
}

#[inline(always)]
fn decode<H: OwnedHeader>(
    input: &[u8],
    metadata: &mut Metadata,
) -> Result<DecodeStatus, CodecError> {
    let Some((view, sizes)) = H::quick(input) else {
        return decode_slowly::<H>(input, metadata);
    };
    Ok(match sizes.frame().checked_sub(input.len()) {
        None | Some(0) => describe::<H>(&view, sizes, input, metadata),
        Some(at_least) => DecodeStatus::WaitForData { at_least },
    })
}

/// As [`decode`], of a header that is not of fixed width, or wrong, or not there.
#[inline(never)]
fn decode_slowly<H: OwnedHeader>(
    input: &[u8],
    metadata: &mut Metadata,
) -> Result<DecodeStatus, CodecError> {
    if let Some(at_least) = start::missing::<H>(input) {
        return Ok(DecodeStatus::WaitForData { at_least });
    }
    Ok(match H::parse(input)? {
        Parsed::Done { view, sizes } => describe::<H>(&view, sizes, input, metadata),
        Parsed::Wait { at_least } => DecodeStatus::WaitForData { at_least },
    })
}

/// Says in `metadata` what the whole message at the start of `input` is.
#[inline]
fn describe<'a, H: OwnedHeader>(
    view: &<H as Read<'a>>::View,
    sizes: Sizes,
    input: &'a [u8],
    metadata: &mut Metadata,
) -> DecodeStatus {
    if metadata.direction() == Direction::ServerToClient {
        metadata.set_kind(MessageType::Response);
    }
    H::index(view, input, metadata);
    metadata.set_header_size(sizes.header);
    DecodeStatus::Done {
        consumed: sizes.frame(),
    }
}

/// The kinds that a header can spell in `direction`.
fn kinds(schema: &Schema, direction: Direction) -> impl Iterator<Item = MessageType> {
    let untold = schema
        .find(|role| matches!(role, Role::MessageType(_)))
        .is_none();
    let start = if untold {
        Kinds::UNARY.without(MessageType::Error)
    } else {
        Kinds::NONE
    };
    let roles = schema.fields.iter().flat_map(|field| field.roles);
    let kinds = roles.fold(start, |kinds, role| match role {
        Role::MessageType(codes) => codes.iter().map(|(_, kind)| *kind).fold(kinds, Kinds::with),
        Role::OneWay(_) => kinds.with(MessageType::OneWay),
        Role::Heartbeat(_) => kinds.with(MessageType::Ping).with(MessageType::Pong),
        Role::Status { .. } => kinds.with(MessageType::Error),
        _ => kinds,
    });
    kinds.iter().filter(move |kind| kind.may_travel(direction))
}

/// How the ids look in the field that has the role of one.
fn id_space(schema: &Schema, role: Role) -> IdSpace {
    let Some(field) = schema.find(|other| *other == role) else {
        return IdSpace::None;
    };
    match field.shape.bits() {
        Some(bits) => IdSpace::Number {
            bits: u32::try_from(bits).unwrap_or(u32::MAX),
            signed: field.shape.number_kind() == Some(NumberKind::Signed),
        },
        None => IdSpace::Bytes,
    }
}

/// There must be a message to be encoded.
fn check_there(message: &Metadata) -> Result<(), CodecError> {
    if message.frame().is_empty() {
        let path = FieldPath::new("message");
        return Err(CodecError::new(0, path, Fault::NoMessage));
    }
    Ok(())
}

impl<Q: OwnedHeader, S: OwnedHeader> Codec for HeaderCodec<Q, S> {
    fn capabilities(&self) -> Capabilities {
        let schema = Q::SCHEMA;
        let mut capabilities = Capabilities::new(schema.name, Q::MAX_FRAME.max(S::MAX_FRAME));
        capabilities.kinds = kinds(&schema, Direction::ClientToServer)
            .chain(kinds(&S::SCHEMA, Direction::ServerToClient))
            .fold(Kinds::NONE, Kinds::with);
        capabilities.fixed_header = Q::MIN_LEN.max(S::MIN_LEN);
        capabilities.settable = Q::SETTABLE;
        capabilities.open_properties = Q::OPEN_PROPERTIES;
        capabilities.request_id = id_space(&schema, Role::RequestId);
        capabilities.stream_id = match id_space(&schema, Role::StreamId) {
            // Where only what the server sends has ids of streams.
            IdSpace::None => id_space(&S::SCHEMA, Role::StreamId),
            space => space,
        };
        capabilities
    }

    // Of a header of fixed width, little is left of it in the driver's loop.
    #[inline(always)]
    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        match metadata.direction() {
            Direction::ClientToServer => decode::<Q>(input, metadata),
            Direction::ServerToClient => decode::<S>(input, metadata),
        }
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        check_there(message)?;
        if mutation.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        match message.direction() {
            Direction::ClientToServer => Self::rewrite::<Q>(message, mutation, output),
            Direction::ServerToClient => Self::rewrite::<S>(message, mutation, output),
        }
    }

    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        check_there(message)?;
        if mutation.is_empty() {
            return Ok(message.frame().len());
        }
        match message.direction() {
            Direction::ClientToServer => Self::measure::<Q>(message, mutation),
            Direction::ServerToClient => Self::measure::<S>(message, mutation),
        }
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        match request.direction() {
            Direction::ClientToServer => {
                reply::<Q, S>(request, output, |header| header.make_error(error.r#type))
            }
            Direction::ServerToClient => {
                reply::<S, Q>(request, output, |header| header.make_error(error.r#type))
            }
        }
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        if ping.kind() != MessageType::Ping {
            return Ok(());
        }
        match ping.direction() {
            Direction::ClientToServer => reply::<Q, S>(ping, output, S::make_pong),
            Direction::ServerToClient => reply::<S, Q>(ping, output, Q::make_pong),
        }
    }

    fn schema(&self, direction: Direction) -> Option<Schema> {
        Some(match direction {
            Direction::ClientToServer => Q::SCHEMA,
            Direction::ServerToClient => S::SCHEMA,
        })
    }
}

impl<Q: OwnedHeader, S: OwnedHeader> Default for HeaderCodec<Q, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Q, S> Clone for HeaderCodec<Q, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, S> Copy for HeaderCodec<Q, S> {}

impl<Q: OwnedHeader, S: OwnedHeader> fmt::Debug for HeaderCodec<Q, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeaderCodec<{}, {}>", Q::SCHEMA.name, S::SCHEMA.name)
    }
}
