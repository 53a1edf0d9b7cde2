//! `RpcMeta` and `StreamFrameMeta`: what messages say of themselves.

use metaproto_codec::{Direction, Fault, MessageType, Metadata, ResponseStatus, Result};
use metaproto_protobuf::{Layout, Message, Path};

/// Fields of `RpcMeta`, and of the `request` and `response` in it.
const SERVICE_NAME: Path = &[1, 1];
const METHOD_NAME: Path = &[1, 2];
pub(crate) const REQUEST_ID: Path = &[1, 7];
const RESPONSE: Path = &[2];
pub(crate) const ERROR_CODE: Path = &[2, 1];
pub(crate) const ERROR_TEXT: Path = &[2, 2];
pub(crate) const CORRELATION_ID: Path = &[4];
const ATTACHMENT_SIZE: Path = &[5];
pub(crate) const USER_FIELDS: Path = &[9];

const RPC_META: Layout<3, 4> = Layout {
    numbers: [CORRELATION_ID, ATTACHMENT_SIZE, ERROR_CODE],
    ranges: [SERVICE_NAME, METHOD_NAME, REQUEST_ID, RESPONSE],
    tags: USER_FIELDS,
};

/// Fields of `StreamFrameMeta`.
const STREAM_ID: Path = &[1];
const FRAME_TYPE: Path = &[3];

/// Records what the meta of a request or response says; `left` bytes come behind it.
pub(crate) fn rpc(meta: &Message<'_>, left: usize, metadata: &mut Metadata) -> Result {
    let found = RPC_META.read(meta, metadata)?;
    let [id, attachment, code] = found.numbers.map(Option::unwrap_or_default);
    // The attachment is the end of what comes behind the meta. An int32 is the low 32 bits.
    let needed = usize::try_from(attachment as i32).unwrap_or(usize::MAX);
    if needed > left {
        return Err(Fault::PastEnd { needed, left }.at(meta.end(), "meta.attachment_size"));
    }
    metadata.set_request_id(id);
    let is_reply = metadata.direction() == Direction::ServerToClient;
    match found.ranges {
        // A meta with both is what its direction makes of it.
        [service, .., Some(_)] if service.is_none() || is_reply => {
            let (kind, status) = match code as i32 {
                0 => (MessageType::Response, ResponseStatus::Ok),
                _ => (MessageType::Error, ResponseStatus::Error),
            };
            metadata.set_kind(kind);
            metadata.set_status(status);
        }
        [Some(service), Some(method), id, _] => {
            let service_name = meta.text(&service, "meta.request.service_name")?;
            let method_name = meta.text(&method, "meta.request.method_name")?;
            let operation = metadata.compose([service_name, "/", method_name]);
            metadata.set_operation(operation);
            metadata.property("interface", service);
            metadata.property("method", method);
            if let Some(id) = id.filter(|id| meta.is_text(id)) {
                metadata.property("request_id", id);
            }
        }
        _ => {
            let rule = "it has a response, or a request that names service and method";
            return Err(Fault::Protocol { rule }.at(meta.start(), "meta"));
        }
    }
    Ok(())
}

/// Records what the meta of a frame of a stream says.
pub(crate) fn frame(meta: &Message<'_>, metadata: &mut Metadata) -> Result {
    let (numbers, ranges, tags) = ([STREAM_ID, FRAME_TYPE], [], &[]);
    let layout = Layout {
        numbers,
        ranges,
        tags,
    };
    let [Some(stream_id), frame_type] = layout.read(meta, metadata)?.numbers else {
        let rule = "a frame names its stream";
        return Err(Fault::Protocol { rule }.at(meta.start(), "meta.stream_id"));
    };
    metadata.set_stream_id(stream_id);
    metadata.set_kind(match frame_type {
        // A reset, and the orderly end.
        Some(1 | 2) => MessageType::StreamClose,
        // Data, feedback, and what later versions invent: of an open stream.
        _ => MessageType::StreamData,
    });
    Ok(())
}
