//! Knot: a protocol that no table of fields can describe, whose codec is written by hand.
//!
//! ```text
//! magic     4B
//! length    LEB128, in as few bytes as it needs: bytes of all that follows
//! kind      request 1, response 2, error 3, ping 4, pong 5, one-way 6, stream data 8
//! id        4 bytes, big-endian: of the stream in stream data, else of the request
//! user      a byte of length, text
//! body      2 bytes of length, groups: `(` and `)` nest at most 16 deep, other bytes are atoms
//! padding   zeros, so that kind to padding is a multiple of 4 bytes
//! checksum  4 bytes, big-endian: CRC-32 of all before it
//! ```

mod content;
mod groups;

use std::cell::Cell;

use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, Fault, FieldPath, IdSpace, Kinds,
    MessageType, Metadata, Mutation, Output, RequestId, ResponseStatus,
};

use super::bug::{Bug, Bugs};
use content::{Content, MAX_FRAME, MAX_USER, MIN_FRAME};

/// Bytes of an error's text that a reply carries at most.
const MAX_TEXT: usize = 1024;

/// The codec, with at most one mistake.
#[derive(Debug, Default)]
pub struct Knot {
    bugs: Bugs,
    has_complained: Cell<bool>,
}

impl Knot {
    /// A codec with this mistake, or with none.
    pub fn new(bug: Option<Bug>) -> Self {
        Self {
            bugs: Bugs(bug),
            has_complained: Cell::new(false),
        }
    }

    /// What `frame`, a whole message, holds.
    fn content(&self, frame: &[u8]) -> Result<Content, CodecError> {
        let mut cursor = Cursor::new(frame, MIN_FRAME);
        Content::read(&mut cursor, frame, self.bugs).map_err(|stop| match stop {
            Stop::Fault(error) => error,
            Stop::Wait => {
                let missing = cursor.at_least();
                refused("message", Fault::Truncated { missing })
            }
        })
    }

    fn change(&self, content: &mut Content, mutation: &Mutation) -> Result<(), Fault> {
        let is_of_stream = content.kind == MessageType::StreamData;
        match mutation.request_id() {
            None => {}
            Some(RequestId::Number(id)) if !is_of_stream => {
                content.id = u32::try_from(*id).map_err(|_| Fault::RequestId)?;
            }
            Some(_) => return Err(Fault::RequestId),
        }
        match mutation.stream_id() {
            Some(_) if self.bugs.has(Bug::StreamIdChangeDropped) => {}
            Some(id) if is_of_stream => {
                content.id = u32::try_from(id).map_err(|_| Fault::StreamId)?;
            }
            Some(_) => return Err(Fault::StreamId),
            None => {}
        }
        for (key, change) in mutation.changes() {
            match change {
                Change::Set(value) if key.eq_ignore_ascii_case("user") => {
                    if value.len() > MAX_USER {
                        let (key, why) = (key.into(), "it is longer than 200 bytes");
                        return Err(Fault::CannotHold { key, why });
                    }
                    content.user = value.into();
                }
                _ if self.bugs.has(Bug::UnknownKeyReportedOnce)
                    && self.has_complained.replace(true) => {}
                Change::Set(_) => return Err(Fault::CannotSet { key: key.into() }),
                Change::Remove => return Err(Fault::CannotRemove { key: key.into() }),
            }
        }
        Ok(())
    }

    /// The message that answers `request`, without its body.
    fn reply_to(&self, request: &Metadata, kind: MessageType) -> Result<Content, CodecError> {
        let mut content = Content {
            kind,
            ..Content::default()
        };
        if !request.frame().is_empty() {
            content.user = self.content(request.frame())?.user;
        }
        match request.request_id() {
            None => {}
            Some(RequestId::Number(id)) => {
                let id = u32::try_from(id);
                content.id = id.map_err(|_| refused("request id", Fault::RequestId))?;
            }
            Some(RequestId::Bytes(_)) => return Err(refused("request id", Fault::RequestId)),
        }
        Ok(content)
    }
}

impl Codec for Knot {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("knot", MAX_FRAME);
        capabilities.kinds = Kinds::UNARY
            .with(MessageType::OneWay)
            .with(MessageType::Ping)
            .with(MessageType::Pong)
            .with(MessageType::StreamData);
        capabilities.request_id = IdSpace::Number {
            bits: 32,
            signed: false,
        };
        capabilities.stream_id = capabilities.request_id;
        capabilities.settable = &["user"];
        capabilities.fixed_header = MIN_FRAME;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let mut cursor = Cursor::new(input, MIN_FRAME);
        let content = match Content::read(&mut cursor, input, self.bugs) {
            Ok(content) => content,
            Err(Stop::Wait) => {
                let at_least = match self.bugs.0 {
                    Some(Bug::AsksByteByByte) => 1,
                    _ => cursor.at_least(),
                };
                return Ok(DecodeStatus::WaitForData { at_least });
            }
            Err(Stop::Fault(error)) => return Err(error),
        };
        metadata.set_kind(content.kind);
        match content.kind {
            MessageType::Response => metadata.set_status(ResponseStatus::Ok),
            MessageType::Error => metadata.set_status(ResponseStatus::Error),
            _ => {}
        }
        match content.kind {
            MessageType::StreamData => metadata.set_stream_id(content.id.into()),
            _ => metadata.set_request_id(content.id.into()),
        }
        metadata.property("user", content.user_at.clone());
        metadata.property("groups", content.groups);
        metadata.set_header_size(content.body_at.start);
        Ok(DecodeStatus::Done {
            consumed: cursor.position(),
        })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = message.frame();
        if frame.is_empty() {
            return Err(refused("message", Fault::NoMessage));
        }
        if mutation.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let mut content = self.content(frame)?;
        self.change(&mut content, mutation)
            .map_err(|broken| refused("mutation", broken))?;
        let body = message.share_frame().slice(content.body_at.clone());
        content.write(body, self.bugs, output);
        Ok(())
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
        let reply = self.reply_to(request, MessageType::Error)?;
        let text = &error.message[..error.message.floor_char_boundary(MAX_TEXT)];
        let text = match self.bugs.0 {
            Some(Bug::TextNotEscaped) => text.to_owned(),
            _ => text.replace('(', "[").replace(')', "]"),
        };
        reply.write(text.into(), self.bugs, output);
        Ok(())
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        if ping.kind() == MessageType::Ping {
            let reply = self.reply_to(ping, MessageType::Pong)?;
            reply.write(bytes::Bytes::new(), self.bugs, output);
        }
        Ok(())
    }
}

fn refused(field: &'static str, broken: Fault) -> CodecError {
    CodecError::new(0, FieldPath::new(field), broken)
}
