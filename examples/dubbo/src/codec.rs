//! The codec.

use bytes::Bytes;
use metaproto_codec::nom::{range, whole};
use metaproto_codec::wire::{Sizes, not_negative};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, Fault, Header, HeaderCodec,
    MessageType, Metadata, Mutation, Output, Parsed, Part, Read,
};

use crate::attachments::{self, OWN, is_name};
use crate::body::{self, Body};
use crate::header::{DubboHeader, HESSIAN2, MAX_BODY, OK, STATUSES};
use crate::hessian::Tables;
use crate::text;

/// Bytes of the header.
const HEADER: usize = DubboHeader::MIN_LEN;

/// The codec of Dubbo 2, see the [crate](crate).
#[derive(Clone, Debug, Default)]
pub struct Dubbo {
    names_only: bool,
    /// Empty between messages; kept for its room.
    tables: Tables,
}

impl Dubbo {
    /// A codec that reads all of a body, and exposes the attachments.
    pub fn new() -> Self {
        Self::default()
    }

    /// A codec for hosts that route by interface and method alone.
    ///
    /// `decode` stops at these names in a request, and at the type of the result in a response: it neither pays for what is
    /// behind them, nor exposes the attachments there, nor finds anything wrong with them. `encode` changes attachments all
    /// the same, reading then what `decode` did not.
    pub fn names_only() -> Self {
        let mut codec = Self::new();
        codec.names_only = true;
        codec
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
        // A status that Dubbo does not define says nothing of how to read the body.
        if !STATUSES.contains(&header.status) && metadata.kind() == MessageType::Error {
            let found = header.status.into();
            return Err(Fault::Code { found }.at(3, "status"));
        }
        let (body, attachments) = whole(message, HEADER..message.len(), "body", |input| {
            body::read(tables, header, *names_only, input)
        })?;
        record(&body, header, message, metadata);
        if let Some(map) = attachments {
            whole(message, range(message, map), "attachments", |input| {
                attachments::record(tables, input, message, metadata)
            })?;
        }
        Ok(())
    }
}

/// States what the start of a body says.
fn record(body: &Body<'_>, header: &DubboHeader, message: &[u8], metadata: &mut Metadata) {
    match body {
        Body::Call([interface, method]) => {
            for (own, name) in OWN.into_iter().zip([interface, method]) {
                metadata.property(own, range(message, name.as_bytes()));
            }
            let operation = metadata.compose([*interface, "/", method]);
            metadata.set_operation(operation);
        }
        Body::Result(0 | 3) => metadata.set_outcome(false),
        Body::Event if header.request => metadata.set_kind(MessageType::Event),
        // Whether it is null only its own serialization knows; but heartbeats alone want an answer.
        Body::Foreign if metadata.kind() == MessageType::Ping && !header.two_way => {
            metadata.set_kind(MessageType::Event);
        }
        _ => {}
    }
}

impl Codec for Dubbo {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = HeaderCodec::<DubboHeader>::new().capabilities();
        capabilities.name = "dubbo";
        capabilities.kinds = capabilities.kinds.with(MessageType::Event);
        capabilities.open_properties = true;
        capabilities.fixed_properties = &OWN;
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
            Err(error) => {
                if error.is_limit() {
                    not_negative(input, 12, "body_length")?;
                }
                return Err(error);
            }
        };
        let message = input.get(..sizes.frame()).unwrap_or_default();
        let header = DubboHeader::from_view(&view, None)?;
        DubboHeader::index(&view, message, metadata);
        metadata.set_header_size(HEADER);
        self.describe(&header, message, metadata)
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
        if mutation.changes().next().is_none() {
            return HeaderCodec::<DubboHeader>::new().encode(message, mutation, output);
        }
        mutation.check_stream_id(message)?;
        let mut header = DubboHeader::read_frame(message.frame())?;
        if let Some(id) = mutation.request_id() {
            header.set_request_id(id).map_err(Fault::in_mutation)?;
        }
        let (kept, map) = change(&header, &message.share_frame(), mutation)?;
        let sizes = Sizes::new(HEADER, kept.len() + map.len(), 0);
        if sizes.body > MAX_BODY || !header.quick_write(sizes, output) {
            let key = mutation.changes().next().map_or("", |(key, _)| key).into();
            let why = "a body has 16 MiB at most";
            return Err(Fault::CannotHold { key, why }.in_mutation());
        }
        output.push_shared(kept);
        output.push(&map);
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
        reply.serialization_id = HESSIAN2;
        reply.make_error(error.r#type);
        let mut body = Vec::new();
        text::write(error.message, &mut body);
        output.push(&reply.to_frame(&body)?);
        Ok(())
    }

    /// Null is what it was in the ping, in its serialization.
    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        if ping.kind() != MessageType::Ping {
            return Ok(());
        }
        let mut reply = answer(ping)?;
        reply.event = true;
        let null = Some(ping.body()).filter(|body| !body.is_empty());
        output.push(&reply.to_frame(null.unwrap_or(b"N"))?);
        Ok(())
    }

    fn go_away(&self, output: &mut Output) -> Result<(), CodecError> {
        let mut read_only = DubboHeader::template();
        (read_only.request, read_only.event) = (true, true);
        read_only.serialization_id = HESSIAN2;
        output.push(&read_only.to_frame(READ_ONLY)?);
        Ok(())
    }
}

/// The body of the event with which a server asks for no more requests: the string `R` in Hessian2.
const READ_ONLY: &[u8] = b"\x01R";

/// The body of `message` up to its attachments, and these with the changes of `mutation`.
fn change(
    header: &DubboHeader,
    message: &Bytes,
    mutation: &Mutation,
) -> Result<(Bytes, Vec<u8>), CodecError> {
    // It would be no property to the next reader.
    mutation.apply(|key, change| match is_name(key.as_bytes()) {
        true => Ok(()),
        false => Err(change.refused(key)),
    })?;
    let mut tables = Tables::default();
    let (_, attachments) = whole(message, HEADER..message.len(), "body", |input| {
        body::read(&mut tables, header, false, input)
    })?;
    if let Some(map) = attachments {
        let place = range(message, map);
        let kept = message.slice(HEADER..place.start);
        let map = whole(message, place, "attachments", |input| {
            attachments::rewrite(&mut tables, input, mutation)
        })?;
        return Ok((kept, map));
    }
    // What is not there can be removed, but nothing can be added where the peer looks for nothing.
    mutation.apply(|key, change| match change {
        Change::Remove => Ok(()),
        Change::Set(_) => Err(change.refused(key)),
    })?;
    Ok((message.slice(HEADER..), Vec::new()))
}

/// The header of the answer to `request`: its id and its serialization, no more.
fn answer(request: &Metadata) -> Result<DubboHeader, CodecError> {
    let mut header = DubboHeader::template();
    (header.serialization_id, header.status) = (HESSIAN2, OK);
    if let Ok(asked) = DubboHeader::read_frame(request.frame()) {
        header.serialization_id = asked.serialization_id;
    }
    if let Some(id) = request.request_id() {
        header.set_request_id(&id).map_err(Fault::in_mutation)?;
    }
    Ok(header)
}
