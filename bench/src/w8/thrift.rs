//! `thrift`, the crate of Apache Thrift, over slices and vectors.

use std::io::IoSlice;
use std::ops::Range;

use thrift::protocol::{
    TBinaryInputProtocol, TBinaryOutputProtocol, TCompactInputProtocol, TCompactOutputProtocol,
    TInputProtocol, TMessageIdentifier, TOutputProtocol,
};

use metaproto_codec::Value;

use super::frames::in_thrift_frame;
use super::{OTHER_ID, Show, World, Write};

pub(super) fn read_binary(world: &mut World, show: Show<'_>) -> bool {
    let message = in_thrift_frame(&world.frame).map(|range| &world.frame[range]);
    message.is_some_and(|mut message| read(TBinaryInputProtocol::new(&mut message, true), show))
}

pub(super) fn read_compact(world: &mut World, show: Show<'_>) -> bool {
    let message = in_thrift_frame(&world.frame).map(|range| &world.frame[range]);
    message.is_some_and(|mut message| read(TCompactInputProtocol::new(&mut message), show))
}

pub(super) fn read_unframed(world: &mut World, show: Show<'_>) -> bool {
    let mut message = &world.frame[..];
    read(TBinaryInputProtocol::new(&mut message, true), show)
}

pub(super) fn change_binary(world: &mut World, write: Write<'_>) -> bool {
    let read = |mut message: &[u8]| {
        let begin = TBinaryInputProtocol::new(&mut message, true).read_message_begin();
        Some((begin.ok()?, message.len()))
    };
    change(world, read, write, |begin, buffer| {
        TBinaryOutputProtocol::new(buffer, true).write_message_begin(begin)
    })
}

pub(super) fn change_compact(world: &mut World, write: Write<'_>) -> bool {
    let read = |mut message: &[u8]| {
        let begin = TCompactInputProtocol::new(&mut message).read_message_begin();
        Some((begin.ok()?, message.len()))
    };
    change(world, read, write, |begin, buffer| {
        TCompactOutputProtocol::new(buffer).write_message_begin(begin)
    })
}

fn read(mut protocol: impl TInputProtocol, show: Show<'_>) -> bool {
    let Ok(begin) = protocol.read_message_begin() else {
        return false;
    };
    let id = begin.sequence_number.cast_unsigned();
    show("id", Value::Unsigned(id.into()));
    show("method", Value::Text(&begin.name));
    true
}

/// Reads the beginning and what is left behind it, and writes both into a frame.
fn change(
    world: &mut World,
    read: impl Fn(&[u8]) -> Option<(TMessageIdentifier, usize)>,
    write: Write<'_>,
    put: impl Fn(&TMessageIdentifier, &mut Vec<u8>) -> thrift::Result<()>,
) -> bool {
    let World { frame, buffer, .. } = world;
    let Some(Range { start, end }) = in_thrift_frame(frame) else {
        return false;
    };
    let Some((mut begin, left)) = read(&frame[start..end]) else {
        return false;
    };
    begin.sequence_number = OTHER_ID.cast_signed();
    buffer.clear();
    buffer.extend([0; 4]);
    if put(&begin, buffer).is_err() {
        return false;
    }
    let length = (buffer.len() - 4 + left) as u32;
    buffer[..4].copy_from_slice(&length.to_be_bytes());
    write(&[IoSlice::new(buffer), IoSlice::new(&frame[end - left..])]);
    true
}
