//! Messages that are deflated: inflated to be read, and forwarded as they came.

use std::io::{self, Read};

use flate2::bufread::ZlibDecoder;
use metaproto_codec::{CodecError, Fault, FieldPath};

use crate::begin::MAX_NAME;
use crate::frame::MAX_LENGTH;

/// So much of a message is kept: any beginning, and the first field's.
const KEPT: usize = MAX_NAME + 64;

/// The start of the message that `deflated`, which stands at `offset` of its frame, holds. All of it is inflated and
/// checked; no more of it than an ordinary message may have, and of that no more than the start is kept.
pub(crate) fn inflate_start(deflated: &[u8], offset: usize) -> Result<Vec<u8>, CodecError> {
    let refuse = |fault| CodecError::new(offset, FieldPath::new("zlib"), fault);
    let damaged = |_: io::Error| {
        let rule = "the message is not deflated as its header says, or not to its end";
        refuse(Fault::Protocol { rule })
    };
    let mut decoder = ZlibDecoder::new(deflated);
    let mut start = Vec::new();
    let kept = decoder.by_ref().take(KEPT as u64);
    let kept = { kept }.read_to_end(&mut start).map_err(damaged)?;
    let more = (MAX_LENGTH + 1 - kept) as u64;
    let more = io::copy(&mut decoder.by_ref().take(more), &mut io::sink()).map_err(damaged)?;
    let found = kept as u128 + u128::from(more);
    if found > MAX_LENGTH as u128 {
        let max = MAX_LENGTH;
        return Err(refuse(Fault::AboveMaximum { found, max }));
    }
    match decoder.get_ref().len() {
        0 => Ok(start),
        left => Err(refuse(Fault::Excess { left })),
    }
}
