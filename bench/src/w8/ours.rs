//! The codecs, as hosts use them: `decode` and `encode` of any `dyn Codec`.

use std::io::IoSlice;

use bytes::Buf;
use metaproto_codec::{DecodeStatus, RequestId, Value};

use super::{Show, World, Write};

pub(super) fn read(world: &mut World, show: Show<'_>) -> bool {
    let World {
        codec,
        frame,
        metadata,
        ..
    } = world;
    metadata.clear();
    let decoded = codec.decode(frame, metadata);
    if !matches!(decoded, Ok(DecodeStatus::Done { consumed }) if consumed == frame.len()) {
        return false;
    }
    metadata.attach_frame(frame.clone());
    if let Some(RequestId::Number(id)) = metadata.request_id() {
        show("id", Value::Unsigned(id));
    }
    for (name, value) in metadata.properties() {
        show(name, value);
    }
    true
}

pub(super) fn change(world: &mut World, write: Write<'_>) -> bool {
    let World {
        codec,
        metadata,
        mutation,
        output,
        ..
    } = world;
    if codec.encode(metadata, mutation, output).is_err() {
        return false;
    }
    let mut pieces = [IoSlice::new(&[]); 4];
    let count = output.chunks_vectored(&mut pieces);
    write(&pieces[..count]);
    output.advance(output.remaining());
    true
}
