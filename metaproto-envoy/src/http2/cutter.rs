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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const SERVER: Role = Role::Server {
        max_concurrent_streams: 1,
    };

    /// All pieces of bytes that arrive in these parts, with DATA of one frame joined.
    fn pieces(cutter: &mut Cutter, parts: &[&[u8]]) -> Result<Vec<String>, Http2Error> {
        let mut pieces = Vec::new();
        let mut payload = Vec::new();
        for part in parts {
            let mut bytes = *part;
            while let Some(piece) = cutter.next(&mut bytes)? {
                match piece {
                    Piece::Data { stream, bytes, end } => {
                        payload.extend_from_slice(bytes);
                        if end {
                            pieces.push(format!("{stream} ends"));
                        }
                    }
                    other => {
                        pieces.push(format!("{payload:?} {other:?}"));
                        payload.clear();
                    }
                }
            }
            assert!(bytes.is_empty(), "all bytes are taken");
        }
        pieces.push(format!("{payload:?}"));
        Ok(pieces)
    }

    #[test]
    fn padding_is_left_out() {
        let frame = b"\0\0\x06\0\x09\0\0\0\x01\x03ab\0\0\0";
        let mut bytes = &frame[..];
        let mut cutter = Cutter::new(Role::Client);
        let first = cutter.next(&mut bytes);
        assert!(
            matches!(first, Ok(Some(Piece::DataFrame { .. }))),
            "{first:?}"
        );
        let expected = Piece::Data {
            stream: 1,
            bytes: b"ab",
            end: true,
        };
        assert_eq!(cutter.next(&mut bytes), Ok(Some(expected)));
        assert_eq!(cutter.next(&mut bytes), Ok(None));
        assert!(bytes.is_empty());
    }

    #[test]
    fn lengths_are_checked() {
        let cases: [(&[u8], Http2Error); 4] = [
            (
                b"\0\x40\x01\x04\0\0\0\0\0",
                Http2Error::FrameTooLong { len: 16_385 },
            ),
            (
                b"\0\0\0\0\x08\0\0\0\x01",
                Http2Error::FrameLength {
                    kind: Kind::Data,
                    len: 0,
                },
            ),
            (
                b"\0\0\x02\0\x08\0\0\0\x01\x02\0",
                Http2Error::Padding { padding: 2, len: 2 },
            ),
            (
                b"\0\0\x01\0\x08\0\0\0\x01\x01",
                Http2Error::Padding { padding: 1, len: 1 },
            ),
        ];
        for (bytes, error) in cases {
            let mut cutter = Cutter::new(Role::Client);
            assert_eq!(pieces(&mut cutter, &[bytes]), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn the_preface_is_needed() {
        let mut cutter = Cutter::new(SERVER);
        let (this, that) = PREFACE.split_at(10);
        let settings = b"\0\0\0\x04\0\0\0\0\0";
        let found = pieces(&mut cutter, &[this, that, settings]);
        assert_eq!(found.map(|pieces| pieces.len()), Ok(2));
        let found = pieces(&mut Cutter::new(SERVER), &[b"PRI", b" * HTTP/1.1\r\n"]);
        assert_eq!(found, Err(Http2Error::NoPreface));
    }

    fn frames() -> impl Strategy<Value = Vec<u8>> {
        let frame = (0_u8..11, any::<u8>(), 0_u32..4, vec(any::<u8>(), 0..40));
        let frame = frame.prop_map(|(kind, flags, stream, payload)| {
            let header = FrameHeader {
                len: payload.len() as u32,
                kind: Kind::from_byte(kind),
                flags,
                stream,
            };
            [&header.write()[..], &payload].concat()
        });
        vec(frame, 0..12).prop_map(|frames| frames.concat())
    }

    proptest! {
        #[test]
        fn cuts_make_no_difference(bytes in frames(), cuts in vec(0_usize..600, 0..12)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            let whole = pieces(&mut Cutter::new(Role::Client), &[&bytes]);
            prop_assert_eq!(pieces(&mut Cutter::new(Role::Client), &parts), whole);
        }
    }
}
