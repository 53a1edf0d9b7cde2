//! `RpcMeta`: what a request or response says of itself.

use std::ops::Range;

use metaproto_codec::{
    CodecError, Direction, Fault, FieldPath, MessageType, Metadata, ResponseStatus,
};
use metaproto_protobuf::{Message, Tags, Value};

/// Numbers of the fields of `RpcMeta`.
pub(crate) mod field {
    pub(crate) const REQUEST: u32 = 1;
    pub(crate) const RESPONSE: u32 = 2;
    pub(crate) const CORRELATION_ID: u32 = 4;
    pub(crate) const ATTACHMENT_SIZE: u32 = 5;
    pub(crate) const USER_FIELDS: u32 = 9;
}

/// Numbers of the fields of `RpcRequestMeta`.
pub(crate) mod request {
    pub(crate) const SERVICE_NAME: u32 = 1;
    pub(crate) const METHOD_NAME: u32 = 2;
    pub(crate) const REQUEST_ID: u32 = 7;
}

/// Numbers of the fields of `RpcResponseMeta`.
pub(crate) mod response {
    pub(crate) const ERROR_CODE: u32 = 1;
    pub(crate) const ERROR_TEXT: u32 = 2;
}

/// Where the texts of a request lie.
#[derive(Default)]
struct Request {
    service: Option<Range<usize>>,
    method: Option<Range<usize>>,
    id: Option<Range<usize>>,
}

/// Records what `meta` says of the message; `rest` bytes come behind it.
pub(crate) fn describe(
    meta: &Message<'_>,
    rest: usize,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    let mut request: Option<Request> = None;
    let mut error_code = None;
    let mut id = 0;
    let mut user_fields = Tags::new("meta.user_fields");
    for field in meta.fields() {
        let field = field?;
        match (field.number, field.value) {
            (field::REQUEST, Value::Bytes(range)) => {
                let message = meta.within(range, "meta.request");
                read_request(&message, request.get_or_insert_default())?;
            }
            (field::RESPONSE, Value::Bytes(range)) => {
                let message = meta.within(range, "meta.response");
                read_response(&message, error_code.get_or_insert_default())?;
            }
            (field::CORRELATION_ID, Value::Varint(value)) => id = value,
            (field::ATTACHMENT_SIZE, Value::Varint(size)) => {
                check_attachment(size, rest, field.range.start)?;
            }
            (field::USER_FIELDS, Value::Bytes(entry)) => {
                user_fields.record(meta, entry, metadata)?;
            }
            _ => {}
        }
    }
    metadata.set_request_id(id);
    match (request, error_code) {
        (None, None) => Err(broken(
            meta,
            "meta",
            "it is of no request and of no response",
        )),
        (Some(request), None) => describe_request(meta, request, metadata),
        // A meta with both is what its direction makes of it.
        (Some(request), Some(_)) if metadata.direction() == Direction::ClientToServer => {
            describe_request(meta, request, metadata)
        }
        (_, Some(code)) => {
            describe_response(code, metadata);
            Ok(())
        }
    }
}

fn describe_request(
    meta: &Message<'_>,
    request: Request,
    metadata: &mut Metadata,
) -> Result<(), CodecError> {
    let (Some(service), Some(method)) = (request.service, request.method) else {
        return Err(broken(
            meta,
            "meta.request",
            "it names a service and a method",
        ));
    };
    metadata.set_kind(MessageType::Request);
    let operation = metadata.compose([
        meta.text(service.clone(), "meta.request.service_name")?,
        "/",
        meta.text(method.clone(), "meta.request.method_name")?,
    ]);
    metadata.set_operation(operation);
    metadata.property("interface", service);
    metadata.property("method", method);
    if let Some(id) = request.id.filter(|id| meta.is_text(id)) {
        metadata.property("request_id", id);
    }
    Ok(())
}

fn describe_response(error_code: i32, metadata: &mut Metadata) {
    let (kind, status) = match error_code {
        0 => (MessageType::Response, ResponseStatus::Ok),
        _ => (MessageType::Error, ResponseStatus::Error),
    };
    metadata.set_kind(kind);
    metadata.set_status(status);
}

fn read_request(message: &Message<'_>, request: &mut Request) -> Result<(), CodecError> {
    for field in message.fields() {
        let field = field?;
        match (field.number, field.value) {
            (request::SERVICE_NAME, Value::Bytes(range)) => request.service = Some(range),
            (request::METHOD_NAME, Value::Bytes(range)) => request.method = Some(range),
            (request::REQUEST_ID, Value::Bytes(range)) => request.id = Some(range),
            _ => {}
        }
    }
    Ok(())
}

fn read_response(message: &Message<'_>, error_code: &mut i32) -> Result<(), CodecError> {
    for field in message.fields() {
        let field = field?;
        if let (response::ERROR_CODE, Value::Varint(code)) = (field.number, field.value) {
            // An int32 is the low 32 bits.
            *error_code = code as i32;
        }
    }
    Ok(())
}

/// The attachment is the end of what comes behind the meta.
fn check_attachment(size: u64, rest: usize, at: usize) -> Result<(), CodecError> {
    let size = size as i32;
    let fault = match usize::try_from(size) {
        Ok(needed) if needed <= rest => return Ok(()),
        Ok(needed) => Fault::PastEnd { needed, left: rest },
        Err(_) => Fault::Protocol {
            rule: "an attachment has no negative size",
        },
    };
    Err(CodecError::new(
        at,
        FieldPath::new("meta.attachment_size"),
        fault,
    ))
}

fn broken(meta: &Message<'_>, name: &'static str, rule: &'static str) -> CodecError {
    CodecError::new(meta.start(), FieldPath::new(name), Fault::Protocol { rule })
}
