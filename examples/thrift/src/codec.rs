//! The codec.

use std::mem;

use bytes::{Buf, Bytes};
use metaproto_codec::nom::{Start, start};
use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Error, Fault, Header, IdSpace, Kinds,
    MessageType, Metadata, Mutation, Output, Parsed, Part, Read, Recorded, RequestId,
    ResponseStatus, Result,
};

use crate::begin::{Begin, EXCEPTION, MessageBegin};
use crate::exception::exception;
use crate::frame::{Envelope, Frame, LENGTH, MAX_LENGTH, SHORTEST, Transport};
use crate::theader::{THeader, THeaderFrame};
use crate::walk::Walk;
use crate::zlib::inflate_start;

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

    fn decode_framed(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        let (begin, consumed) = match read_begin(input, true)? {
            Start::Done { value, consumed } => (value, consumed),
            Start::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        self.walk_through(&begin, &input[..consumed], true)?;
        self.describe(&begin, begin.end, begin.name.clone(), metadata);
        Ok(DecodeStatus::Done { consumed })
    }

    fn decode_unframed(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        let begin = match self.begun.take() {
            Some(begin) => begin,
            None => match read_begin(input, false)? {
                Start::Done { value, .. } => {
                    self.walk.restart(value.end);
                    value
                }
                Start::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
            },
        };
        match self.walk(&begin, input, false)? {
            Start::Done { consumed, .. } => {
                self.describe(&begin, begin.end, begin.name.clone(), metadata);
                Ok(DecodeStatus::Done { consumed })
            }
            Start::Wait { at_least } => {
                self.begun = Some(begin);
                Ok(DecodeStatus::WaitForData { at_least })
            }
        }
    }

    fn decode_header(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        let (view, sizes) = match THeaderFrame::parse(input)? {
            Parsed::Done { view, sizes } => (view, sizes),
            Parsed::Wait { at_least } => return Ok(DecodeStatus::WaitForData { at_least }),
        };
        let (at, consumed) = (sizes.header, sizes.frame());
        let (frame, message) = (&input[..consumed], &input[at..consumed]);
        if message.is_empty() {
            // So peers written in C++ take their leave.
            return Ok(DecodeStatus::Skip { consumed });
        }
        let header = THeader::view_start(view.header());
        let header = header.and_then(|(header, _)| Ok((header.is_deflated()?, header)));
        let header_at = at - view.header().len();
        let (is_deflated, header) = header.map_err(|error| error.moved_by(header_at as u64))?;
        let moved = |error: CodecError| error.moved_by(at as u64);
        if is_deflated {
            // What was inflated is no part of the frame.
            let (begin, name) = self.inflate(message).map_err(moved)?;
            self.describe(&begin, at, name, metadata);
        } else {
            let (begin, length) = MessageBegin::view_start(message).map_err(moved)?;
            let begin = Begin::of(&begin, frame, at..at + length)?;
            self.walk_through(&begin, frame, true)?;
            self.describe(&begin, begin.end, begin.name.clone(), metadata);
        }
        header.describe(frame, metadata);
        Ok(DecodeStatus::Done { consumed })
    }

    /// What a deflated message begins with, and its name.
    fn inflate(&mut self, deflated: &[u8]) -> Result<(Begin, String)> {
        let message = inflate_start(deflated)?;
        let (begin, end) = MessageBegin::view_start(&message)?;
        let begin = Begin::of(&begin, &message, 0..end)?;
        let name = String::from_utf8_lossy(&message[begin.name.clone()]).into_owned();
        self.walk_through(&begin, &message, false)?;
        Ok((begin, name))
    }

    /// Walks over a struct that fills what `begin` leaves of its frame, or would, if that `is_whole`.
    fn walk_through(&mut self, begin: &Begin, frame: &[u8], is_whole: bool) -> Result {
        self.walk.restart(begin.end);
        let end = frame.len();
        match self.walk(begin, frame, is_whole)? {
            Start::Done { consumed, .. } if consumed < end => {
                let left = end - consumed;
                Err(Fault::Excess { left }.at(consumed, "frame"))
            }
            Start::Wait { at_least } if is_whole => {
                let (needed, left) = (at_least, 0);
                Err(Fault::PastEnd { needed, left }.at(end, "struct"))
            }
            _ => Ok(()),
        }
    }

    /// Goes on behind `begin`, up to the end of the message.
    fn walk(&mut self, begin: &Begin, message: &[u8], is_whole: bool) -> Result<Start<()>> {
        start(message, |message| {
            self.walk.go(begin.is_compact, is_whole, message)
        })
    }

    /// Tells what the message is that was walked over.
    fn describe(
        &self,
        begin: &Begin,
        header_size: usize,
        name: impl Into<Recorded> + Clone,
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
        metadata.property(METHOD, name.clone());
        metadata.set_operation(name);
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

    fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        let known = self.stated.or(self.detected);
        let transport = known.or_else(|| Transport::detect(input));
        if transport != Some(Transport::Unframed) {
            check_length(input)?;
        }
        let status = match transport {
            Some(Transport::Unframed) => self.decode_unframed(input, metadata)?,
            Some(Transport::Header) => self.decode_header(input, metadata)?,
            // What cannot be told yet is at most the length of a frame, or of a name, behind which more stands.
            Some(Transport::Framed) | None => self.decode_framed(input, metadata)?,
        };
        if !matches!(status, DecodeStatus::WaitForData { .. }) {
            self.detected = Transport::detect(input);
        }
        Ok(status)
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        let frame = &message.share_frame();
        let transport = Transport::detect(frame).ok_or_else(|| refuse(Fault::NoMessage))?;
        if mutation.is_empty() {
            output.push_shared(frame.clone());
            return Ok(());
        }
        let has_place = transport == Transport::Header;
        let mut changes = mutation.changes();
        let fixed = changes.find(|(key, _)| !has_place || key.eq_ignore_ascii_case(METHOD));
        if let Some((key, change)) = fixed {
            return Err(refuse(change.refused(key)));
        }
        let (mut envelope, mut rest) = Envelope::open(transport, frame)?;
        let mut start = Vec::new();
        if let Some(id) = mutation.request_id() {
            if envelope.is_deflated()? {
                return Err(refuse(Fault::RequestId));
            }
            let id = id.number().map_err(refuse)?;
            let (mut begin, length) = MessageBegin::of(&rest)?;
            let old = mem::replace(begin.numbers().1, id);
            start = begin.to_bytes()?;
            rest.advance(length);
            if let Envelope::Header(header) = &mut envelope {
                header.renumber(old, id);
            }
        }
        if let Envelope::Header(header) = &mut envelope {
            header.change(mutation)?;
        }
        envelope.write(start, &rest, output)
    }

    /// A `TApplicationException`, in transport and protocol of the request, with its sequence id and its name.
    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        let id = request.request_id().unwrap_or(RequestId::Number(0));
        let id = id.number().map_err(refuse)?;
        let frame = &request.share_frame();
        let (mut envelope, mut message) = match Transport::detect(frame) {
            Some(transport) => Envelope::open(transport, frame)?,
            None => {
                let transport = self.stated.unwrap_or(Transport::Framed);
                let begin = MessageBegin::template().to_bytes()?;
                (Envelope::new(transport)?, begin.into())
            }
        };
        if envelope.is_deflated()? {
            message = inflate_start(&message)?.into();
        }
        let (mut begin, _) = MessageBegin::of(&message)?;
        let is_compact = matches!(begin, MessageBegin::Compact(_));
        let (kind, sequence_id) = begin.numbers();
        (*kind, *sequence_id) = (EXCEPTION, id);
        if let Envelope::Header(header) = &mut envelope {
            *header = THeaderFrame::plain(is_compact, header.sequence_number)?;
        }
        let mut reply = begin.to_bytes()?;
        reply.extend(exception(is_compact, error)?);
        envelope.write(reply, &Bytes::new(), output)
    }
}

/// Refuses the length of a frame, as soon as it is there, if it is negative or that of no message.
fn check_length(input: &[u8]) -> Result {
    let length = input
        .first_chunk()
        .map(|length| i32::from_be_bytes(*length));
    if let Some(length) = length.filter(|length| *length < SHORTEST as i32) {
        let (found, min) = (length.cast_unsigned().into(), SHORTEST);
        return Err(Fault::BelowMinimum { found, min }.at(0, "frame_length"));
    }
    Ok(())
}

/// Reads the beginning of a message and, before it, that of its frame, which then is awaited.
fn read_begin(input: &[u8], is_framed: bool) -> Result<Start<Begin>> {
    let before = if is_framed { LENGTH } else { 0 };
    let mut cursor = Cursor::new(input, before + SHORTEST);
    let mut read = || {
        if is_framed {
            Frame::check(&mut cursor)?;
        }
        let view = MessageBegin::check(&mut cursor)?;
        let value = Begin::of(&view, input, before..cursor.position())?;
        let consumed = match is_framed {
            true => cursor.finish()?.frame(),
            false => value.end,
        };
        Ok(Start::Done { value, consumed })
    };
    match read() {
        Ok(done) => Ok(done),
        Err(Stop::Fault(error)) => Err(error),
        Err(Stop::Wait) => Ok(Start::Wait {
            at_least: cursor.at_least(),
        }),
    }
}

/// An error that lies in what a host asks for, not in a byte of the message.
fn refuse(fault: Fault) -> CodecError {
    fault.at(0, "mutation")
}
