//! Frames, read and written by hand for those who know nothing of them.

use std::ops::Range;

/// Where the message lies in a frame of Thrift.
pub(super) fn in_thrift_frame(frame: &[u8]) -> Option<Range<usize>> {
    let length = u32::from_be_bytes(*frame.first_chunk()?) as usize;
    let is_right = length <= 16_384_000 && frame.len() == 4 + length;
    is_right.then_some(4..frame.len())
}

/// Where the meta lies in a message of brpc.
pub(super) fn brpc_meta(frame: &[u8]) -> Option<Range<usize>> {
    let (start, rest) = frame.split_first_chunk::<12>()?;
    let [b'P', b'R', b'P', b'C', a, b, c, d, e, f, g, h] = *start else {
        return None;
    };
    let body = u32::from_be_bytes([a, b, c, d]) as usize;
    let meta = u32::from_be_bytes([e, f, g, h]) as usize;
    let is_right = body <= 64 << 20 && body == rest.len() && meta <= body;
    is_right.then_some(12..12 + meta)
}

/// Writes what the meta of a brpc message has before it; `body` bytes come behind it.
pub(super) fn put_brpc(meta: usize, body: usize, start: &mut [u8; 12]) {
    *start = *b"PRPC\0\0\0\0\0\0\0\0";
    start[4..8].copy_from_slice(&((meta + body) as u32).to_be_bytes());
    start[8..].copy_from_slice(&(meta as u32).to_be_bytes());
}

/// Where the header lies in a unary frame of tRPC.
pub(super) fn trpc_header(frame: &[u8]) -> Option<Range<usize>> {
    let (start, rest) = frame.split_first_chunk::<16>()?;
    let [0x09, 0x30, 0, _, a, b, c, d, e, f, ..] = *start else {
        return None;
    };
    let total = u32::from_be_bytes([a, b, c, d]) as usize;
    let header = usize::from(u16::from_be_bytes([e, f]));
    let is_right = total <= 10 << 20 && total == frame.len() && header <= rest.len();
    is_right.then_some(16..16 + header)
}

/// Writes lengths in the 16 bytes before the header of a frame of tRPC, where it has so many and the body so many.
pub(super) fn put_trpc(header: usize, body: usize, start: &mut [u8; 16]) -> bool {
    start[4..8].copy_from_slice(&((16 + header + body) as u32).to_be_bytes());
    let header = u16::try_from(header);
    start[8..10].copy_from_slice(&header.unwrap_or_default().to_be_bytes());
    header.is_ok()
}
