//! From bytes that are cut anywhere to frames. DATA is passed on as it comes, other frames once they are whole.

use std::mem;

use super::Role;
use super::error::Http2Error;
use super::frame::{END_STREAM, FrameHeader, HEADER_LEN, Kind, MAX_LEN, PADDED, PREFACE};

/// Cuts what arrives into [`Piece`]s.
#[derive(Debug)]
pub(super) struct Cutter {
    state: State,
    /// The beginning of a frame that is not whole yet, at most one frame.
    partial: Vec<u8>,
    /// Whether `partial` is a frame that was passed on already.
    is_spent: bool,
}

/// What a connection carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A whole frame, not DATA.
    Frame {
        header: FrameHeader,
        payload: &'a [u8],
    },
    /// A DATA frame begins. Its payload follows, without padding.
    DataFrame { header: FrameHeader },
    /// Some of the payload of a DATA frame; nothing only if it ends the stream.
    Data {
        stream: u32,
        bytes: &'a [u8],
        end: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Of the preface, so many bytes are still to come.
    Preface {
        left: usize,
    },
    /// A frame is to come.
    Frame,
    /// The byte that says how long the padding is. `data.left` counts it.
    PadLength {
        data: Data,
    },
    /// Payload of DATA.
    Data {
        data: Data,
        padding: u32,
    },
    Padding {
        left: u32,
    },
}

#[derive(Clone, Copy, Debug)]
struct Data {
    stream: u32,
    left: u32,
    end: bool,
}

impl Cutter {
    pub(super) fn new(role: Role) -> Self {
        Self {
            state: match role {
                Role::Client => State::Frame,
                Role::Server { .. } => State::Preface {
                    left: PREFACE.len(),
                },
            },
            partial: Vec::new(),
            is_spent: false,
        }
    }

    /// The next piece, taken off `bytes`; `None` once these are used up.
    pub(super) fn next<'a, 'b: 'a>(
        &'a mut self,
        bytes: &mut &'b [u8],
    ) -> Result<Option<Piece<'a>>, Http2Error> {
        if mem::take(&mut self.is_spent) {
            self.partial.clear();
        }
        loop {
            match self.state {
                State::Frame => return self.next_frame(bytes),
                State::Data { mut data, padding } => {
                    let piece = take(bytes, data.left as usize);
                    data.left -= piece.len() as u32;
                    let is_last = data.left == 0;
                    self.state = if is_last {
                        State::Padding { left: padding }
                    } else {
                        State::Data { data, padding }
                    };
                    let end = is_last && data.end;
                    if end || !piece.is_empty() {
                        return Ok(Some(Piece::Data {
                            stream: data.stream,
                            bytes: piece,
                            end,
                        }));
                    }
                    if !is_last {
                        return Ok(None);
                    }
                }
                State::Padding { left: 0 } => self.state = State::Frame,
                State::Padding { left } => {
                    let left = left - take(bytes, left as usize).len() as u32;
                    self.state = State::Padding { left };
                    if left > 0 {
                        return Ok(None);
                    }
                }
                State::PadLength { mut data } => {
                    let [padding] = take(bytes, 1) else {
                        return Ok(None);
                    };
                    let too_long = Http2Error::Padding {
                        padding: *padding,
                        len: data.left,
                    };
                    let padding = u32::from(*padding);
                    data.left = data.left.checked_sub(1 + padding).ok_or(too_long)?;
                    self.state = State::Data { data, padding };
                }
                State::Preface { left: 0 } => self.state = State::Frame,
                State::Preface { left } => {
                    let expected = PREFACE.get(PREFACE.len() - left..).unwrap_or_default();
                    let got = take(bytes, left);
                    if got.is_empty() {
                        return Ok(None);
                    }
                    if !expected.starts_with(got) {
                        return Err(Http2Error::NoPreface);
                    }
                    self.state = State::Preface {
                        left: left - got.len(),
                    };
                }
            }
        }
    }

    fn next_frame<'a, 'b: 'a>(
        &'a mut self,
        bytes: &mut &'b [u8],
    ) -> Result<Option<Piece<'a>>, Http2Error> {
        if self.partial.is_empty()
            && let Some((header, rest)) = bytes.split_first_chunk()
        {
            let header = checked(*header)?;
            if header.kind == Kind::Data {
                *bytes = rest;
                return self.begin_data(header).map(Some);
            }
            if let Some((payload, rest)) = rest.split_at_checked(header.len as usize) {
                *bytes = rest;
                return Ok(Some(Piece::Frame { header, payload }));
            }
        }
        if !self.collect(HEADER_LEN, bytes) {
            return Ok(None);
        }
        let Some(header) = self.partial.first_chunk() else {
            return Ok(None);
        };
        let header = checked(*header)?;
        if header.kind == Kind::Data {
            self.partial.clear();
            return self.begin_data(header).map(Some);
        }
        if !self.collect(HEADER_LEN + header.len as usize, bytes) {
            return Ok(None);
        }
        self.is_spent = true;
        let payload = self.partial.get(HEADER_LEN..).unwrap_or_default();
        Ok(Some(Piece::Frame { header, payload }))
    }

    fn begin_data(&mut self, header: FrameHeader) -> Result<Piece<'static>, Http2Error> {
        let data = Data {
            stream: header.stream,
            left: header.len,
            end: header.has(END_STREAM),
        };
        self.state = if !header.has(PADDED) {
            State::Data { data, padding: 0 }
        } else if header.len == 0 {
            return Err(Http2Error::FrameLength {
                kind: Kind::Data,
                len: 0,
            });
        } else {
            State::PadLength { data }
        };
        Ok(Piece::DataFrame { header })
    }

    /// Moves bytes until the partial frame has `wanted` of them, and whether it has.
    fn collect(&mut self, wanted: usize, bytes: &mut &[u8]) -> bool {
        let missing = wanted.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(take(bytes, missing));
        self.partial.len() >= wanted
    }
}

fn checked(header: [u8; HEADER_LEN]) -> Result<FrameHeader, Http2Error> {
    let header = FrameHeader::read(header);
    if header.len > MAX_LEN {
        return Err(Http2Error::FrameTooLong { len: header.len });
    }
    Ok(header)
}

/// Takes up to `most` bytes off.
fn take<'a>(bytes: &mut &'a [u8], most: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
    *bytes = rest;
    taken
}
