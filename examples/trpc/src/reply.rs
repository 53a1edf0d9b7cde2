//! Local replies.

use metaproto_codec::{CodecError, Error, ErrorType, Header, Metadata, Part};
use metaproto_protobuf::{Edit, Message};

use crate::header::{INIT, TrpcHeader};
use crate::stream;
use crate::unary::{field, response};

/// The most bytes of an error's text that are sent to a peer.
const TEXT_MAX: usize = 8192;

/// The response that reports `error` to the caller of the unary request with this id: header and protobuf header.
pub(crate) fn unary(
    request: &Metadata,
    id: u32,
    error: &Error<'_>,
) -> Result<(TrpcHeader, Vec<u8>), CodecError> {
    // Stream id and version come back as the peer knows them. A host may have made the request without any bytes.
    let mut header = match request.frame().is_empty() {
        true => TrpcHeader::template(),
        false => TrpcHeader::read_frame(request.frame())?,
    };
    let meta = Message::EMPTY.edited(vec![
        Edit::varint(field::REQUEST_ID, u64::from(id)),
        Edit::varint(response::RET, code(error.r#type)),
        Edit::bytes(response::ERROR_MSG, text(error)),
    ])?;
    header.header_size = u16::try_from(meta.len()).unwrap_or(u16::MAX);
    Ok((header, meta))
}

/// The frame that refuses to open the stream: header and protobuf message.
pub(crate) fn stream(
    request: &Metadata,
    error: &Error<'_>,
) -> Result<(TrpcHeader, Vec<u8>), CodecError> {
    let response = vec![
        Edit::varint(stream::response::RET, code(error.r#type)),
        Edit::bytes(stream::response::ERROR_MSG, text(error)),
    ];
    let header = TrpcHeader {
        is_stream: true,
        stream_frame_type: INIT,
        stream_id: request.stream_id().unwrap_or_default() as u32,
        ..TrpcHeader::template()
    };
    let meta = Message::EMPTY.edited(vec![Edit::message(stream::init::RESPONSE_META, response)])?;
    Ok((header, meta))
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
    error.message[..error.message.floor_char_boundary(TEXT_MAX)].as_bytes()
}
