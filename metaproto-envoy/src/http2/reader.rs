//! What arriving frames mean.

use super::cutter::Piece;
use super::error::{ErrorCode, Http2Error};
use super::fields::{Fields, MAX_SIZE};
use super::frame::{ACK, END_HEADERS, END_STREAM, FrameHeader, Kind, PADDED, PRIORITY};
use super::hpack::Decoder;
use super::stream::End;
use super::{Event, Role, Sender};

/// The longest header block that is taken, bytes. One that is shorter, but holds more than [`MAX_SIZE`], costs its
/// stream only.
const MAX_BLOCK: usize = 2 * MAX_SIZE;

/// Turns frames into events.
#[derive(Debug)]
pub(super) struct Reader {
    decoder: Decoder,
    fields: Fields,
    /// Whether the first SETTINGS were seen.
    is_settled: bool,
    /// The header block that CONTINUATION goes on with.
    unfinished: Option<Block>,
    /// Its beginning.
    block: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    stream: u32,
    end: bool,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            decoder: Decoder::new(),
            fields: Fields::default(),
            is_settled: false,
            unfinished: None,
            block: Vec::new(),
        }
    }

    /// Tells what a piece means.
    pub(super) fn read(
        &mut self,
        piece: Piece<'_>,
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) -> Result<(), Http2Error> {
        match piece {
            Piece::Data { stream, bytes, end } => {
                read_data(sender, stream, bytes, end, tell);
                Ok(())
            }
            Piece::DataFrame { header } => {
                self.check_order(header)?;
                begin_data(sender, header, tell)
            }
            Piece::Frame { header, payload } => {
                self.check_order(header)?;
                self.read_frame(header, payload, sender, tell)
            }
        }
    }

    /// SETTINGS come first, and nothing amid a header block.
    fn check_order(&mut self, header: FrameHeader) -> Result<(), Http2Error> {
        let FrameHeader { kind, stream, .. } = header;
        if !self.is_settled {
            if kind != Kind::Settings || header.has(ACK) {
                return Err(Http2Error::NoSettings { kind });
            }
            self.is_settled = true;
        }
        match self.unfinished {
            Some(block) if kind != Kind::Continuation || stream != block.stream => {
                Err(Http2Error::BlockInterrupted {
                    kind,
                    stream: block.stream,
                })
            }
            _ => Ok(()),
        }
    }

    fn read_frame(
        &mut self,
        header: FrameHeader,
        payload: &[u8],
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) -> Result<(), Http2Error> {
        let FrameHeader {
            kind, stream, len, ..
        } = header;
        let wrong_stream = Http2Error::FrameStream { kind, stream };
        let wrong_len = Http2Error::FrameLength { kind, len };
        match kind {
            Kind::Headers => {
                if sender.is_never(stream) {
                    return Err(wrong_stream);
                }
                let block = Block {
                    stream,
                    end: header.has(END_STREAM),
                };
                let payload = without_padding(header, payload)?;
                self.read_block(block, payload, header.has(END_HEADERS), sender, tell)
            }
            Kind::Continuation => {
                let block = self.unfinished.take().ok_or(wrong_stream)?;
                self.read_block(block, payload, header.has(END_HEADERS), sender, tell)
            }
            Kind::RstStream => {
                let code = ErrorCode(read_u32(payload).ok_or(wrong_len)?);
                if sender.is_idle(stream) {
                    return Err(wrong_stream);
                }
                if sender.drop_stream(stream).is_some() {
                    tell(sender, Event::Reset { stream, code });
                }
                Ok(())
            }
            Kind::WindowUpdate => {
                let increment = read_u32(payload).ok_or(wrong_len)? & 0x7fff_ffff;
                if stream != 0 && sender.is_idle(stream) {
                    return Err(wrong_stream);
                }
                if increment == 0 {
                    return Err(Http2Error::NoIncrement { stream });
                }
                sender.widen(stream, increment)
            }
            Kind::Priority if stream == 0 => Err(wrong_stream),
            Kind::Priority if len != 5 => Err(wrong_len),
            Kind::Settings | Kind::Ping | Kind::GoAway if stream != 0 => Err(wrong_stream),
            Kind::Settings if header.has(ACK) && len == 0 => {
                sender.is_acknowledged = true;
                Ok(())
            }
            Kind::Settings if header.has(ACK) || !len.is_multiple_of(6) => Err(wrong_len),
            Kind::Settings => sender.settings(payload),
            Kind::Ping if len != 8 => Err(wrong_len),
            Kind::Ping if header.has(ACK) => Ok(()),
            Kind::Ping => {
                sender.pong(payload);
                Ok(())
            }
            Kind::GoAway => {
                let last = payload.get(..4).filter(|_| len >= 8).and_then(read_u32);
                drain(sender, last.ok_or(wrong_len)? & 0x7fff_ffff, tell);
                Ok(())
            }
            Kind::Data | Kind::PushPromise => Err(wrong_stream),
            Kind::Priority | Kind::Unknown(_) => Ok(()),
        }
    }

    /// A piece of a header block, in which only the last one decides what it means.
    fn read_block(
        &mut self,
        block: Block,
        piece: &[u8],
        is_last: bool,
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) -> Result<(), Http2Error> {
        if self.block.len() + piece.len() > MAX_BLOCK {
            return Err(Http2Error::BlockTooLong { limit: MAX_BLOCK });
        }
        if is_last && self.block.is_empty() {
            self.decoder.decode(piece, &mut self.fields)?;
        } else {
            self.block.extend_from_slice(piece);
            if !is_last {
                self.unfinished = Some(block);
                return Ok(());
            }
            self.decoder.decode(&self.block, &mut self.fields)?;
            self.block.clear();
        }
        match sender.role {
            Role::Client => self.read_response(block, sender, tell),
            Role::Server { .. } => self.read_request(block, sender, tell),
        }
        Ok(())
    }

    fn read_request(
        &self,
        block: Block,
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) {
        let Block { stream, end } = block;
        if stream <= sender.last {
            read_trailers(block, sender, tell);
        } else if !sender.accepts() {
            sender.decline(stream);
        } else {
            sender.begin(stream);
            if self.fields.is_over() {
                sender.reset(stream, ErrorCode::ENHANCE_YOUR_CALM);
            } else if !is_request(&self.fields) {
                sender.reset(stream, ErrorCode::PROTOCOL_ERROR);
            } else {
                self.tell_headers(stream, end, sender, tell);
            }
        }
    }

    fn read_response(
        &self,
        block: Block,
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) {
        let Block { stream, end } = block;
        let Some(state) = sender.streams.get(&stream) else {
            return;
        };
        if state.remote != End::Idle {
            read_trailers(block, sender, tell);
            return;
        }
        let status = status(&self.fields);
        if self.fields.is_over() {
            give_up(sender, stream, ErrorCode::ENHANCE_YOUR_CALM, tell);
        } else if status == Some(Status::Interim) && !end {
            // The response is still to come, RFC 9113 section 8.1.
        } else if status == Some(Status::Final) {
            self.tell_headers(stream, end, sender, tell);
        } else {
            give_up(sender, stream, ErrorCode::PROTOCOL_ERROR, tell);
        }
    }

    fn tell_headers(
        &self,
        stream: u32,
        end: bool,
        sender: &mut Sender,
        tell: &mut impl FnMut(&mut Sender, Event<'_>),
    ) {
        if end {
            sender.close_remote(stream);
        } else if let Some(state) = sender.streams.get_mut(&stream) {
            state.remote = End::Open;
        }
        let fields = &self.fields;
        tell(
            sender,
            Event::Headers {
                stream,
                fields,
                end,
            },
        );
    }
}

/// A header block that is not the first of its stream. If the stream is no more, it is late.
fn read_trailers(block: Block, sender: &mut Sender, tell: &mut impl FnMut(&mut Sender, Event<'_>)) {
    let Block { stream, end } = block;
    match sender.streams.get(&stream).map(|state| state.remote) {
        None => {}
        Some(End::Closed) => give_up(sender, stream, ErrorCode::STREAM_CLOSED, tell),
        Some(_) if !end => give_up(sender, stream, ErrorCode::PROTOCOL_ERROR, tell),
        Some(_) => read_data(sender, stream, &[], true, tell),
    }
}

fn begin_data(
    sender: &mut Sender,
    header: FrameHeader,
    tell: &mut impl FnMut(&mut Sender, Event<'_>),
) -> Result<(), Http2Error> {
    let FrameHeader {
        kind, stream, len, ..
    } = header;
    if sender.is_idle(stream) {
        return Err(Http2Error::FrameStream { kind, stream });
    }
    sender.received(stream, len, header.has(END_STREAM));
    match sender.streams.get(&stream).map(|state| state.remote) {
        Some(End::Closed) => give_up(sender, stream, ErrorCode::STREAM_CLOSED, tell),
        Some(End::Idle) => give_up(sender, stream, ErrorCode::PROTOCOL_ERROR, tell),
        _ => {}
    }
    Ok(())
}

/// A piece of DATA. If the stream is no more, it is late.
fn read_data(
    sender: &mut Sender,
    stream: u32,
    bytes: &[u8],
    end: bool,
    tell: &mut impl FnMut(&mut Sender, Event<'_>),
) {
    if !sender.streams.contains_key(&stream) {
        return;
    }
    if end {
        sender.close_remote(stream);
    }
    tell(sender, Event::Data { stream, bytes, end });
}

/// The peer says GOAWAY.
fn drain(sender: &mut Sender, last: u32, tell: &mut impl FnMut(&mut Sender, Event<'_>)) {
    sender.is_draining = true;
    tell(sender, Event::GoAway { last });
    if sender.role != Role::Client {
        return;
    }
    let mut lost: Vec<u32> = sender.streams.keys().copied().collect();
    lost.retain(|stream| *stream > last);
    lost.sort_unstable();
    for stream in lost {
        if sender.drop_stream(stream).is_some() {
            let code = ErrorCode::REFUSED_STREAM;
            tell(sender, Event::Reset { stream, code });
        }
    }
}

/// The peer used a stream against the rules.
fn give_up(
    sender: &mut Sender,
    stream: u32,
    code: ErrorCode,
    tell: &mut impl FnMut(&mut Sender, Event<'_>),
) {
    sender.reset(stream, code);
    tell(sender, Event::Reset { stream, code });
}

/// The header block in the payload of HEADERS, RFC 9113 section 6.2.
fn without_padding(header: FrameHeader, payload: &[u8]) -> Result<&[u8], Http2Error> {
    let FrameHeader { kind, len, .. } = header;
    let too_short = Http2Error::FrameLength { kind, len };
    let (padding, mut block) = match payload.split_first() {
        Some((padding, block)) if header.has(PADDED) => (*padding, block),
        None if header.has(PADDED) => return Err(too_short),
        _ => (0, payload),
    };
    if header.has(PRIORITY) {
        (_, block) = block.split_at_checked(5).ok_or(too_short)?;
    }
    let block_len = block.len().checked_sub(usize::from(padding));
    let block_len = block_len.ok_or(Http2Error::Padding { padding, len })?;
    Ok(block.get(..block_len).unwrap_or_default())
}

/// Whether these are the fields of a request, RFC 9113 section 8.3.1.
fn is_request(fields: &Fields) -> bool {
    let has = |name: &[u8]| fields.get(name).is_some_and(|value| !value.is_empty());
    has(b":method") && has(b":path") && fields.in_order()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// 1xx.
    Interim,
    Final,
}

/// What kind of response has these fields, RFC 9113 section 8.3.2; `None` if no response may have them.
fn status(fields: &Fields) -> Option<Status> {
    let status: [u8; 3] = fields.get(b":status")?.try_into().ok()?;
    let is_number = status.iter().all(u8::is_ascii_digit);
    (is_number && fields.in_order()).then_some(match status {
        [b'1', ..] => Status::Interim,
        _ => Status::Final,
    })
}

fn read_u32(payload: &[u8]) -> Option<u32> {
    payload.try_into().ok().map(u32::from_be_bytes)
}
