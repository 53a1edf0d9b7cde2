//! What a peer of HTTP/2 can do wrong.

use thiserror::Error;

use super::frame::{Kind, MAX_LEN};
use super::hpack::HpackError;

/// Why a stream or a connection ended, RFC 9113 section 7. Other values keep their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ErrorCode(pub(crate) u32);

impl ErrorCode {
    pub(crate) const NO_ERROR: Self = Self(0x0);
    pub(crate) const PROTOCOL_ERROR: Self = Self(0x1);
    pub(crate) const INTERNAL_ERROR: Self = Self(0x2);
    pub(crate) const FLOW_CONTROL_ERROR: Self = Self(0x3);
    pub(crate) const STREAM_CLOSED: Self = Self(0x5);
    pub(crate) const FRAME_SIZE_ERROR: Self = Self(0x6);
    pub(crate) const REFUSED_STREAM: Self = Self(0x7);
    pub(crate) const CANCEL: Self = Self(0x8);
    pub(crate) const COMPRESSION_ERROR: Self = Self(0x9);
    pub(crate) const ENHANCE_YOUR_CALM: Self = Self(0xb);
}

/// Why a connection cannot go on. What concerns one stream alone resets that stream and is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Http2Error {
    /// A client that speaks something else, RFC 9113 section 3.4.
    #[error("the connection does not begin with the preface of HTTP/2")]
    NoPreface,
    /// RFC 9113 section 3.4.
    #[error("the first frame is {kind:?}, not SETTINGS")]
    NoSettings { kind: Kind },
    #[error("a frame of {len} bytes; at most {MAX_LEN} are allowed")]
    FrameTooLong { len: u32 },
    /// A length that this kind of frame cannot have.
    #[error("a {kind:?} frame of {len} bytes")]
    FrameLength { kind: Kind, len: u32 },
    /// A stream that this kind of frame cannot be for, or that never began.
    #[error("a {kind:?} frame for stream {stream}")]
    FrameStream { kind: Kind, stream: u32 },
    #[error("{padding} bytes of padding in a frame of {len} bytes")]
    Padding { padding: u8, len: u32 },
    #[error("setting {id} is {value}")]
    Setting { id: u16, value: u32 },
    /// RFC 9113 section 6.9.1: more than 2^31 - 1 bytes may not be allowed.
    #[error("the window of stream {stream} exceeds 2^31 - 1 bytes")]
    WindowTooLarge { stream: u32 },
    #[error("a WINDOW_UPDATE of 0 bytes for stream {stream}")]
    NoIncrement { stream: u32 },
    /// A header block must not be interrupted, RFC 9113 section 4.3.
    #[error("a {kind:?} frame amid the header block of stream {stream}")]
    BlockInterrupted { kind: Kind, stream: u32 },
    #[error("a header block of more than {limit} bytes")]
    BlockTooLong { limit: usize },
    #[error("a header block cannot be decoded: {0}")]
    Block(#[from] HpackError),
}

impl Http2Error {
    /// What GOAWAY says of it.
    pub(crate) fn code(self) -> ErrorCode {
        match self {
            Self::NoPreface
            | Self::NoSettings { .. }
            | Self::FrameStream { .. }
            | Self::Padding { .. }
            | Self::NoIncrement { .. }
            | Self::BlockInterrupted { .. } => ErrorCode::PROTOCOL_ERROR,
            Self::Setting { id, .. } if id == super::settings::INITIAL_WINDOW_SIZE => {
                ErrorCode::FLOW_CONTROL_ERROR
            }
            Self::Setting { .. } => ErrorCode::PROTOCOL_ERROR,
            Self::FrameTooLong { .. } | Self::FrameLength { .. } => ErrorCode::FRAME_SIZE_ERROR,
            Self::WindowTooLarge { .. } => ErrorCode::FLOW_CONTROL_ERROR,
            Self::BlockTooLong { .. } => ErrorCode::ENHANCE_YOUR_CALM,
            Self::Block(_) => ErrorCode::COMPRESSION_ERROR,
        }
    }
}
