//! awesomeRPC, the protocol of the tutorial: a header of 13 bytes, then the payload.
//!
//! ```
//! use awesomerpc::{AwesomeHeader, AwesomeRpc};
//! use metaproto_codec::{Direction, Header, Limits, Metadata, MessageType, Next, Session};
//!
//! let header = AwesomeHeader { version: 1, pack_flow: 7, pack_len: 0, req_cmd: 100, rsp_code: 0 };
//! let mut session = Session::new(AwesomeRpc::default(), Direction::ClientToServer, Limits::default());
//! session.receive(&header.to_frame(b"hello")?);
//!
//! let mut message = Metadata::default();
//! assert_eq!(session.next_message(&mut message)?, Next::Message { offset: 0 });
//! assert_eq!(message.kind(), MessageType::Request);
//! assert_eq!(message.get("cmd").unwrap().to_string(), "100");
//! assert_eq!(message.body(), b"hello");
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```

use metaproto_codec::{Header, HeaderCodec, MIB};

/// Header of every awesomeRPC message, 13 bytes, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct AwesomeHeader {
    /// Version of the protocol.
    pub version: i8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub pack_flow: u32,
    /// Length of the whole message, this header included, bytes.
    #[header(frame_len, max = 4 * MIB)]
    pub pack_len: u32,
    /// The operation that is called, by number.
    #[header(metadata = "cmd")]
    pub req_cmd: i16,
    /// What a response says of its request; 0 in requests.
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub rsp_code: i16,
}

/// The whole codec.
pub type AwesomeRpc = HeaderCodec<AwesomeHeader>;
