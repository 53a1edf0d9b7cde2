//! `TrpcStreamInitMeta` and `TrpcStreamCloseMeta`: the protobuf messages that open and close a stream.

use metaproto_codec::{CodecError, MessageType, Metadata, ResponseStatus};
use metaproto_protobuf::{Message, Tags, Value};

use crate::call::Call;
use crate::header::{CLOSE, INIT};

/// Numbers of the fields of `TrpcStreamInitMeta`.
pub(crate) mod init {
    pub(crate) const REQUEST_META: u32 = 1;
    pub(crate) const RESPONSE_META: u32 = 2;
}

/// Numbers of the fields of its `request_meta`.
pub(crate) mod request {
    pub(crate) const CALLER: u32 = 1;
    pub(crate) const CALLEE: u32 = 2;
    pub(crate) const FUNC: u32 = 3;
    pub(crate) const TRANS_INFO: u32 = 5;
}

/// Numbers of the fields of its `response_meta`.
pub(crate) mod response {
    pub(crate) const RET: u32 = 1;
    pub(crate) const ERROR_MSG: u32 = 2;
}

/// Records what a frame of this type says, of which `rest` is behind the fixed header. The number of its bytes that are
/// protobuf, and no payload.
pub(crate) fn describe(
    frame_type: u8,
    rest: &Message<'_>,
    metadata: &mut Metadata,
) -> Result<usize, CodecError> {
    match frame_type {
        INIT => {
            metadata.set_kind(MessageType::StreamInit);
            describe_init(rest, metadata)?;
        }
        CLOSE => {
            metadata.set_kind(MessageType::StreamClose);
            // Nothing in it is for routing, but it must be what it says.
            rest.fields().try_for_each(|field| field.map(drop))?;
        }
        // Data; and feedback, which is for the peer alone.
        _ => {
            metadata.set_kind(MessageType::StreamData);
            return Ok(0);
        }
    }
    Ok(rest.size())
}

fn describe_init(meta: &Message<'_>, metadata: &mut Metadata) -> Result<(), CodecError> {
    let mut call = Call::default();
    let mut trans_info = Tags::new("request_meta.trans_info");
    for field in meta.fields() {
        let field = field?;
        match (field.number, field.value) {
            (init::REQUEST_META, Value::Bytes(range)) => {
                let request = meta.within(range, "request_meta");
                read_request(&request, &mut call, &mut trans_info, metadata)?;
            }
            (init::RESPONSE_META, Value::Bytes(range)) => {
                read_response(&meta.within(range, "response_meta"), metadata)?;
            }
            _ => {}
        }
    }
    call.describe(meta, metadata)
}

fn read_request(
    request: &Message<'_>,
    call: &mut Call,
    trans_info: &mut Tags,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    for field in request.fields() {
        let field = field?;
        match (field.number, field.value) {
            (request::CALLER, Value::Bytes(range)) => call.caller = Some(range),
            (request::CALLEE, Value::Bytes(range)) => call.callee = Some(range),
            (request::FUNC, Value::Bytes(range)) => call.func = Some(range),
            (request::TRANS_INFO, Value::Bytes(entry)) => {
                trans_info.record(request, entry, metadata)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A stream that is refused is opened with a code that is not 0.
fn read_response(response: &Message<'_>, metadata: &mut Metadata) -> Result<(), CodecError> {
    for field in response.fields() {
        let field = field?;
        if let (response::RET, Value::Varint(ret)) = (field.number, field.value)
            && ret as i32 != 0
        {
            metadata.set_status(ResponseStatus::Error);
        }
    }
    Ok(())
}
