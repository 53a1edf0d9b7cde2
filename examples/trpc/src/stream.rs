//! `TrpcStreamInitMeta` and `TrpcStreamCloseMeta`: the protobuf messages that open and close a stream.

use metaproto_codec::{MessageType, Metadata, ResponseStatus, Result};
use metaproto_protobuf::{Changes, Layout, Message, Path};

use crate::call;
use crate::header::{CLOSE, INIT};

/// Fields of `request_meta` and `response_meta` in `TrpcStreamInitMeta`.
const CALLER: Path = &[1, 1];
const CALLEE: Path = &[1, 2];
const FUNC: Path = &[1, 3];
const TRANS_INFO: Path = &[1, 5];
pub(crate) const RET: Path = &[2, 1];
pub(crate) const ERROR_MSG: Path = &[2, 2];

const INIT_META: Layout<1, 3> = Layout {
    numbers: [RET],
    ranges: [CALLER, CALLEE, FUNC],
    tags: TRANS_INFO,
};

/// What can be changed of a request for a stream.
pub(crate) const TO_INIT: Changes = crate::OWN.tags(TRANS_INFO);

/// Records what a frame of this type says, of which `rest` is behind the fixed header. The number of its bytes that are
/// protobuf, and no payload.
pub(crate) fn describe(
    frame_type: u8,
    rest: &Message<'_>,
    metadata: &mut Metadata,
) -> Result<usize> {
    match frame_type {
        INIT => {
            metadata.set_kind(MessageType::StreamInit);
            init(rest, metadata)?;
        }
        CLOSE => {
            metadata.set_kind(MessageType::StreamClose);
            // Nothing in it is for routing, but it must be what it says.
            rest.fields().try_for_each(|field| field.map(drop))?;
        }
        // Data; and feedback, which is for the peer alone.
        _ => {
            metadata.set_kind(MessageType::StreamData);
            return Ok(0);
        }
    }
    Ok(rest.size())
}

/// A stream that is refused is opened with a code that is not 0.
fn init(meta: &Message<'_>, metadata: &mut Metadata) -> Result {
    let found = INIT_META.read(meta, metadata)?;
    let [ret] = found.numbers.map(Option::unwrap_or_default);
    if ret as i32 != 0 {
        metadata.set_status(ResponseStatus::Error);
    }
    call::describe(found.ranges, meta, metadata)
}
