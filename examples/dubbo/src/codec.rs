//! The codec.

use bytes::Bytes;
use metaproto_codec::nom::{range, whole};
use metaproto_codec::wire::Sizes;
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, ErrorType, Fault, FieldPath,
    Header, IdSpace, Kinds, MessageType, Metadata, Mutation, Output, Parsed, Part, Read, RequestId,
    ResponseStatus,
};

use crate::attachments::{self, OWN, refusal};
use crate::body::{self, Body};
use crate::header::{DubboHeader, HESSIAN2, MAX_BODY, Status};
use crate::hessian::Tables;
use crate::invocation::{Invocation, named};
use crate::text;

/// Bytes of the header.
const HEADER: usize = DubboHeader::MIN_LEN;

/// The codec of Dubbo 2, see the [crate](crate).
#[derive(Clone, Debug, Default)]
pub struct Dubbo {
    names_only: bool,
    tables: Tables,
}

impl Dubbo {
    /// A codec that reads all of a body, and exposes the attachments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A codec for hosts that route by interface and method alone.
    ///
    /// `decode` stops at these names in a request, and at the type of the result in a response: it neither pays for what is
    /// behind them, nor exposes the attachments there, nor finds anything wrong with them. `encode` changes attachments all
    /// the same, reading then what `decode` did not.
    #[must_use]
    pub fn names_only() -> Self {
        Self {
            names_only: true,
            ..Self::default()
        }
    }

    /// Reads the body of `message` into `metadata`, which knows of the header.
    fn describe(
        &mut self,
        header: &DubboHeader,
        message: &[u8],
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        let Self { names_only, tables } = self;
        tables.clear();
        whole(message, HEADER..message.len(), "body", |input| {
            let (rest, body) = body::start(header, input)?;
            record(&body, header, message, metadata);
            if *names_only {
                return Ok((<&[u8]>::default(), ()));
            }
            let (rest, has_attachments) = body::middle(tables, &body, rest)?;
            if !has_attachments {
                return Ok((rest, ()));
            }
            let shown = attachments::each(tables, rest, |entry| {
                entry.record(message, metadata);
                Ok(())
            });
            let (rest, _) = named("attachments", shown)?;
            Ok((rest, ()))
        })
    }
}

/// States what the start of a body says.
fn record(body: &Body<'_>, header: &DubboHeader, message: &[u8], metadata: &mut Metadata) {
    match body {
        Body::Call(Invocation { interface, method }) => {
            for (own, text) in OWN.into_iter().zip([interface, method]) {
                if let Some(value) = text.record(message, metadata) {
                    metadata.property(own, value);
                }
            }
            let operation = match (interface.as_plain(), method.as_plain()) {
                (Some(interface), Some(method)) => metadata.compose([interface, "/", method]),
                _ => {
                    let slash = [Some('/')].into_iter();
                    let chars = interface.chars().chain(slash).chain(method.chars());
                    metadata.compose(chars.flatten())
                }
            };
            metadata.set_operation(operation);
        }
        Body::Result(outcome) if outcome.is_exception => {
            metadata.set_kind(MessageType::Error);
            metadata.set_status(ResponseStatus::Error);
        }
        Body::Event if header.request => metadata.set_kind(MessageType::Event),
        // Whether it is null only its own serialization knows; but heartbeats alone want an answer.
        Body::Foreign if header.event && header.request && !header.two_way => {
            metadata.set_kind(MessageType::Event);
        }
        _ => {}
    }
}

impl Codec for Dubbo {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("dubbo", HEADER + MAX_BODY);
        capabilities.kinds = Kinds::UNARY
            .with(MessageType::OneWay)
            .with(MessageType::Ping)
            .with(MessageType::Pong)
            .with(MessageType::Event);
        capabilities.request_id = IdSpace::Number {
            bits: u64::BITS,
            signed: true,
        };
        capabilities.open_properties = true;
        capabilities.fixed_properties = &OWN;
        capabilities.fixed_header = HEADER;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let (view, sizes) = match DubboHeader::parse(input) {
            Ok(Parsed::Done { view, sizes }) => (view, sizes),
            Ok(Parsed::Wait { at_least }) => return Ok(DecodeStatus::WaitForData { at_least }),
            Err(error) => return Err(negative_length(input).unwrap_or(error)),
        };
        let message = input.get(..sizes.frame()).unwrap_or_default();
        let header = DubboHeader::from_view(&view, None)?;
        DubboHeader::index(&view, message, metadata);
        metadata.set_header_size(HEADER);
        let known = check_status(&header);
        known
            .and_then(|()| self.describe(&header, message, metadata))
            .inspect_err(|_| metadata.clear())?;
        let consumed = message.len();
        Ok(DecodeStatus::Done { consumed })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = &message.share_frame();
        if frame.is_empty() {
            let path = FieldPath::new("message");
            return Err(CodecError::new(0, path, Fault::NoMessage));
        }
        if mutation.is_empty() {
            output.push_shared(frame.clone());
            return Ok(());
        }
        let mut header = DubboHeader::read_frame(frame)?;
        if let Some(id) = mutation.request_id() {
            set_id(&mut header, id)?;
        }
        let (kept, changed) = change(&header, frame, mutation)?;
        let length = kept.len() + changed.len();
        if length > MAX_BODY || !header.quick_write(Sizes::new(HEADER, length, 0), output) {
            return Err(refuse(too_long(mutation)));
        }
        output.push_shared(kept);
        output.push(&changed);
        Ok(())
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
        let mut reply = answer(request)?;
        reply.status = match error.r#type {
            ErrorType::RouteNotFound | ErrorType::ClusterNotFound => Status::ServiceNotFound,
            ErrorType::BadResponse => Status::BadResponse,
            ErrorType::OverLimit => Status::ThreadPoolExhausted,
            _ => Status::ServerError,
        };
        let mut body = Vec::new();
        text::write(error.message, &mut body);
        output.push(&reply.to_frame(&body)?);
        Ok(())
    }

    /// Repeats the body, which is null in the serialization of the peer.
    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        if ping.kind() != MessageType::Ping {
            return Ok(());
        }
        let mut reply = answer(ping)?;
        reply.event = true;
        let mut null = Bytes::from_static(b"N");
        if !ping.frame().is_empty() {
            let header = DubboHeader::read_frame(ping.frame())?;
            if header.serialization_id != HESSIAN2 {
                reply.serialization_id = header.serialization_id;
                null = ping.share_body();
            }
        }
        output.push(&reply.to_frame(&null)?);
        Ok(())
    }
}

/// The body of `message` up to its attachments, and these with the changes of `mutation`.
fn change(
    header: &DubboHeader,
    message: &Bytes,
    mutation: &Mutation,
) -> Result<(Bytes, Vec<u8>), CodecError> {
    let impossible = |(key, change): &(&str, Change<'_>)| {
        let is_own = OWN.iter().any(|own| key.eq_ignore_ascii_case(own));
        // It would be no property to the next reader.
        let is_no_name = key.is_empty() || key.contains(|char: char| char.is_ascii_control());
        is_own || is_no_name && *change != Change::Remove
    };
    if let Some((key, change)) = mutation.changes().find(impossible) {
        return Err(refuse(refusal(key, change)));
    }
    let mut tables = Tables::default();
    let is_changed = mutation.changes().next().is_some();
    let changed = whole(message, HEADER..message.len(), "body", |input| {
        if !is_changed {
            return Ok((<&[u8]>::default(), None));
        }
        let (rest, body) = body::start(header, input)?;
        let (rest, has_attachments) = body::middle(&mut tables, &body, rest)?;
        if !has_attachments {
            return Ok((rest, None));
        }
        let start = range(message, rest).start;
        let (rest, map) = named(
            "attachments",
            attachments::rewrite(&mut tables, rest, mutation),
        )?;
        Ok((rest, Some((start, map))))
    })?;
    if let Some((start, map)) = changed {
        return Ok((message.slice(HEADER..start), map));
    }
    // What is not there can be removed, but nothing can be added where the peer looks for nothing.
    let mut sets = mutation
        .changes()
        .filter(|(_, change)| *change != Change::Remove);
    match sets.next() {
        Some((key, change)) => Err(refuse(refusal(key, change))),
        None => Ok((message.slice(HEADER..), Vec::new())),
    }
}

/// The header of the answer to `request`: its id, no more.
fn answer(request: &Metadata) -> Result<DubboHeader, CodecError> {
    let mut header = DubboHeader {
        serialization_id: HESSIAN2,
        status: Status::Ok,
        ..DubboHeader::template()
    };
    header.request = false;
    if let Some(id) = request.request_id() {
        set_id(&mut header, &id)?;
    }
    Ok(header)
}

fn set_id(header: &mut DubboHeader, id: &RequestId) -> Result<(), CodecError> {
    header.set_request_id(id).map_err(refuse)
}

/// A status that Dubbo does not define says nothing of how to read the body. Of events it is not looked at.
fn check_status(header: &DubboHeader) -> Result<(), CodecError> {
    match header.status {
        Status::Unknown(found) if !header.request && !header.event => {
            let found = found.into();
            Err(CodecError::new(
                3,
                FieldPath::new("status"),
                Fault::Code { found },
            ))
        }
        _ => Ok(()),
    }
}

/// The length is signed: one beyond 2 GiB is not too long but no length at all.
#[cold]
fn negative_length(input: &[u8]) -> Option<CodecError> {
    let is_negative = input.starts_with(b"\xDA\xBB") && *input.get(12)? >= 0x80;
    let rule = "a length is not negative";
    let path = FieldPath::new("body_length");
    is_negative.then(|| CodecError::new(12, path, Fault::Protocol { rule }))
}

fn too_long(mutation: &Mutation) -> Fault {
    let key = mutation.changes().next().map_or("", |(key, _)| key).into();
    let why = "a body has 16 MiB at most";
    Fault::CannotHold { key, why }
}

/// A change that cannot be expressed. Its place is the mutation, not a byte of the message.
fn refuse(fault: Fault) -> CodecError {
    CodecError::new(0, FieldPath::new("mutation"), fault)
}
