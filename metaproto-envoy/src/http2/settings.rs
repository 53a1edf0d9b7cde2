//! What a peer says of itself, RFC 9113 section 6.5.2.

use super::error::Http2Error;
use super::frame::MAX_LEN;

const HEADER_TABLE_SIZE: u16 = 0x1;
pub(super) const ENABLE_PUSH: u16 = 0x2;
pub(super) const MAX_CONCURRENT_STREAMS: u16 = 0x3;
pub(super) const INITIAL_WINDOW_SIZE: u16 = 0x4;
pub(super) const MAX_FRAME_SIZE: u16 = 0x5;
pub(super) const MAX_HEADER_LIST_SIZE: u16 = 0x6;

/// The largest window, bytes, RFC 9113 section 6.9.1.
pub(super) const MAX_WINDOW: u32 = 0x7fff_ffff;
/// The window of a connection, and of streams until SETTINGS arrive, bytes.
pub(super) const DEFAULT_WINDOW: u32 = 65_535;

/// Streams that a server takes before the client has acknowledged how many it wants.
pub(super) const MAX_STREAMS_AT_FIRST: usize = 1 << 15;

/// One setting that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// The dynamic table of our encoder may not be larger, bytes. We have none.
    HeaderTableSize,
    MaxConcurrentStreams(u32),
    /// Bytes, at most [`MAX_WINDOW`].
    InitialWindowSize(u32),
    /// Bytes, 2^14 to 2^24 - 1.
    MaxFrameSize(u32),
}

/// Reads the payload of SETTINGS, of whole settings. Those that do not matter here are left out.
pub(super) fn read(payload: &[u8]) -> impl Iterator<Item = Result<Setting, Http2Error>> {
    let (settings, _) = payload.as_chunks::<6>();
    settings.iter().filter_map(|[i0, i1, v0, v1, v2, v3]| {
        let id = u16::from_be_bytes([*i0, *i1]);
        let value = u32::from_be_bytes([*v0, *v1, *v2, *v3]);
        check(id, value).transpose()
    })
}

fn check(id: u16, value: u32) -> Result<Option<Setting>, Http2Error> {
    let setting = match id {
        HEADER_TABLE_SIZE => Setting::HeaderTableSize,
        MAX_CONCURRENT_STREAMS => Setting::MaxConcurrentStreams(value),
        INITIAL_WINDOW_SIZE if value <= MAX_WINDOW => Setting::InitialWindowSize(value),
        MAX_FRAME_SIZE if (MAX_LEN..1 << 24).contains(&value) => Setting::MaxFrameSize(value),
        ENABLE_PUSH if value <= 1 => return Ok(None),
        INITIAL_WINDOW_SIZE | MAX_FRAME_SIZE | ENABLE_PUSH => {
            return Err(Http2Error::Setting { id, value });
        }
        _ => return Ok(None),
    };
    Ok(Some(setting))
}
