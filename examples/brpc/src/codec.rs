//! The codec.

use bytes::Bytes;
use metaproto_codec::wire::{Body, Payload};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, ErrorType, Fault, FieldPath,
    Header, IdSpace, Kinds, MessageType, Metadata, Mutation, Output, Parsed, Part, RequestId,
};
use metaproto_protobuf::{Edit, Message};

use crate::header::{BrpcHeader, PRPC, STRM};
use crate::rpc_meta::{self, field, request, response};
use crate::stream;

/// The codec of brpc's standard protocol; see the [crate](crate).
#[derive(Clone, Copy, Debug, Default)]
pub struct BrpcRpc;

/// The most bytes of an error's text that are sent to a peer.
const TEXT_MAX: usize = 8192;

impl Codec for BrpcRpc {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("brpc", BrpcHeader::MAX_FRAME);
        capabilities.kinds = Kinds::UNARY
            .with(MessageType::StreamData)
            .with(MessageType::StreamClose);
        capabilities.request_id = IdSpace::Number {
            bits: 64,
            signed: true,
        };
        capabilities.settable = &["request_id"];
        capabilities.open_properties = true;
        capabilities.fixed_header = BrpcHeader::MIN_LEN;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let (header, sizes) = match BrpcHeader::find(input)? {
            Parsed::Done { view, sizes } => (view, sizes),
            Parsed::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        let meta_end = sizes.header + header.meta_size() as usize;
        let meta = Message::new(input, sizes.header..meta_end, "meta");
        match header.magic() {
            STRM => stream::describe(&meta, metadata)?,
            _ => rpc_meta::describe(&meta, sizes.frame() - meta_end, metadata)?,
        }
        metadata.set_header_size(meta_end);
        Ok(DecodeStatus::Done {
            consumed: sizes.frame(),
        })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let header = BrpcHeader::read_frame(message.frame())?;
        if mutation.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let edits = edits(message, mutation)
            .map_err(|fault| CodecError::new(0, FieldPath::new("mutation"), fault))?;
        let meta = BrpcHeader::MIN_LEN..message.header_size();
        let meta = Message::new(message.frame(), meta, "meta").edited(edits)?;
        write(header.magic, meta, &message.share_body(), output)
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
        let id = request.request_id().unwrap_or(RequestId::Number(0));
        let id = number(&id).map_err(|fault| CodecError::new(0, FieldPath::new("id"), fault))?;
        let text = &error.message[..error.message.floor_char_boundary(TEXT_MAX)];
        let response = vec![
            Edit::varint(response::ERROR_CODE, code(error.r#type)),
            Edit::bytes(response::ERROR_TEXT, text.as_bytes()),
        ];
        let meta = Message::EMPTY.edited(vec![
            Edit::message(field::RESPONSE, response),
            Edit::varint(field::CORRELATION_ID, id),
        ])?;
        write(PRPC, meta, &Bytes::new(), output)
    }

    /// The protocol has no heartbeats.
    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

/// What `mutation` changes in the meta of `message`.
fn edits<'m>(message: &Metadata, mutation: &'m Mutation) -> Result<Vec<Edit<'m>>, Fault> {
    let is_request = message.kind() == MessageType::Request;
    let has_fields = is_request || message.status().is_some();
    let mut edits = Vec::new();
    let mut user_fields = Vec::new();
    if let Some(id) = mutation.request_id() {
        if !has_fields {
            return Err(Fault::RequestId);
        }
        edits.push(Edit::varint(field::CORRELATION_ID, number(id)?));
    }
    for (key, change) in mutation.changes() {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        if is("request_id") && is_request {
            let id = match change {
                Change::Set(id) => Some(id.as_bytes()),
                Change::Remove => None,
            };
            let edit = Edit::bytes(request::REQUEST_ID, id);
            edits.push(Edit::message(field::REQUEST, vec![edit]));
        } else if !has_fields || is("interface") || is("method") || is("request_id") {
            return Err(refusal(key, change));
        } else {
            user_fields.push((key, change));
        }
    }
    edits.push(Edit::entries(field::USER_FIELDS, user_fields)?);
    Ok(edits)
}

fn refusal(key: &str, change: Change<'_>) -> Fault {
    let key = key.into();
    match change {
        Change::Set(_) => Fault::CannotSet { key },
        Change::Remove => Fault::CannotRemove { key },
    }
}

fn number(id: &RequestId) -> Result<u64, Fault> {
    match id {
        RequestId::Number(id) => Ok(*id),
        RequestId::Bytes(_) => Err(Fault::RequestId),
    }
}

/// Codes of brpc's `errno.proto`.
fn code(error: ErrorType) -> u64 {
    match error {
        ErrorType::RouteNotFound => 1001,
        ErrorType::OverLimit => 1011,
        _ => 2001,
    }
}

/// Appends a message with this meta and body.
fn write(
    magic: [u8; 4],
    meta: Vec<u8>,
    body: &Bytes,
    output: &mut Output,
) -> Result<(), CodecError> {
    let header = BrpcHeader {
        magic,
        body_size: 0,
        meta_size: u32::try_from(meta.len()).unwrap_or(u32::MAX),
    };
    let payload = Payload {
        extension: &meta.into(),
        body: Body::Shared(body),
    };
    header.append_message(payload, output)
}
