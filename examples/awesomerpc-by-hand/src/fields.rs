//! The header of awesomeRPC and its 13 bytes, big-endian.

use metaproto_codec::{CodecError, Fault, FieldPath, MIB};

/// Bytes of the header.
pub(crate) const HEADER_LEN: usize = 13;

/// The largest message, header included, bytes.
pub(crate) const MAX_FRAME: usize = 4 * MIB;

/// Where `pack_len` stands, bytes from the start of the message.
const PACK_LEN_AT: usize = 5;

/// The header of one message.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) version: u8,
    pub(crate) pack_flow: u32,
    pub(crate) pack_len: u32,
    pub(crate) req_cmd: i16,
    pub(crate) rsp_code: i16,
}

impl Fields {
    /// The header at the start of a message that was decoded; an error where there is none.
    pub(crate) fn read(message: &[u8]) -> Result<Self, CodecError> {
        let header = message
            .first_chunk::<HEADER_LEN>()
            .ok_or_else(|| CodecError::new(0, FieldPath::new("message"), Fault::NoMessage))?;
        let [version, f0, f1, f2, f3, l0, l1, l2, l3, c0, c1, r0, r1] = *header;
        Ok(Self {
            version,
            pack_flow: u32::from_be_bytes([f0, f1, f2, f3]),
            pack_len: u32::from_be_bytes([l0, l1, l2, l3]),
            req_cmd: i16::from_be_bytes([c0, c1]),
            rsp_code: i16::from_be_bytes([r0, r1]),
        })
    }

    pub(crate) fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let [f0, f1, f2, f3] = self.pack_flow.to_be_bytes();
        let [l0, l1, l2, l3] = self.pack_len.to_be_bytes();
        let [c0, c1] = self.req_cmd.to_be_bytes();
        let [r0, r1] = self.rsp_code.to_be_bytes();
        [self.version, f0, f1, f2, f3, l0, l1, l2, l3, c0, c1, r0, r1]
    }
}

/// Bytes of the whole message that starts here; `None` as long as its length has not arrived.
///
/// The length is judged where it stands, before the rest of the header has come: a peer must not have us wait for a
/// message that we would refuse.
pub(crate) fn message_len(input: &[u8]) -> Result<Option<usize>, CodecError> {
    let Some((_, rest)) = input.split_at_checked(PACK_LEN_AT) else {
        return Ok(None);
    };
    let Some(pack_len) = rest.first_chunk() else {
        return Ok(None);
    };
    let found = u32::from_be_bytes(*pack_len);
    let refuse = |fault| CodecError::new(PACK_LEN_AT, FieldPath::new("pack_len"), fault);
    match usize::try_from(found) {
        Ok(length) if length < HEADER_LEN => Err(refuse(Fault::BelowMinimum {
            found: found.into(),
            min: HEADER_LEN,
        })),
        Ok(length) if length <= MAX_FRAME => Ok(Some(length)),
        _ => Err(refuse(Fault::AboveMaximum {
            found: found.into(),
            max: MAX_FRAME,
        })),
    }
}
