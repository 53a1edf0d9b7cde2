//! The codec.

use std::borrow::Cow;
use std::mem;

use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, Fault, FieldPath, Header,
    IdSpace, Kinds, MessageType, Metadata, Mutation, Output, Part, Read, Recorded, RequestId,
    ResponseStatus,
};

use crate::begin::{Begin, BinaryBegin, EXCEPTION, MessageBegin, append};
use crate::exception::append_exception;
use crate::frame::{LENGTH, MAX_LENGTH, Opened, SHORTEST, Transport, frame_end, open};
use crate::theader::{self, THeaderFrame, THeaderFrameView};
use crate::walk::Walk;

/// The property that tells which method is called.
const METHOD: &str = "method";

/// Bytes of a frame that are looked at before it is whole: up to the length of the name, or into the THeader.
const FIXED_HEADER: usize = 16;

/// The codec of one direction of a connection.
///
/// The first message tells the transport, to which the connection is held from then on, unless [`over`](Self::over) has
/// stated it. The protocol may change from message to message, as it does with peers that use THeader.
#[derive(Clone, Debug, Default)]
pub struct Thrift {
    stated: Option<Transport>,
    detected: Option<Transport>,
    /// The beginning of an unframed message that is not whole yet, and over which `walk` has begun.
    begun: Option<Begin>,
    walk: Walk,
}

impl Thrift {
    /// A codec that detects the transport.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A codec for one transport.
    #[must_use]
    pub fn over(transport: Transport) -> Self {
        let stated = Some(transport);
        Self {
            stated,
            ..Self::new()
        }
    }

    fn decode_framed(
        &mut self,
        transport: Transport,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let end = frame_end(input)?.unwrap_or(LENGTH + SHORTEST);
        let Some(frame) = input.get(..end) else {
            check_start(transport, input.get(..FIXED_HEADER).unwrap_or(input), end)?;
            let at_least = end - input.len();
            return Ok(DecodeStatus::WaitForData { at_least });
        };
        let Opened {
            header,
            at,
            message,
        } = open(transport, frame)?;
        if message.is_empty() {
            // So peers written in C++ take their leave.
            return Ok(DecodeStatus::Skip { consumed: end });
        }
        let is_inflated = matches!(message, Cow::Owned(_));
        let begin = self.read(&message, !is_inflated);
        let begin = begin.map_err(|error| error.moved_by(at as u64))?;
        if is_inflated {
            // What was inflated is no part of the frame.
            let name = String::from_utf8_lossy(message.get(begin.name.clone()).unwrap_or_default());
            let names = [(); 2].map(|()| metadata.compose([&*name]));
            self.describe(&begin, at, names, metadata);
        } else {
            let name = at + begin.name.start..at + begin.name.end;
            self.describe(&begin, at + begin.end, [name.clone(), name], metadata);
        }
        if let Some(header) = &header {
            theader::describe(header, frame, metadata);
        }
        Ok(DecodeStatus::Done { consumed: end })
    }

    fn decode_unframed(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let begin = match self.begun.take() {
            Some(begin) => begin,
            None => {
                let mut cursor = Cursor::new(input, SHORTEST);
                let begin = match Begin::read(input, &mut cursor) {
                    Err(Stop::Wait) => {
                        let at_least = cursor.at_least();
                        return Ok(DecodeStatus::WaitForData { at_least });
                    }
                    begin => begin.map_err(fault)?,
                };
                self.walk.restart(begin.end);
                begin
            }
        };
        let status = self.walk.go(input, begin.is_compact, false)?;
        if let DecodeStatus::WaitForData { .. } = status {
            self.begun = Some(begin);
        } else {
            let names = [begin.name.clone(), begin.name.clone()];
            self.describe(&begin, begin.end, names, metadata);
        }
        Ok(status)
    }

    /// Reads a message, of which the end may be missing unless it `is_whole`.
    fn read(&mut self, message: &[u8], is_whole: bool) -> Result<Begin, CodecError> {
        let begin = within(message).and_then(|mut cursor| Begin::read(message, &mut cursor));
        let begin = begin.map_err(fault)?;
        self.walk.restart(begin.end);
        match self.walk.go(message, begin.is_compact, is_whole)? {
            DecodeStatus::Done { consumed: end } if end < message.len() => {
                let left = message.len() - end;
                Err(CodecError::new(
                    end,
                    FieldPath::new("frame"),
                    Fault::Excess { left },
                ))
            }
            _ => Ok(begin),
        }
    }

    /// Tells what the message is that was walked over, and the name of its method, which is there twice.
    fn describe<T: Into<Recorded>>(
        &self,
        begin: &Begin,
        header_size: usize,
        [method, operation]: [T; 2],
        metadata: &mut Metadata,
    ) {
        metadata.set_kind(begin.kind);
        match begin.kind {
            MessageType::Response if !self.walk.is_exception => {
                metadata.set_status(ResponseStatus::Ok);
            }
            MessageType::Response | MessageType::Error => {
                metadata.set_kind(MessageType::Error);
                metadata.set_status(ResponseStatus::Error);
            }
            _ => {}
        }
        metadata.set_request_id(begin.sequence_id.into());
        metadata.set_header_size(header_size);
        metadata.property(METHOD, method);
        metadata.set_operation(operation);
    }
}

impl Codec for Thrift {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("thrift", LENGTH + MAX_LENGTH);
        capabilities.kinds = Kinds::UNARY.with(MessageType::OneWay);
        // Many clients give all their calls the same id: a host that shares a connection must give them its own.
        let (bits, signed) = (u32::BITS, true);
        capabilities.request_id = IdSpace::Number { bits, signed };
        capabilities.open_properties = matches!(self.stated, None | Some(Transport::Header));
        capabilities.fixed_properties = &[METHOD];
        capabilities.fixed_header = FIXED_HEADER;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let known = self.stated.or(self.detected);
        let status = match known.or_else(|| Transport::detect(input)) {
            // A message without a frame is longer than its name, whose length may be what looks like that of a frame.
            None => {
                let end = frame_end(input)?.unwrap_or(SHORTEST);
                let at_least = end - input.len();
                return Ok(DecodeStatus::WaitForData { at_least });
            }
            Some(Transport::Unframed) => self.decode_unframed(input, metadata)?,
            Some(transport) => self.decode_framed(transport, input, metadata)?,
        };
        if !matches!(status, DecodeStatus::WaitForData { .. }) {
            self.detected = Transport::detect(input);
        }
        Ok(status)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = &message.share_frame();
        let transport = Transport::detect(frame).ok_or_else(|| refuse(Fault::NoMessage))?;
        if mutation.is_empty() {
            output.push_shared(frame.clone());
            return Ok(());
        }
        let opened = open(transport, frame)?;
        let has_place = transport == Transport::Header;
        let mut changes = mutation.changes();
        let fixed = changes.find(|(key, _)| !has_place || key.eq_ignore_ascii_case(METHOD));
        if let Some((key, change)) = fixed {
            let key = key.into();
            return Err(refuse(match change {
                Change::Set(_) => Fault::CannotSet { key },
                Change::Remove => Fault::CannotRemove { key },
            }));
        }
        let (before, mut rest) = (frame.slice(..opened.at), opened.at);
        let mut start = match &opened.header {
            Some(header) => theader::changed(header, &before, mutation)?,
            None => before.into(),
        };
        if let Some(id) = mutation.request_id() {
            let Cow::Borrowed(message) = opened.message else {
                return Err(refuse(Fault::RequestId));
            };
            let new = sequence_id(id)?;
            let (mut begin, end) = read_begin(message)?;
            let old = mem::replace(begin.numbers().1, new);
            if transport == Transport::Header {
                theader::renumber(&mut start, old, new);
            }
            append(&begin, &mut start)?;
            rest += end;
        }
        let rest = frame.slice(rest..);
        set_length(transport, &mut start, rest.len())?;
        output.push(&start);
        output.push_shared(rest);
        Ok(())
    }

    /// A `TApplicationException`, in transport and protocol of the request, with its sequence id and its name.
    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        let id = request.request_id().map_or(Ok(0), |id| sequence_id(&id))?;
        let frame = request.frame();
        let transport = Transport::detect(frame).or(self.stated);
        let transport = transport.unwrap_or(Transport::Framed);
        let opened = (!frame.is_empty()).then(|| open(transport, frame));
        let opened = opened.transpose()?;
        let mut begin = match &opened {
            Some(opened) => read_begin(&opened.message)?.0,
            None => MessageBegin::Binary(BinaryBegin::template()),
        };
        let is_compact = matches!(begin, MessageBegin::Compact(_));
        let mut reply = match transport {
            Transport::Framed => vec![0; LENGTH],
            Transport::Unframed => Vec::new(),
            Transport::Header => {
                let header = opened.as_ref().and_then(|opened| opened.header.as_ref());
                theader::plain(
                    is_compact,
                    header.map_or(0, THeaderFrameView::sequence_number),
                )?
            }
        };
        let (kind, sequence_id) = begin.numbers();
        (*kind, *sequence_id) = (EXCEPTION, id);
        append(&begin, &mut reply)?;
        append_exception(&mut reply, is_compact, error)?;
        set_length(transport, &mut reply, 0)?;
        output.push(&reply);
        Ok(())
    }

    /// The protocol has no heartbeats.
    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

/// Refuses a frame whose start tells that it will hold no message.
fn check_start(transport: Transport, start: &[u8], end: usize) -> Result<(), CodecError> {
    if transport == Transport::Header {
        THeaderFrame::parse(start)?;
        return Ok(());
    }
    let mut cursor = Cursor::new(start, LENGTH);
    let begin = cursor.take(LENGTH).and_then(|_| {
        cursor.frame_len(end as u128, 0, end)?;
        Begin::read(start, &mut cursor)
    });
    match begin {
        Err(Stop::Fault(error)) => Err(error),
        _ => Ok(()),
    }
}

/// A cursor at the beginning of a whole message. It is not told that the message is all beginning: it would look at all of
/// the arguments to find that a name is a text.
fn within(message: &[u8]) -> Result<Cursor<'_>, Stop> {
    let mut cursor = Cursor::new(message, 0);
    cursor.frame_len(message.len() as u128, 0, message.len())?;
    Ok(cursor)
}

/// The beginning of a whole message, and where it ends.
fn read_begin(message: &[u8]) -> Result<(MessageBegin<'_>, usize), CodecError> {
    let mut cursor = within(message).map_err(fault)?;
    let begin = MessageBegin::read(&mut cursor).map_err(fault)?;
    Ok((begin, cursor.position()))
}

/// States in `start` the length of a frame that has `rest` bytes behind it.
fn set_length(transport: Transport, start: &mut [u8], rest: usize) -> Result<(), CodecError> {
    if transport == Transport::Unframed {
        return Ok(());
    }
    let length = start.len() - LENGTH + rest;
    if length > MAX_LENGTH {
        let (found, max) = (length as u128, MAX_LENGTH as u128);
        return Err(refuse(Fault::TooLarge { found, max }));
    }
    theader::replace(start, 0, (length as u32).to_be_bytes());
    Ok(())
}

/// The sequence id that is this request id.
fn sequence_id(id: &RequestId) -> Result<u32, CodecError> {
    let id = match id {
        RequestId::Number(id) => u32::try_from(*id).ok(),
        RequestId::Bytes(_) => None,
    };
    id.ok_or_else(|| refuse(Fault::RequestId))
}

/// What stopped a cursor behind whose bytes nothing can come.
fn fault(stop: Stop) -> CodecError {
    match stop {
        Stop::Fault(error) => error,
        Stop::Wait => refuse(Fault::NoEnd),
    }
}

/// An error that lies in what a host asks for, not in a byte of the message.
fn refuse(fault: Fault) -> CodecError {
    CodecError::new(0, FieldPath::new("mutation"), fault)
}
