//! The codec.

use bytes::Bytes;
use metaproto_codec::{
    Capabilities, Codec, DecodeStatus, Error, ErrorType, Header, IdSpace, Kinds, MessageType,
    Metadata, Mutation, Output, Parsed, Part, RequestId, Result,
};
use metaproto_protobuf::{Changes, Edit, Message};

use crate::header::{BrpcHeader, PRPC, STRM, check_magic};
use crate::meta::{self, CORRELATION_ID, ERROR_CODE, ERROR_TEXT, REQUEST_ID, USER_FIELDS};

/// The codec of brpc's standard protocol; see the [crate](crate).
#[derive(Clone, Copy, Debug, Default)]
pub struct BrpcRpc;

/// What can be changed of a frame of a stream: nothing.
const OF_FRAMES: Changes = Changes::refusing(&["interface", "method", "request_id"]);
const OF_RESPONSES: Changes = OF_FRAMES.id(CORRELATION_ID).tags(USER_FIELDS);
const OF_REQUESTS: Changes = OF_RESPONSES.text("request_id", REQUEST_ID);

/// The most bytes of an error's text that are sent to a peer.
const TEXT_MAX: usize = 8192;

impl Codec for BrpcRpc {
    fn capabilities(&self) -> Capabilities {
        let (bits, signed) = (64, true);
        let kinds = Kinds::UNARY.with(MessageType::StreamData);
        let mut capabilities = Capabilities::new("brpc", BrpcHeader::MAX_FRAME);
        capabilities.kinds = kinds.with(MessageType::StreamClose);
        capabilities.request_id = IdSpace::Number { bits, signed };
        capabilities.settable = &["request_id"];
        capabilities.open_properties = true;
        capabilities.fixed_properties = &["interface", "method"];
        capabilities.fixed_header = 12;
        capabilities
    }

    fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        check_magic(input)?;
        let (header, sizes) = match BrpcHeader::parse(input)? {
            Parsed::Done { view, sizes } => (view, sizes),
            Parsed::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        let meta = Message::new(input, BrpcHeader::MIN_LEN..sizes.header, "meta");
        let described = match header.magic() {
            STRM => meta::frame(&meta, metadata),
            _ => meta::rpc(&meta, sizes.body, metadata),
        };
        described.inspect_err(|_| metadata.clear())?;
        metadata.set_header_size(sizes.header);
        let consumed = sizes.frame();
        Ok(DecodeStatus::Done { consumed })
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        // The two ends have told each other these ids in the requests that opened the streams.
        mutation.check_stream_id(message)?;
        let mut header = BrpcHeader::read_shared(&message.share_frame())?;
        let changes = match message.kind() {
            MessageType::Request => OF_REQUESTS,
            MessageType::Response | MessageType::Error => OF_RESPONSES,
            _ => OF_FRAMES,
        };
        let edits = changes.edits(mutation)?;
        if edits.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let meta = Message::new(&header.meta, 0..header.meta.len(), "meta");
        header.meta = meta.edited(edits)?.into();
        header.append_shared(&Bytes::new(), &message.share_body(), output)
    }

    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        let id = request.request_id().unwrap_or(RequestId::Number(0));
        let id: u64 = id.number().map_err(|fault| fault.at(0, "request_id"))?;
        // Of brpc's `errno.proto`: ENOSERVICE, EOVERCROWDED, EINTERNAL.
        let code: u64 = match error.r#type {
            ErrorType::RouteNotFound => 1001,
            ErrorType::OverLimit => 1011,
            _ => 2001,
        };
        let text = &error.message[..error.message.floor_char_boundary(TEXT_MAX)];
        let meta = Message::EMPTY.edited(vec![
            Edit::varint(ERROR_CODE, code),
            Edit::bytes(ERROR_TEXT, text.as_bytes()),
            Edit::varint(CORRELATION_ID, id),
        ])?;
        let mut header = BrpcHeader::template();
        (header.magic, header.meta) = (PRPC, meta.into());
        header.append_shared(&Bytes::new(), &Bytes::new(), output)
    }
}
