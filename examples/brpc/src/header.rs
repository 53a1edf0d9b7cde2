//! The 12 bytes before every message.

use metaproto_codec::{CodecError, Fault, FieldPath, Header, MIB, Parsed, Part};

/// What a request or response starts with.
pub(crate) const PRPC: [u8; 4] = *b"PRPC";

/// What a frame of a stream starts with.
pub(crate) const STRM: [u8; 4] = *b"STRM";

/// Header of every message, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct BrpcHeader {
    /// `PRPC` or `STRM`.
    pub magic: [u8; 4],
    /// Length of what follows these 12 bytes, at most brpc's own default.
    #[header(frame_len, offset = 12, max = 12 + 64 * MIB)]
    pub body_size: u32,
    /// Length of the protobuf message behind the header; payload and attachment are the rest of the body.
    pub meta_size: u32,
}

impl BrpcHeader {
    /// Looks for one whole message at the start of `input`, of which what has arrived must be right.
    pub(crate) fn find(input: &[u8]) -> Result<Parsed<BrpcHeaderView<'_>>, CodecError> {
        check_magic(input)?;
        let parsed = Self::parse(input)?;
        if input.len() >= Self::MIN_LEN {
            let header = Self::view_header(input)?;
            let (needed, left) = (header.meta_size() as usize, header.body_size() as usize);
            if needed > left {
                let fault = Fault::PastEnd { needed, left };
                return Err(CodecError::new(8, FieldPath::new("meta_size"), fault));
            }
        }
        Ok(parsed)
    }
}

/// A magic must be one of the two as far as it has arrived.
fn check_magic(input: &[u8]) -> Result<(), CodecError> {
    let magic = input.get(..4).unwrap_or(input);
    if PRPC.starts_with(magic) || STRM.starts_with(magic) {
        return Ok(());
    }
    let likely = if magic.first() == STRM.first() {
        STRM
    } else {
        PRPC
    };
    let mut pairs = likely.into_iter().zip(magic.iter().copied()).enumerate();
    let (at, (expected, found)) = pairs.find(|(_, (a, b))| a != b).unwrap_or_default();
    let fault = Fault::Constant { expected, found };
    Err(CodecError::new(at, FieldPath::new("magic"), fault))
}
