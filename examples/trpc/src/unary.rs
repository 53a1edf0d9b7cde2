//! `RequestProtocol` and `ResponseProtocol`: the protobuf headers of unary frames.

use metaproto_codec::{CodecError, Fault, FieldPath, MessageType, Metadata, ResponseStatus};
use metaproto_protobuf::{Message, Tags, Value};

use crate::call::Call;

/// Numbers of the fields that both have.
pub(crate) mod field {
    pub(crate) const CALL_TYPE: u32 = 2;
    pub(crate) const REQUEST_ID: u32 = 3;
    pub(crate) const ATTACHMENT_SIZE: u32 = 12;
}

/// Numbers of further fields of a request.
pub(crate) mod request {
    pub(crate) const CALLER: u32 = 5;
    pub(crate) const CALLEE: u32 = 6;
    pub(crate) const FUNC: u32 = 7;
    pub(crate) const TRANS_INFO: u32 = 9;
}

/// Numbers of further fields of a response.
pub(crate) mod response {
    pub(crate) const RET: u32 = 4;
    pub(crate) const FUNC_RET: u32 = 5;
    pub(crate) const ERROR_MSG: u32 = 6;
    pub(crate) const TRANS_INFO: u32 = 8;
}

/// `call_type` of a call that is not answered.
const ONE_WAY: u64 = 1;

/// Records what the header of a request says; a body of `body` bytes comes behind it.
pub(crate) fn describe_request(
    header: &Message<'_>,
    body: usize,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    let mut call = Call::default();
    let mut trans_info = Tags::new("header.trans_info");
    metadata.set_request_id(0);
    for field in header.fields() {
        let field = field?;
        match (field.number, field.value) {
            (field::CALL_TYPE, Value::Varint(ONE_WAY)) => metadata.set_kind(MessageType::OneWay),
            (field::CALL_TYPE, Value::Varint(_)) => metadata.set_kind(MessageType::Request),
            (field::REQUEST_ID, Value::Varint(id)) => set_request_id(id, metadata),
            (request::CALLER, Value::Bytes(range)) => call.caller = Some(range),
            (request::CALLEE, Value::Bytes(range)) => call.callee = Some(range),
            (request::FUNC, Value::Bytes(range)) => call.func = Some(range),
            (request::TRANS_INFO, Value::Bytes(entry)) => {
                trans_info.record(header, entry, metadata)?;
            }
            (field::ATTACHMENT_SIZE, Value::Varint(size)) => {
                check_attachment(size, body, field.range.start)?;
            }
            _ => {}
        }
    }
    call.describe(header, metadata)
}

/// Records what the header of a response says; a body of `body` bytes comes behind it.
pub(crate) fn describe_response(
    header: &Message<'_>,
    body: usize,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    let (mut ret, mut func_ret, mut error_msg) = (0, 0, None);
    let mut trans_info = Tags::new("header.trans_info");
    metadata.set_request_id(0);
    for field in header.fields() {
        let field = field?;
        match (field.number, field.value) {
            (field::REQUEST_ID, Value::Varint(id)) => set_request_id(id, metadata),
            (response::RET, Value::Varint(code)) => ret = code as i32,
            (response::FUNC_RET, Value::Varint(code)) => func_ret = code as i32,
            (response::ERROR_MSG, Value::Bytes(range)) => error_msg = Some(range),
            (response::TRANS_INFO, Value::Bytes(entry)) => {
                trans_info.record(header, entry, metadata)?;
            }
            (field::ATTACHMENT_SIZE, Value::Varint(size)) => {
                check_attachment(size, body, field.range.start)?;
            }
            _ => {}
        }
    }
    match error_msg {
        None => metadata.property("error_msg", ""),
        Some(text) if header.is_text(&text) => metadata.property("error_msg", text),
        Some(_) => {}
    }
    let (kind, status) = match (ret, func_ret) {
        (0, 0) => (MessageType::Response, ResponseStatus::Ok),
        _ => (MessageType::Error, ResponseStatus::Error),
    };
    metadata.set_kind(kind);
    metadata.set_status(status);
    Ok(())
}

/// A number of 32 bits is the low ones of what is there.
fn set_request_id(id: u64, metadata: &mut Metadata) {
    metadata.set_request_id((id as u32).into());
}

/// The attachment is the end of the body.
fn check_attachment(size: u64, left: usize, at: usize) -> Result<(), CodecError> {
    let needed = size as u32 as usize;
    if needed <= left {
        return Ok(());
    }
    let fault = Fault::PastEnd { needed, left };
    Err(CodecError::new(
        at,
        FieldPath::new("header.attachment_size"),
        fault,
    ))
}
