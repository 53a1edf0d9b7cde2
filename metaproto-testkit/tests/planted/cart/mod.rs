//! Cart: a protocol of remote calls, whose codec is written by hand.
//!
//! ```text
//!  0  magic       CA 27
//!  2  version     4 bits, always 1, then 4 reserved bits
//!  3  kind        request 0, one-way 1, response 2, ping 3, pong 4, stream data 5
//!  4  status      ok 0, other 1, route not found 2, over limit 3
//!  5  id          8 bytes
//! 13  header_len  2 bytes: bytes up to the body; what a longer header holds beyond the map is kept
//! 15  body_len    4 bytes
//! 19  retries     1 byte
//! 20  method      a byte of length, text
//!  .  properties  2 bytes of length, pairs: a key after 1 byte of length, a value after 2
//! ```
//!
//! All numbers are big-endian. [`CartHeader`] declares the same.

mod decode;
mod draft;
mod encode;
mod layout;
mod reply;

use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Fault, FieldPath, IdSpace,
    KIB, Kinds, MessageType, Metadata, Mutation, Output, Part, Schema,
};

use super::bug::{Bug, Bugs};
use super::header::CartHeader;
use layout::Layout;

const MAGIC: [u8; 2] = [0xCA, 0x27];
const VERSION: u8 = 1;
const KIND: usize = 3;
const STATUS: usize = 4;
const ID: usize = 5;
const HEADER_LEN: usize = 13;
const BODY_LEN: usize = 15;
const RETRIES: usize = 19;
const METHOD: usize = 20;
/// Bytes of the shortest header.
const FIXED: usize = 23;

const MAX_HEADER: usize = 4 * KIB;
const MAX_BODY: usize = 64 * KIB;
const MAX_METHOD: usize = 255;
const MAX_MAP: usize = 2 * KIB;
const MAX_KEY: usize = 64;
const MAX_VALUE: usize = KIB;
/// Bytes of an error's text that a reply carries at most.
const MAX_TEXT: usize = KIB;

const KINDS: [(u8, MessageType); 6] = [
    (0, MessageType::Request),
    (1, MessageType::OneWay),
    (2, MessageType::Response),
    (3, MessageType::Ping),
    (4, MessageType::Pong),
    (5, MessageType::StreamData),
];
const RESPONSE: u8 = 2;
const PONG: u8 = 4;

/// The codec, with at most one mistake.
#[derive(Debug, Default)]
pub struct Cart {
    bugs: Bugs,
    memory: Memory,
}

/// What only codecs with a mistake keep between calls.
#[derive(Debug, Default)]
struct Memory {
    /// Bytes that were presented since the last message.
    seen: usize,
    /// The id was read at an earlier call.
    resumed: bool,
    /// The last call left a message unfinished.
    is_mid_frame: bool,
    /// Bytes that were left behind the last message.
    left: usize,
    /// How often an error was given.
    errors: usize,
    was_error: bool,
    method: String,
    last: Option<Layout>,
    room: Vec<u8>,
}

impl Cart {
    /// A codec with this mistake, or with none.
    pub fn new(bug: Option<Bug>) -> Self {
        Self {
            bugs: Bugs(bug),
            memory: Memory::default(),
        }
    }
}

impl Codec for Cart {
    fn capabilities(&self) -> Capabilities {
        let max_frame = MAX_HEADER + MAX_BODY;
        let mut capabilities = Capabilities::new("cart", max_frame);
        capabilities.kinds = KINDS
            .iter()
            .fold(Kinds::NONE, |kinds, (_, kind)| kinds.with(*kind))
            .with(MessageType::Error);
        if self.bugs.has(Bug::DeclaresTooMuch) {
            capabilities.kinds = capabilities.kinds.with(MessageType::StreamInit);
        }
        capabilities.request_id = IdSpace::Number {
            bits: 64,
            signed: false,
        };
        capabilities.settable = &["retries", "method"];
        capabilities.open_properties = true;
        capabilities.fixed_header = if self.bugs.has(Bug::FixedHeaderIsWholeFrame) {
            max_frame
        } else {
            FIXED
        };
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        self.decode_message(input, metadata)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.encode_message(message, mutation, output)
    }

    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        self.measure(message, mutation)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.error_reply(request, error, output)
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        self.pong(ping, output)
    }

    fn schema(&self, _: Direction) -> Option<Schema> {
        Some(CartHeader::SCHEMA)
    }
}

impl Drop for Cart {
    fn drop(&mut self) {
        if self.bugs.has(Bug::SharesScratch) {
            decode::clear_scratch();
        }
        if self.bugs.has(Bug::DropPanics) && self.memory.is_mid_frame && !std::thread::panicking() {
            panic!("dropped in the middle of a message");
        }
    }
}

/// An error at `offset` in the field `name`.
fn fault(offset: usize, name: &'static str, fault: Fault) -> CodecError {
    CodecError::new(offset, FieldPath::new(name), fault)
}

/// Whether a peer's key can name a property.
fn is_name(key: &str) -> bool {
    !key.is_empty() && !key.bytes().any(|byte| byte.is_ascii_control())
}
