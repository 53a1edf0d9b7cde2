//! Messages that are deflated: inflated to be read, and forwarded as they came.

use std::io::{self, Read as _};

use flate2::bufread::ZlibDecoder;
use metaproto_codec::{Fault, Result};

use crate::begin::MAX_NAME;
use crate::frame::MAX_LENGTH;

/// So much of a message is kept: any beginning, and the first field's.
const KEPT: u64 = MAX_NAME as u64 + 64;

/// The start of the message that `deflated` holds. All of it is inflated and checked, up to the length of an ordinary
/// message, but no more than the start is kept.
pub(crate) fn inflate_start(deflated: &[u8]) -> Result<Vec<u8>> {
    let refuse = |fault: Fault| fault.at(0, "zlib");
    let damaged = |_: io::Error| {
        let rule = "the message is not deflated as its header says, or not to its end";
        refuse(Fault::Protocol { rule })
    };
    let (mut decoder, mut start) = (ZlibDecoder::new(deflated), Vec::new());
    let mut kept = decoder.by_ref().take(KEPT);
    kept.read_to_end(&mut start).map_err(damaged)?;
    let mut more = decoder.by_ref().take(MAX_LENGTH as u64 + 1 - KEPT);
    let more = io::copy(&mut more, &mut io::sink()).map_err(damaged)?;
    let (found, max) = (start.len() as u128 + u128::from(more), MAX_LENGTH);
    match decoder.get_ref().len() {
        _ if found > max as u128 => Err(refuse(Fault::AboveMaximum { found, max })),
        0 => Ok(start),
        left => Err(refuse(Fault::Excess { left })),
    }
}
