//! The codec.

use std::mem;

use bytes::{Buf, Bytes};
use metaproto_codec::nom::{Start, start};
use metaproto_codec::wire::{Cursor, Stop, not_negative};
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Error, Fault, IdSpace, Kinds, MessageType,
    Metadata, Mutation, Output, Part, Read, Recorded, RequestId, Result,
};

use crate::begin::{Begin, EXCEPTION, MessageBegin};
use crate::exception::exception;
use crate::frame::{Envelope, Frame, LENGTH, MAX_LENGTH, SHORTEST, Transport};
use crate::theader::{THeader, THeaderFrame};
use crate::walk::Walk;
use crate::zlib::inflate_start;

/// The property that tells which method is called.
pub(crate) const METHOD: &str = "method";

/// Bytes of a frame that are looked at before it is whole: up to the length of the name, or into the THeader.
const FIXED_HEADER: usize = 16;

/// What reading a message comes to.
type Decoded = Result<DecodeStatus, Stop>;

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
        let mut codec = Self::new();
        codec.stated = Some(transport);
        codec
    }

    fn decode_framed(&mut self, cursor: &mut Cursor<'_>, metadata: &mut Metadata) -> Decoded {
        Frame::check(cursor)?;
        let begin = Begin::read(cursor)?;
        let consumed = cursor.finish()?.frame();
        self.walk_through(&begin, &cursor.bytes()[..consumed], true)?;
        self.describe(&begin, begin.name.clone(), metadata);
        Ok(DecodeStatus::Done { consumed })
    }

    fn decode_unframed(&mut self, cursor: &mut Cursor<'_>, metadata: &mut Metadata) -> Decoded {
        let begin = match self.begun.take() {
            Some(begin) => begin,
            None => {
                let begin = Begin::read(cursor)?;
                self.walk.restart(&begin, false);
                begin
            }
        };
        match start(cursor.bytes(), |message| self.walk.go(message))? {
            Start::Done { consumed, .. } => {
                self.describe(&begin, begin.name.clone(), metadata);
                Ok(DecodeStatus::Done { consumed })
            }
            Start::Wait { at_least } => {
                self.begun = Some(begin);
                Ok(DecodeStatus::WaitForData { at_least })
            }
        }
    }

    fn decode_header(&mut self, cursor: &mut Cursor<'_>, metadata: &mut Metadata) -> Decoded {
        let view = THeaderFrame::check(cursor)?;
        let sizes = cursor.finish()?;
        let (at, consumed) = (sizes.header, sizes.frame());
        if at == consumed {
            // So peers written in C++ take their leave.
            return Ok(DecodeStatus::Skip { consumed });
        }
        let frame = &cursor.bytes()[..consumed];
        let in_frame = |error: CodecError| error.moved_by(THeaderFrame::MIN_LEN as u64);
        let (header, _) = THeader::view_start(view.header()).map_err(in_frame)?;
        if header.is_deflated().map_err(in_frame)? {
            let inflated = self.inflate(&frame[at..]);
            let (begin, name) = inflated.map_err(|stop| stop.moved_by(at as u64))?;
            // What was inflated is no part of the frame.
            self.describe(&Begin { end: at, ..begin }, name, metadata);
        } else {
            let begin = Begin::read(cursor)?;
            self.walk_through(&begin, frame, true)?;
            self.describe(&begin, begin.name.clone(), metadata);
        }
        header.describe(frame, metadata);
        Ok(DecodeStatus::Done { consumed })
    }

    /// What a deflated message begins with, and its name.
    fn inflate(&mut self, deflated: &[u8]) -> Result<(Begin, String), Stop> {
        let message = inflate_start(deflated)?;
        let begin = Begin::read(&mut Cursor::closed(&message))?;
        let name = String::from_utf8_lossy(&message[begin.name.clone()]).into_owned();
        self.walk_through(&begin, &message, false)?;
        Ok((begin, name))
    }

    /// Walks over a struct that fills what `begin` leaves of its frame, or would, if that `is_whole`.
    fn walk_through(&mut self, begin: &Begin, frame: &[u8], is_whole: bool) -> Result {
        self.walk.restart(begin, is_whole);
        match start(frame, |frame| self.walk.go(frame))? {
            Start::Done { consumed, .. } if consumed < frame.len() => {
                let left = frame.len() - consumed;
                Err(Fault::Excess { left }.at(consumed, "frame"))
            }
            Start::Wait { at_least } if is_whole => {
                let (needed, left) = (at_least, 0);
                Err(Fault::PastEnd { needed, left }.at(frame.len(), "struct"))
            }
            _ => Ok(()),
        }
    }

    /// Tells what the message is that was walked over.
    fn describe(&self, begin: &Begin, name: impl Into<Recorded> + Clone, metadata: &mut Metadata) {
        metadata.set_kind(begin.kind);
        metadata.set_outcome(begin.kind == MessageType::Response && !self.walk.is_exception);
        metadata.set_request_id(begin.sequence_id.into());
        metadata.set_header_size(begin.end);
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
        let mut shortest = SHORTEST;
        if transport != Some(Transport::Unframed) {
            not_negative(input, 0, "frame_length")?;
            shortest += LENGTH;
        }
        let status = DecodeStatus::read(input, shortest, |cursor| match transport {
            Some(Transport::Unframed) => self.decode_unframed(cursor, metadata),
            Some(Transport::Header) => self.decode_header(cursor, metadata),
            // What cannot be told yet is at most the length of a frame, or of a name, behind which more stands.
            Some(Transport::Framed) | None => self.decode_framed(cursor, metadata),
        })?;
        if !matches!(status, DecodeStatus::WaitForData { .. }) {
            self.detected = Transport::detect(input);
        }
        Ok(status)
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        mutation.check_stream_id(message)?;
        let frame = &message.share_frame();
        let transport = Transport::detect(frame).ok_or_else(|| Fault::NoMessage.in_mutation())?;
        if mutation.is_empty() {
            output.push_shared(frame.clone());
            return Ok(());
        }
        let (mut envelope, mut rest) = Envelope::open(transport, frame)?;
        let mut start = Vec::new();
        if let Some(id) = mutation.request_id() {
            if envelope.is_deflated()? {
                return Err(Fault::RequestId.in_mutation());
            }
            let id = id.number().map_err(Fault::in_mutation)?;
            let (mut begin, length) = MessageBegin::of(&rest)?;
            let old = mem::replace(begin.numbers().1, id);
            start = begin.to_bytes()?;
            rest.advance(length);
            if let Envelope::Header(header) = &mut envelope {
                header.renumber(old, id);
            }
        }
        match &mut envelope {
            Envelope::Header(header) => header.change(mutation)?,
            _ => mutation.apply(|key, change| Err(change.refused(key)))?,
        }
        envelope.write(start, &rest, output)
    }

    /// A `TApplicationException`, in transport and protocol of the request, with its sequence id and its name.
    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        if request.kind() != MessageType::Request {
            return Ok(());
        }
        let id = request.request_id().unwrap_or(RequestId::Number(0));
        let id = id.number().map_err(Fault::in_mutation)?;
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
