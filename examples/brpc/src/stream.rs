//! `StreamFrameMeta`: to which stream a frame belongs, and what it does to it.

use metaproto_codec::{CodecError, Fault, FieldPath, MessageType, Metadata};
use metaproto_protobuf::{Message, Value};

/// Numbers of the fields.
mod field {
    pub(super) const STREAM_ID: u32 = 1;
    pub(super) const FRAME_TYPE: u32 = 3;
}

const RST: u64 = 1;
const CLOSE: u64 = 2;

/// Records what `meta` says of the frame.
pub(crate) fn describe(meta: &Message<'_>, metadata: &mut Metadata) -> Result<(), CodecError> {
    let mut stream_id = None;
    let mut frame_type = 0;
    for field in meta.fields() {
        let field = field?;
        match (field.number, field.value) {
            (field::STREAM_ID, Value::Varint(id)) => stream_id = Some(id),
            (field::FRAME_TYPE, Value::Varint(value)) => frame_type = value,
            _ => {}
        }
    }
    let Some(stream_id) = stream_id else {
        let rule = "a frame names its stream";
        let path = FieldPath::new("meta.stream_id");
        return Err(CodecError::new(
            meta.start(),
            path,
            Fault::Protocol { rule },
        ));
    };
    metadata.set_stream_id(stream_id);
    metadata.set_kind(match frame_type {
        RST | CLOSE => MessageType::StreamClose,
        // Data, feedback, and what later versions invent: of an open stream.
        _ => MessageType::StreamData,
    });
    Ok(())
}
