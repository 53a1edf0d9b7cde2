//! The codec.

use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Direction, Error, ErrorType, Fault,
    FieldPath, IdSpace, MessageType, Metadata, Mutation, Output, RequestId, ResponseStatus, Schema,
};

use crate::declared;
use crate::fields::{Fields, HEADER_LEN, MAX_FRAME, message_len};

/// The property that tells which operation is called, and the only one that can be set.
const CMD: &str = "cmd";

/// The codec of awesomeRPC.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwesomeRpcByHand;

impl Codec for AwesomeRpcByHand {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("awesomerpc", MAX_FRAME);
        capabilities.request_id = IdSpace::Number {
            bits: u32::BITS,
            signed: false,
        };
        capabilities.settable = &[CMD];
        capabilities.fixed_header = HEADER_LEN;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let needed = message_len(input)?.unwrap_or(HEADER_LEN);
        if input.len() < needed {
            let at_least = needed - input.len();
            return Ok(DecodeStatus::WaitForData { at_least });
        }
        describe(&Fields::read(input)?, metadata);
        Ok(DecodeStatus::Done { consumed: needed })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let fields = changed(message, mutation)?;
        if mutation.is_empty() {
            output.push_shared(message.share_frame());
        } else {
            output.push(&fields.to_bytes());
            output.push_shared(message.share_frame().slice(HEADER_LEN..));
        }
        Ok(())
    }

    /// No change makes the message longer or shorter.
    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        changed(message, mutation)?;
        Ok(message.frame().len())
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        // The host may have made the request's metadata itself, without any bytes.
        let mut fields = if request.frame().is_empty() {
            Fields::default()
        } else {
            Fields::read(request.frame())?
        };
        if let Some(id) = request.request_id() {
            fields.pack_flow = pack_flow(&id)?;
        }
        fields.pack_len = HEADER_LEN as u32;
        fields.rsp_code = match error.r#type {
            ErrorType::RouteNotFound => 1,
            _ => 2,
        };
        output.push(&fields.to_bytes());
        Ok(())
    }

    /// The protocol has no heartbeats.
    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn schema(&self, _: Direction) -> Option<Schema> {
        Some(declared::SCHEMA)
    }
}

/// Tells the host what the message is.
fn describe(fields: &Fields, metadata: &mut Metadata) {
    metadata.set_header_size(HEADER_LEN);
    metadata.set_request_id(fields.pack_flow.into());
    metadata.property(CMD, fields.req_cmd);
    match (metadata.direction(), fields.rsp_code) {
        (Direction::ClientToServer, _) => metadata.set_kind(MessageType::Request),
        (Direction::ServerToClient, 0) => {
            metadata.set_kind(MessageType::Response);
            metadata.set_status(ResponseStatus::Ok);
        }
        (Direction::ServerToClient, _) => {
            metadata.set_kind(MessageType::Error);
            metadata.set_status(ResponseStatus::Error);
        }
    }
}

/// The header of `message` with the changes of `mutation`.
fn changed(message: &Metadata, mutation: &Mutation) -> Result<Fields, CodecError> {
    let mut fields = Fields::read(message.frame())?;
    mutation.check_stream_id(message)?;
    if let Some(id) = mutation.request_id() {
        fields.pack_flow = pack_flow(id)?;
    }
    for (key, change) in mutation.changes() {
        match change {
            Change::Set(value) if key.eq_ignore_ascii_case(CMD) => {
                fields.req_cmd = value.parse().map_err(|_| {
                    refuse(Fault::CannotHold {
                        key: key.into(),
                        why: "it holds a number of 16 bits, in decimal",
                    })
                })?;
            }
            Change::Set(_) => return Err(refuse(Fault::CannotSet { key: key.into() })),
            Change::Remove => return Err(refuse(Fault::CannotRemove { key: key.into() })),
        }
    }
    Ok(fields)
}

/// The field that holds `id`.
fn pack_flow(id: &RequestId) -> Result<u32, CodecError> {
    match id {
        RequestId::Number(id) => u32::try_from(*id).map_err(|_| refuse(Fault::RequestId)),
        RequestId::Bytes(_) => Err(refuse(Fault::RequestId)),
    }
}

/// A change that cannot be expressed. Its place is the mutation, not a byte of the message.
fn refuse(fault: Fault) -> CodecError {
    CodecError::new(0, FieldPath::new("mutation"), fault)
}
