//! The codec.

use bytes::Bytes;
use metaproto_codec::wire::{Body, Payload};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Direction, Error, Fault, FieldPath,
    Header, IdSpace, Kinds, MessageType, Metadata, Mutation, Output, Parsed, Part, RequestId,
};
use metaproto_protobuf::{Edit, Message};

use crate::header::{INIT, TrpcHeader};
use crate::unary::{self, field};
use crate::{reply, stream};

/// The codec of tRPC; see the [crate](crate).
#[derive(Clone, Copy, Debug, Default)]
pub struct TrpcRpc;

/// Properties of the codec's own, which say what is called and cannot be changed.
const OWN: [&str; 4] = ["caller", "callee", "func", "error_msg"];

impl Codec for TrpcRpc {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("trpc", TrpcHeader::MAX_FRAME);
        capabilities.kinds = Kinds::UNARY
            .with(MessageType::OneWay)
            .with(MessageType::StreamInit)
            .with(MessageType::StreamData)
            .with(MessageType::StreamClose);
        capabilities.request_id = IdSpace::Number {
            bits: 32,
            signed: false,
        };
        capabilities.open_properties = true;
        capabilities.fixed_header = TrpcHeader::MIN_LEN;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let (header, sizes) = match TrpcHeader::find(input)? {
            Parsed::Done { view, sizes } => (view, sizes),
            Parsed::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        let consumed = sizes.frame();
        let protobuf = if header.is_stream() {
            metadata.set_stream_id(header.stream_id().into());
            let rest = Message::new(input, sizes.header..consumed, "meta");
            stream::describe(header.stream_frame_type(), &rest, metadata)?
        } else {
            let size = usize::from(header.header_size());
            let message = Message::new(input, sizes.header..sizes.header + size, "header");
            match metadata.direction() {
                Direction::ClientToServer => {
                    unary::describe_request(&message, sizes.body - size, metadata)?;
                }
                Direction::ServerToClient => {
                    unary::describe_response(&message, sizes.body - size, metadata)?;
                }
            }
            size
        };
        metadata.set_header_size(sizes.header + protobuf);
        Ok(DecodeStatus::Done { consumed })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let mut header = TrpcHeader::read_frame(message.frame())?;
        let refuse = |fault| CodecError::new(0, FieldPath::new("mutation"), fault);
        let edits = edits(&mut header, message, mutation).map_err(refuse)?;
        if edits.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let range = TrpcHeader::MIN_LEN..message.header_size();
        let protobuf = Message::new(message.frame(), range, "header").edited(edits)?;
        if !header.is_stream {
            let size = u16::try_from(protobuf.len());
            header.header_size = size.map_err(|_| refuse(outgrown(mutation)))?;
        }
        write(&header, protobuf, &message.share_body(), output)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let (header, protobuf) = match request.kind() {
            MessageType::Request => {
                let id = request.request_id().unwrap_or(RequestId::Number(0));
                let refuse = |fault| CodecError::new(0, FieldPath::new("request_id"), fault);
                reply::unary(request, number(&id).map_err(refuse)?, error)?
            }
            MessageType::StreamInit => reply::stream(request, error)?,
            _ => return Ok(()),
        };
        write(&header, protobuf, &Bytes::new(), output)
    }

    /// The protocol has no heartbeats.
    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

/// What `mutation` changes in the protobuf of `message`, and in its fixed header.
fn edits<'m>(
    header: &mut TrpcHeader,
    message: &Metadata,
    mutation: &'m Mutation,
) -> Result<Vec<Edit<'m>>, Fault> {
    let mut edits = Vec::new();
    if let Some(id) = mutation.request_id() {
        if header.is_stream {
            return Err(Fault::RequestId);
        }
        let id = number(id)?;
        let repeats = message.request_id() == Some(RequestId::Number(header.stream_id.into()));
        if header.protocol_version > 0 && repeats {
            header.stream_id = id;
        }
        // As every encoder of proto3, which leaves zeros out.
        let written = Some(u64::from(id)).filter(|id| *id != 0);
        edits.push(Edit::varint(field::REQUEST_ID, written));
    }
    let is_own = |key: &str| OWN.iter().any(|own| own.eq_ignore_ascii_case(key));
    if let Some((key, change)) = mutation.changes().find(|(key, _)| is_own(key)) {
        return Err(refusal(key, change));
    }
    let entries = |number| Edit::entries(number, mutation.changes());
    let to_server = message.direction() == Direction::ClientToServer;
    match (header.is_stream, header.stream_frame_type) {
        _ if mutation.changes().next().is_none() => {}
        (false, _) if to_server => edits.push(entries(unary::request::TRANS_INFO)?),
        (false, _) => edits.push(entries(unary::response::TRANS_INFO)?),
        (true, INIT) if to_server => {
            let trans_info = entries(stream::request::TRANS_INFO)?;
            edits.push(Edit::message(stream::init::REQUEST_META, vec![trans_info]));
        }
        // There is nothing to remove.
        _ => {
            let is_set = |(_, change): &(&str, Change<'_>)| matches!(change, Change::Set(_));
            if let Some((key, change)) = mutation.changes().find(is_set) {
                return Err(refusal(key, change));
            }
        }
    }
    Ok(edits)
}

fn refusal(key: &str, change: Change<'_>) -> Fault {
    let key = key.into();
    match change {
        Change::Set(_) => Fault::CannotSet { key },
        Change::Remove => Fault::CannotRemove { key },
    }
}

/// Names the longest of the values with which a header would be too long.
fn outgrown(mutation: &Mutation) -> Fault {
    let length = |(_, change): &(&str, Change<'_>)| match change {
        Change::Set(value) => value.len(),
        Change::Remove => 0,
    };
    let longest = mutation.changes().max_by_key(length);
    Fault::CannotHold {
        key: longest.map_or("request_id", |(key, _)| key).into(),
        why: "the protobuf header would have more than 65535 bytes",
    }
}

fn number(id: &RequestId) -> Result<u32, Fault> {
    match id {
        RequestId::Number(id) => u32::try_from(*id).map_err(|_| Fault::RequestId),
        RequestId::Bytes(_) => Err(Fault::RequestId),
    }
}

/// Appends a frame with this protobuf and body.
fn write(
    header: &TrpcHeader,
    protobuf: Vec<u8>,
    body: &Bytes,
    output: &mut Output,
) -> Result<(), CodecError> {
    let payload = Payload {
        extension: &protobuf.into(),
        body: Body::Shared(body),
    };
    header.append_message(payload, output)
}
