//! The header of `docs/kinds.md`.

use metaproto_codec::{Header, HeaderCodec};

/// Header of a signal, 8 bytes, or 12 in a stream.
#[derive(Header)]
#[header(big_endian)]
pub struct Signal {
    /// Length of the body, bytes.
    #[header(body_len, max = 1024)]
    pub length: u16,
    /// What the message is.
    #[header(message_type(
        request = 0,
        response = 1,
        event = 2,
        stream_init = 3,
        stream_data = 4,
        stream_close = 5
    ))]
    pub kind: u8,
    /// Nobody waits for an answer.
    #[header(bits = 1, oneway = 1)]
    pub quiet: bool,
    /// The other side only wants to know whether we live.
    #[header(bits = 1, heartbeat = 1)]
    pub heartbeat: bool,
    /// Without meaning yet.
    #[header(bits = 6, reserved)]
    pub spare: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub id: u32,
    /// The stream, in its messages.
    #[header(when = kind >= 3 && kind <= 5, stream_id)]
    pub stream: Option<u32>,
}

/// The codec of signals.
pub type Signals = HeaderCodec<Signal>;
