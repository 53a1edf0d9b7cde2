//! The frames of HTTP/2, RFC 9113 sections 4 and 6: their headers, and those that are written.

use bytes::{BufMut, BytesMut};

use super::error::ErrorCode;

/// What a client sends first, RFC 9113 section 3.4.
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The longest payload that we take, and that a peer takes until it says otherwise, bytes.
pub(crate) const MAX_LEN: u32 = 16_384;

/// The length of what precedes each payload, bytes.
pub(super) const HEADER_LEN: usize = 9;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Data,
    Headers,
    Priority,
    RstStream,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
    /// To be ignored, RFC 9113 section 4.1.
    Unknown(u8),
}

/// The last frame of this side of the stream; of DATA and HEADERS.
pub(super) const END_STREAM: u8 = 0x1;
/// An answer; of SETTINGS and PING.
pub(super) const ACK: u8 = 0x1;
/// No CONTINUATION follows; of HEADERS and CONTINUATION.
pub(super) const END_HEADERS: u8 = 0x4;
/// Padding ends the payload; of DATA and HEADERS.
pub(super) const PADDED: u8 = 0x8;
/// Five bytes of priority begin the payload; of HEADERS.
pub(super) const PRIORITY: u8 = 0x20;

/// What precedes a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHeader {
    /// The length of the payload, bytes, below 2^24.
    pub(super) len: u32,
    pub(super) kind: Kind,
    pub(super) flags: u8,
    /// Below 2^31; 0 is the connection.
    pub(super) stream: u32,
}

impl FrameHeader {
    pub(super) fn read(bytes: [u8; HEADER_LEN]) -> Self {
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = bytes;
        Self {
            len: u32::from_be_bytes([0, l0, l1, l2]),
            kind: Kind::from_byte(kind),
            flags,
            stream: u32::from_be_bytes([s0, s1, s2, s3]) & 0x7fff_ffff,
        }
    }

    pub(super) fn write(self) -> [u8; HEADER_LEN] {
        let [_, l0, l1, l2] = self.len.to_be_bytes();
        let [s0, s1, s2, s3] = self.stream.to_be_bytes();
        [l0, l1, l2, self.kind.to_byte(), self.flags, s0, s1, s2, s3]
    }

    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl Kind {
    pub(super) fn from_byte(byte: u8) -> Self {
        match byte {
            0x0 => Self::Data,
            0x1 => Self::Headers,
            0x2 => Self::Priority,
            0x3 => Self::RstStream,
            0x4 => Self::Settings,
            0x5 => Self::PushPromise,
            0x6 => Self::Ping,
            0x7 => Self::GoAway,
            0x8 => Self::WindowUpdate,
            0x9 => Self::Continuation,
            other => Self::Unknown(other),
        }
    }

    fn to_byte(self) -> u8 {
        match self {
            Self::Data => 0x0,
            Self::Headers => 0x1,
            Self::Priority => 0x2,
            Self::RstStream => 0x3,
            Self::Settings => 0x4,
            Self::PushPromise => 0x5,
            Self::Ping => 0x6,
            Self::GoAway => 0x7,
            Self::WindowUpdate => 0x8,
            Self::Continuation => 0x9,
            Self::Unknown(other) => other,
        }
    }
}

/// Writes a DATA frame. `payload` is not longer than the peer takes.
pub(super) fn data(out: &mut BytesMut, stream: u32, payload: &[u8], end: bool) {
    begin(
        out,
        Kind::Data,
        flag(end, END_STREAM),
        stream,
        payload.len(),
    );
    out.extend_from_slice(payload);
}

/// Writes a header block that `encode` appends, as HEADERS and, beyond `max_len` bytes, CONTINUATION frames.
pub(super) fn headers(
    out: &mut BytesMut,
    stream: u32,
    end: bool,
    max_len: usize,
    encode: impl FnOnce(&mut BytesMut),
) {
    let start = out.len();
    out.extend_from_slice(&[0; HEADER_LEN]);
    encode(out);
    let block_start = start + HEADER_LEN;
    let rest = (out.len() - block_start > max_len).then(|| out.split_off(block_start + max_len));
    let header = FrameHeader {
        len: payload_len(out.len() - block_start),
        kind: Kind::Headers,
        flags: flag(end, END_STREAM) | flag(rest.is_none(), END_HEADERS),
        stream,
    };
    if let Some(place) = out.get_mut(start..block_start) {
        place.copy_from_slice(&header.write());
    }
    if let Some(rest) = rest {
        continuation(out, stream, max_len, &rest);
    }
}

/// Writes RST_STREAM.
pub(super) fn rst_stream(out: &mut BytesMut, stream: u32, code: ErrorCode) {
    begin(out, Kind::RstStream, 0, stream, 4);
    out.put_u32(code.0);
}

/// Writes SETTINGS of these identifiers and values.
pub(super) fn settings(out: &mut BytesMut, settings: &[(u16, u32)]) {
    begin(out, Kind::Settings, 0, 0, 6 * settings.len());
    for (id, value) in settings {
        out.put_u16(*id);
        out.put_u32(*value);
    }
}

/// Writes the answer to SETTINGS.
pub(super) fn settings_ack(out: &mut BytesMut) {
    begin(out, Kind::Settings, ACK, 0, 0);
}

/// Writes the answer to a PING.
pub(super) fn ping_ack(out: &mut BytesMut, payload: &[u8]) {
    begin(out, Kind::Ping, ACK, 0, payload.len());
    out.extend_from_slice(payload);
}

/// Writes GOAWAY. `last` is the last stream of the peer that was looked at.
pub(super) fn go_away(out: &mut BytesMut, last: u32, code: ErrorCode) {
    begin(out, Kind::GoAway, 0, 0, 8);
    out.put_u32(last);
    out.put_u32(code.0);
}

/// Writes WINDOW_UPDATE: so many more bytes may be sent.
pub(super) fn window_update(out: &mut BytesMut, stream: u32, increment: u32) {
    begin(out, Kind::WindowUpdate, 0, stream, 4);
    out.put_u32(increment);
}

fn continuation(out: &mut BytesMut, stream: u32, max_len: usize, block: &[u8]) {
    let mut pieces = block.chunks(max_len).peekable();
    while let Some(piece) = pieces.next() {
        let flags = flag(pieces.peek().is_none(), END_HEADERS);
        begin(out, Kind::Continuation, flags, stream, piece.len());
        out.extend_from_slice(piece);
    }
}

fn begin(out: &mut BytesMut, kind: Kind, flags: u8, stream: u32, len: usize) {
    out.reserve(HEADER_LEN + len);
    let header = FrameHeader {
        len: payload_len(len),
        kind,
        flags,
        stream,
    };
    out.extend_from_slice(&header.write());
}

/// A length that is bounded by a peer's largest frame, below 2^24 bytes.
fn payload_len(len: usize) -> u32 {
    debug_assert!(len < 1 << 24, "a frame of {len} bytes");
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn flag(set: bool, flag: u8) -> u8 {
    if set { flag } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_has_its_bytes() {
        let mut out = BytesMut::new();
        settings(&mut out, &[(3, 100)]);
        rst_stream(&mut out, 5, ErrorCode::CANCEL);
        data(&mut out, 0x7fff_ffff, b"ab", true);
        window_update(&mut out, 0, 70_000);
        go_away(&mut out, 7, ErrorCode::PROTOCOL_ERROR);
        let expected = [
            &b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"[..],
            b"\0\0\x04\x03\0\0\0\0\x05\0\0\0\x08",
            b"\0\0\x02\0\x01\x7f\xff\xff\xffab",
            b"\0\0\x04\x08\0\0\0\0\0\0\x01\x11\x70",
            b"\0\0\x08\x07\0\0\0\0\0\0\0\0\x07\0\0\0\x01",
        ];
        assert_eq!(out[..], expected.concat());
    }

    #[test]
    fn a_long_block_is_cut() {
        let mut out = BytesMut::from("before");
        headers(&mut out, 1, true, 4, |out| {
            out.extend_from_slice(b"0123456789");
        });
        let expected = [
            &b"before"[..],
            b"\0\0\x04\x01\x01\0\0\0\x010123",
            b"\0\0\x04\x09\0\0\0\0\x014567",
            b"\0\0\x02\x09\x04\0\0\0\x0189",
        ];
        assert_eq!(out[..], expected.concat());
        out.clear();
        headers(&mut out, 1, false, 4, |out| out.extend_from_slice(b"0123"));
        assert_eq!(out[..], *b"\0\0\x04\x01\x04\0\0\0\x010123");
    }

    #[test]
    fn unknown_kinds_and_the_reserved_bit_survive_or_go() {
        let header = FrameHeader::read([0, 1, 0, 0xfa, 0xff, 0x80, 0, 0, 9]);
        assert_eq!((header.len, header.kind), (256, Kind::Unknown(0xfa)));
        assert_eq!(header.stream, 9);
        assert_eq!(header.write(), [0, 1, 0, 0xfa, 0xff, 0, 0, 0, 9]);
    }
}
