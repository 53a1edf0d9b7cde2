//! Local replies.

use metaproto_codec::{Error, ErrorType, Header, Metadata, Part, Result};
use metaproto_protobuf::{Edit, Message};

use crate::header::{INIT, TrpcHeader};
use crate::{stream, unary};

/// The most bytes of an error's text that are sent to a peer.
const TEXT_MAX: usize = 8192;

/// The response that reports `error` to the caller of the unary request with this id: header and protobuf header.
pub(crate) fn response(
    request: &Metadata,
    id: u32,
    error: &Error<'_>,
) -> Result<(TrpcHeader, Vec<u8>)> {
    // Stream id and version come back as the peer knows them. A host may have made the request without any bytes.
    let mut header = match request.frame().is_empty() {
        true => TrpcHeader::template(),
        false => TrpcHeader::read_frame(request.frame())?,
    };
    let protobuf = Message::EMPTY.edited(vec![
        Edit::varint(unary::REQUEST_ID, u64::from(id)),
        Edit::varint(unary::RET, code(error.r#type)),
        Edit::bytes(unary::ERROR_MSG, text(error)),
    ])?;
    header.header_size = u16::try_from(protobuf.len()).unwrap_or(u16::MAX);
    Ok((header, protobuf))
}

/// The frame that refuses to open the stream: header and protobuf message.
pub(crate) fn refusal(request: &Metadata, error: &Error<'_>) -> Result<(TrpcHeader, Vec<u8>)> {
    let header = TrpcHeader {
        is_stream: true,
        stream_frame_type: INIT,
        stream_id: request.stream_id().unwrap_or_default() as u32,
        ..TrpcHeader::template()
    };
    let protobuf = Message::EMPTY.edited(vec![
        Edit::varint(stream::RET, code(error.r#type)),
        Edit::bytes(stream::ERROR_MSG, text(error)),
    ])?;
    Ok((header, protobuf))
}

/// Codes of `TrpcRetCode` in `trpc.proto`.
fn code(error: ErrorType) -> u64 {
    match error {
        ErrorType::RouteNotFound => 11,
        ErrorType::OverLimit => 23,
        ErrorType::NoHealthyUpstream => 141,
        _ => 31,
    }
}

fn text<'e>(error: &Error<'e>) -> &'e [u8] {
    let end = error.message.floor_char_boundary(TEXT_MAX);
    &error.message.as_bytes()[..end]
}
