//! The codec.

use bytes::Bytes;
use metaproto_codec::{
    Capabilities, Change, Codec, DecodeStatus, Direction, Error, Fault, Header, IdSpace, Kinds,
    MessageType, Metadata, Mutation, Output, Parsed, Part, RequestId, Result,
};
use metaproto_protobuf::{Changes, Message};

use crate::header::{INIT, TrpcHeader, TrpcHeaderView};
use crate::{FIXED, OWN, reply, stream, unary};

/// The codec of tRPC; see the [crate](crate).
#[derive(Clone, Copy, Debug, Default)]
pub struct TrpcRpc;

impl Codec for TrpcRpc {
    fn capabilities(&self) -> Capabilities {
        let (bits, signed) = (32, false);
        let mut capabilities = Capabilities::new("trpc", TrpcHeader::MAX_FRAME);
        capabilities.kinds = Kinds::UNARY
            .with(MessageType::OneWay)
            .with(MessageType::StreamInit)
            .with(MessageType::StreamData)
            .with(MessageType::StreamClose);
        capabilities.request_id = IdSpace::Number { bits, signed };
        capabilities.stream_id = capabilities.request_id;
        capabilities.open_properties = true;
        capabilities.fixed_properties = FIXED;
        capabilities.fixed_header = TrpcHeader::MIN_LEN;
        capabilities
    }

    fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        let (header, sizes) = match TrpcHeader::find(input)? {
            Parsed::Done { view, sizes } => (view, sizes),
            Parsed::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        let consumed = sizes.frame();
        let size =
            describe(&header, &input[..consumed], metadata).inspect_err(|_| metadata.clear())?;
        metadata.set_header_size(TrpcHeader::MIN_LEN + size);
        Ok(DecodeStatus::Done { consumed })
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        let mut header = TrpcHeader::read_frame(message.frame())?;
        let edits = changes(&header, message.direction()).edits(mutation)?;
        if !header.is_stream {
            mutation.check_stream_id(message)?;
        }
        if edits.is_empty() && mutation.stream_id().is_none() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let range = TrpcHeader::MIN_LEN..message.header_size();
        let protobuf = Message::new(message.frame(), range, "header").edited(edits)?;
        if !header.is_stream {
            let size = u16::try_from(protobuf.len());
            header.header_size = size.map_err(|_| outgrown(mutation).at(0, "mutation"))?;
            repeat_id(&mut header, message, mutation)?;
        }
        if let Some(id) = mutation.stream_id() {
            let id = u32::try_from(id).map_err(|_| Fault::StreamId.at(0, "mutation"))?;
            header.stream_id = id;
        }
        header.append_shared(&protobuf.into(), &message.share_body(), output)
    }

    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        let (header, protobuf) = match request.kind() {
            MessageType::Request => {
                let id = request.request_id().unwrap_or(RequestId::Number(0));
                let id = id.number().map_err(|fault| fault.at(0, "request_id"))?;
                reply::response(request, id, error)?
            }
            MessageType::StreamInit => reply::refusal(request, error)?,
            _ => return Ok(()),
        };
        header.append_shared(&protobuf.into(), &Bytes::new(), output)
    }
}

/// Records what the protobuf behind the fixed header says; its length.
fn describe(header: &TrpcHeaderView<'_>, frame: &[u8], metadata: &mut Metadata) -> Result<usize> {
    if header.is_stream() {
        let rest = Message::new(frame, TrpcHeader::MIN_LEN..frame.len(), "meta");
        metadata.set_stream_id(header.stream_id().into());
        return stream::describe(header.stream_frame_type(), &rest, metadata);
    }
    let size = usize::from(header.header_size());
    let end = TrpcHeader::MIN_LEN + size;
    let message = Message::new(frame, TrpcHeader::MIN_LEN..end, "header");
    let body = frame.len() - end;
    match metadata.direction() {
        Direction::ClientToServer => unary::request(&message, body, metadata)?,
        Direction::ServerToClient => unary::response(&message, body, metadata)?,
    }
    Ok(size)
}

/// What can be changed of a frame.
fn changes(header: &TrpcHeader, direction: Direction) -> Changes {
    match (header.is_stream, header.stream_frame_type, direction) {
        (false, _, Direction::ClientToServer) => unary::TO_REQUESTS,
        (false, _, Direction::ServerToClient) => unary::TO_RESPONSES,
        (true, INIT, Direction::ClientToServer) => stream::TO_INIT,
        _ => OWN,
    }
}

/// Since protocol version 1 the fixed header repeats the id of a unary frame.
fn repeat_id(header: &mut TrpcHeader, message: &Metadata, mutation: &Mutation) -> Result {
    let old = RequestId::Number(header.stream_id.into());
    let repeats = header.protocol_version > 0 && message.request_id() == Some(old);
    if let Some(id) = mutation.request_id() {
        let id: u32 = id.number().map_err(|fault| fault.at(0, "mutation"))?;
        header.stream_id = if repeats { id } else { header.stream_id };
    }
    Ok(())
}

/// Names the longest of the values with which a header would be too long.
fn outgrown(mutation: &Mutation) -> Fault {
    let length = |(_, change): &(&str, Change<'_>)| change.value().map_or(0, str::len);
    let longest = mutation.changes().max_by_key(length);
    Fault::CannotHold {
        key: longest.map_or("request_id", |(key, _)| key).into(),
        why: "the protobuf header would have more than 65535 bytes",
    }
}
