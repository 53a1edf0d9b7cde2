//! The codec.

use bytes::Bytes;
use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, Fault, FieldPath, Header,
    IdSpace, Kinds, MessageType, Metadata, Mutation, Output, Read, RequestId, ResponseStatus,
    ValueBuf,
};

use crate::begin::{Begin, MessageBegin, Protocol, append};
use crate::exception::append_exception;
use crate::frame::{FIXED_HEADER, Frame, LENGTH, MAX_LENGTH, SHORTEST, Transport, frame_length};
use crate::theader::{self, THeaderFrame, Transform};
use crate::walk::{End, Walk, Walked};
use crate::zlib::inflate_start;

/// The property that tells which method is called.
const METHOD: &str = "method";

/// The codec of one direction of a connection.
///
/// The first message tells the transport, to which the connection is held from then on, unless [`over`](Self::over) has
/// stated it. The protocol may change from message to message, as it does with peers that use THeader.
#[derive(Clone, Debug)]
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
    pub const fn new() -> Self {
        Self {
            stated: None,
            detected: None,
            begun: None,
            walk: Walk::new(0),
        }
    }

    /// A codec for one transport.
    #[must_use]
    pub const fn over(transport: Transport) -> Self {
        Self {
            stated: Some(transport),
            ..Self::new()
        }
    }

    fn decode_framed(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        match Frame::of(input)? {
            Frame::Part { start, missing } => {
                let mut cursor = Cursor::new(start, LENGTH);
                let begin = frame_length(&mut cursor).and_then(|_| Begin::read(&mut cursor));
                match begin {
                    Err(Stop::Fault(error)) => Err(error),
                    _ => Ok(DecodeStatus::WaitForData { at_least: missing }),
                }
            }
            Frame::Whole(frame) => {
                let begin = read_begin(frame, LENGTH)?;
                self.walk_to_end(frame, &begin)?;
                self.describe(&begin, metadata);
                let consumed = frame.len();
                Ok(DecodeStatus::Done { consumed })
            }
        }
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
                match Begin::read(&mut cursor) {
                    Ok(begin) => {
                        self.walk.restart(begin.end);
                        begin
                    }
                    Err(Stop::Fault(error)) => return Err(error),
                    Err(Stop::Wait) => {
                        let at_least = cursor.at_least();
                        return Ok(DecodeStatus::WaitForData { at_least });
                    }
                }
            }
        };
        match self.walk.go(begin.protocol, input, End::Unknown)? {
            Walked::To(consumed) => {
                self.describe(&begin, metadata);
                Ok(DecodeStatus::Done { consumed })
            }
            Walked::Wait { at_least } => {
                self.begun = Some(begin);
                Ok(DecodeStatus::WaitForData { at_least })
            }
        }
    }

    fn decode_header(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let frame = match Frame::of(input)? {
            Frame::Part { start, missing } => {
                THeaderFrame::parse(start)?;
                return Ok(DecodeStatus::WaitForData { at_least: missing });
            }
            Frame::Whole(frame) => frame,
        };
        let consumed = frame.len();
        let (view, sizes) = THeaderFrame::view_sized(frame)?;
        if sizes.body == 0 {
            // So peers written in C++ take their leave.
            return Ok(DecodeStatus::Skip { consumed });
        }
        let (protocol, transform) = theader::form(&view)?;
        match transform {
            Transform::None => {
                let begin = read_begin(frame, sizes.header)?;
                begin.check_protocol(protocol, sizes.header)?;
                self.walk_to_end(frame, &begin)?;
                self.describe(&begin, metadata);
            }
            Transform::Zlib => self.describe_deflated(frame, sizes.header, protocol, metadata)?,
        }
        theader::describe(&view, frame, metadata);
        Ok(DecodeStatus::Done { consumed })
    }

    /// Describes the deflated message at `at`, whose name is no text of the frame.
    fn describe_deflated(
        &mut self,
        frame: &[u8],
        at: usize,
        protocol: Protocol,
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        let start = inflate_start(frame.get(at..).unwrap_or_default(), at)?;
        let begin = read_begin(&start, 0).and_then(|begin| {
            begin.check_protocol(protocol, 0)?;
            self.walk.restart(begin.end);
            self.walk.go(protocol, &start, End::Unknown)?;
            Ok(begin)
        });
        // The bytes of what was inflated have no offset in the frame.
        let begin =
            begin.map_err(|error| CodecError::new(at, *error.field(), error.fault().clone()))?;
        self.describe_kind(&begin, metadata);
        metadata.set_header_size(at);
        let name = start.get(begin.name).map(String::from_utf8_lossy);
        let name = name.as_deref().unwrap_or_default();
        let [method, operation] = [(); 2].map(|()| metadata.compose([name]));
        metadata.property(METHOD, method);
        metadata.set_operation(operation);
        Ok(())
    }

    /// Tells the host of the message that was walked over.
    fn describe(&self, begin: &Begin, metadata: &mut Metadata) {
        self.describe_kind(begin, metadata);
        metadata.set_header_size(begin.end);
        metadata.property(METHOD, begin.name.clone());
        metadata.set_operation(begin.name.clone());
    }

    fn describe_kind(&self, begin: &Begin, metadata: &mut Metadata) {
        let kind = match begin.message_type {
            MessageType::Response if self.walk.is_exception() => MessageType::Error,
            kind => kind,
        };
        metadata.set_kind(kind);
        metadata.set_request_id(begin.sequence_id.into());
        match kind {
            MessageType::Response => metadata.set_status(ResponseStatus::Ok),
            MessageType::Error => metadata.set_status(ResponseStatus::Error),
            _ => {}
        }
    }

    /// Walks over the struct of a message in a frame, all of which it must fill.
    fn walk_to_end(&mut self, frame: &[u8], begin: &Begin) -> Result<(), CodecError> {
        self.walk.restart(begin.end);
        let walked = self.walk.go(begin.protocol, frame, End::At(frame.len()))?;
        match walked {
            Walked::To(end) if end == frame.len() => Ok(()),
            Walked::To(end) => {
                let left = frame.len() - end;
                Err(CodecError::new(
                    end,
                    FieldPath::new("frame"),
                    Fault::Excess { left },
                ))
            }
            Walked::Wait { at_least } => {
                let fault = Fault::PastEnd {
                    needed: at_least,
                    left: 0,
                };
                Err(CodecError::new(
                    frame.len(),
                    FieldPath::new("struct"),
                    fault,
                ))
            }
        }
    }
}

impl Default for Thrift {
    fn default() -> Self {
        Self::new()
    }
}

impl Codec for Thrift {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("thrift", LENGTH + MAX_LENGTH);
        capabilities.kinds = Kinds::UNARY.with(MessageType::OneWay);
        // Many clients give all their calls the same id: a host that shares a connection must give them its own.
        capabilities.request_id = IdSpace::Number {
            bits: u32::BITS,
            signed: true,
        };
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
        let transport = match self.stated.or(self.detected) {
            Some(transport) => transport,
            None => match Transport::detect(input)? {
                Ok(transport) => transport,
                Err(at_least) => return Ok(DecodeStatus::WaitForData { at_least }),
            },
        };
        let status = match transport {
            Transport::Framed => self.decode_framed(input, metadata),
            Transport::Unframed => self.decode_unframed(input, metadata),
            Transport::Header => self.decode_header(input, metadata),
        }?;
        if !matches!(status, DecodeStatus::WaitForData { .. }) {
            self.detected = Some(transport);
        }
        Ok(status)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = message.frame();
        if frame.is_empty() {
            return Err(refuse("message", Fault::NoMessage));
        }
        if mutation.is_empty() {
            output.push_shared(frame.clone());
            return Ok(());
        }
        let place = Place::of(frame)?;
        let mut start = changed_start(frame, &place, mutation)?;
        let rest = match mutation.request_id() {
            None => frame.slice(place.message_at..),
            Some(id) => renumber(frame, &place, sequence_id(Some(id))?, &mut start)?,
        };
        if place.transport != Transport::Unframed {
            set_length(&mut start, rest.len())?;
        }
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
        let sequence_id = sequence_id(request.request_id().as_ref())?;
        let place = match &request.frame()[..] {
            [] => Place::stated(self.stated.unwrap_or(Transport::Framed)),
            frame => Place::of(frame)?,
        };
        let mut buffer = ValueBuf::default();
        let name = request.operation();
        let name = name.as_ref().map_or("", |name| name.render(&mut buffer));
        let mut reply = match place.transport {
            Transport::Framed => vec![0; LENGTH],
            Transport::Unframed => Vec::new(),
            Transport::Header => theader::plain(place.protocol, place.sequence_number)?,
        };
        append_exception(
            &mut reply,
            place.protocol,
            (name, sequence_id),
            error.r#type,
            error.message,
        )?;
        if place.transport != Transport::Unframed {
            set_length(&mut reply, 0)?;
        }
        output.push(&reply);
        Ok(())
    }

    /// The protocol has no heartbeats.
    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

/// The beginning of the message at `at`, all of which is there.
fn read_begin(frame: &[u8], at: usize) -> Result<Begin, CodecError> {
    let mut cursor = Cursor::closed(frame);
    let begin = cursor.take(at).and_then(|_| Begin::read(&mut cursor));
    begin.map_err(|stop| match stop {
        Stop::Fault(error) => error,
        // Not where nothing can come.
        Stop::Wait => refuse("message", Fault::NoEnd),
    })
}

/// How a message lies in its frame.
struct Place {
    transport: Transport,
    protocol: Protocol,
    transform: Transform,
    /// Where the message begins.
    message_at: usize,
    /// What a THeader repeats of the sequence id.
    sequence_number: u32,
}

impl Place {
    /// That of a message of which there are no bytes.
    const fn stated(transport: Transport) -> Self {
        Self {
            transport,
            protocol: Protocol::Binary,
            transform: Transform::None,
            message_at: 0,
            sequence_number: 0,
        }
    }

    /// That of a message that was decoded.
    fn of(frame: &[u8]) -> Result<Self, CodecError> {
        let transport = Transport::detect(frame)?;
        let transport = transport.map_err(|_| refuse("message", Fault::NoMessage))?;
        let mut place = Self::stated(transport);
        if transport == Transport::Header {
            let (view, sizes) = THeaderFrame::view_sized(frame)?;
            (place.protocol, place.transform) = theader::form(&view)?;
            place.message_at = sizes.header;
            place.sequence_number = view.sequence_number();
            return Ok(place);
        }
        if transport == Transport::Framed {
            place.message_at = LENGTH;
        }
        place.protocol = match frame.get(place.message_at) {
            Some(0x82) => Protocol::Compact,
            Some(0) => Protocol::OldBinary,
            _ => Protocol::Binary,
        };
        Ok(place)
    }
}

/// What stands before the message, with the changes of `mutation`; the length of the frame is yet to be set.
fn changed_start(frame: &Bytes, place: &Place, mutation: &Mutation) -> Result<Vec<u8>, CodecError> {
    let can_hold = place.transport == Transport::Header;
    for (key, change) in mutation.changes() {
        if !can_hold || key.eq_ignore_ascii_case(METHOD) {
            let key = key.into();
            return Err(match change {
                Change::Set(_) => refuse("mutation", Fault::CannotSet { key }),
                Change::Remove => refuse("mutation", Fault::CannotRemove { key }),
            });
        }
    }
    if mutation.changes().next().is_some() {
        return theader::changed(frame, mutation);
    }
    Ok(frame.get(..place.message_at).unwrap_or_default().to_vec())
}

/// Appends to `start` the beginning of the message with another sequence id, and gives what follows it.
fn renumber(
    frame: &Bytes,
    place: &Place,
    sequence_id: u32,
    start: &mut Vec<u8>,
) -> Result<Bytes, CodecError> {
    if place.transform == Transform::Zlib {
        return Err(refuse("mutation", Fault::RequestId));
    }
    let mut cursor = Cursor::closed(frame);
    let view = cursor.take(place.message_at);
    let view = view.and_then(|_| MessageBegin::check(&mut cursor));
    let view = view.map_err(|_| refuse("message", Fault::NoMessage))?;
    let mut begin = MessageBegin::from_view(&view, None)?;
    let old = begin.renumber(sequence_id);
    if place.transport == Transport::Header && place.sequence_number == old {
        theader::set_sequence_number(start, sequence_id);
    }
    append(&begin, start)?;
    Ok(frame.slice(cursor.position()..))
}

/// States in `start` the length of a frame that has `rest` bytes behind it.
fn set_length(start: &mut [u8], rest: usize) -> Result<(), CodecError> {
    let length = start.len() - LENGTH + rest;
    if length > MAX_LENGTH {
        let (found, max) = (length as u128, MAX_LENGTH as u128);
        return Err(refuse("frame_length", Fault::TooLarge { found, max }));
    }
    if let Some(slot) = start.first_chunk_mut::<LENGTH>() {
        *slot = (length as u32).to_be_bytes();
    }
    Ok(())
}

/// The sequence id that is this request id; 0 where there is none.
fn sequence_id(id: Option<&RequestId>) -> Result<u32, CodecError> {
    match id {
        None => Ok(0),
        Some(RequestId::Number(id)) if *id <= u32::MAX.into() => Ok(*id as u32),
        Some(_) => Err(refuse("mutation", Fault::RequestId)),
    }
}

/// An error that lies in what a host asks for, not in a byte of the message.
fn refuse(field: &'static str, fault: Fault) -> CodecError {
    CodecError::new(0, FieldPath::new(field), fault)
}
