//! `RequestProtocol` and `ResponseProtocol`: the protobuf headers of unary frames.

use metaproto_codec::{Fault, MessageType, Metadata, ResponseStatus, Result};
use metaproto_protobuf::{Changes, Layout, Message, Path};

use crate::call;

/// Fields that both have.
pub(crate) const REQUEST_ID: Path = &[3];
const ATTACHMENT_SIZE: Path = &[12];

/// Fields of a request.
const CALL_TYPE: Path = &[2];
const CALLER: Path = &[5];
const CALLEE: Path = &[6];
const FUNC: Path = &[7];
const REQUEST_TRANS_INFO: Path = &[9];

/// Fields of a response.
pub(crate) const RET: Path = &[4];
const FUNC_RET: Path = &[5];
pub(crate) const ERROR_MSG: Path = &[6];
const RESPONSE_TRANS_INFO: Path = &[8];

const REQUEST: Layout<3, 3> = Layout {
    numbers: [REQUEST_ID, ATTACHMENT_SIZE, CALL_TYPE],
    ranges: [CALLER, CALLEE, FUNC],
    tags: REQUEST_TRANS_INFO,
};

const RESPONSE: Layout<4, 1> = Layout {
    numbers: [REQUEST_ID, ATTACHMENT_SIZE, RET, FUNC_RET],
    ranges: [ERROR_MSG],
    tags: RESPONSE_TRANS_INFO,
};

/// What can be changed of a unary frame to the server.
pub(crate) const TO_REQUESTS: Changes =
    crate::OWN.id_of_proto3(REQUEST_ID).tags(REQUEST_TRANS_INFO);

/// What can be changed of a unary frame to the client.
pub(crate) const TO_RESPONSES: Changes = crate::OWN
    .id_of_proto3(REQUEST_ID)
    .tags(RESPONSE_TRANS_INFO);

/// `call_type` of a call that is not answered.
const ONE_WAY: u32 = 1;

/// Records what the header of a request says; a body of `body` bytes comes behind it.
pub(crate) fn request(header: &Message<'_>, body: usize, metadata: &mut Metadata) -> Result {
    let found = REQUEST.read(header, metadata)?;
    let [id, attachment, call_type] = found.numbers.map(low);
    check_attachment(attachment, header, body)?;
    metadata.set_request_id(id.into());
    metadata.set_kind(match call_type {
        ONE_WAY => MessageType::OneWay,
        _ => MessageType::Request,
    });
    call::describe(found.ranges, header, metadata)
}

/// Records what the header of a response says; a body of `body` bytes comes behind it.
pub(crate) fn response(header: &Message<'_>, body: usize, metadata: &mut Metadata) -> Result {
    let found = RESPONSE.read(header, metadata)?;
    let [id, attachment, ret, func_ret] = found.numbers.map(low);
    check_attachment(attachment, header, body)?;
    metadata.set_request_id(id.into());
    match found.ranges {
        [None] => metadata.property("error_msg", ""),
        [Some(text)] if header.is_text(&text) => metadata.property("error_msg", text),
        _ => {}
    }
    let (kind, status) = match (ret, func_ret) {
        (0, 0) => (MessageType::Response, ResponseStatus::Ok),
        _ => (MessageType::Error, ResponseStatus::Error),
    };
    metadata.set_kind(kind);
    metadata.set_status(status);
    Ok(())
}

/// A number of 32 bits, which is the low ones; 0 where it is absent.
fn low(number: Option<u64>) -> u32 {
    number.unwrap_or_default() as u32
}

/// The attachment is the end of the body.
fn check_attachment(size: u32, header: &Message<'_>, left: usize) -> Result {
    let needed = size as usize;
    if needed > left {
        return Err(Fault::PastEnd { needed, left }.at(header.end(), "header.attachment_size"));
    }
    Ok(())
}
