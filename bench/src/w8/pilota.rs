//! `pilota`, over `Bytes`, and over the `BytesMut` that it writes to.

use std::io::IoSlice;

use bytes::{Bytes, BytesMut};
use metaproto_codec::Value;
use pilota::thrift::binary::TBinaryProtocol;
use pilota::thrift::compact::{TCompactInputProtocol, TCompactOutputProtocol};
use pilota::thrift::{TInputProtocol, TMessageIdentifier, TOutputProtocol, ThriftException};

use super::frames::in_thrift_frame;
use super::{OTHER_ID, Show, World, Write};

pub(super) fn read_binary(world: &mut World, show: Show<'_>) -> bool {
    let message = in_thrift_frame(&world.frame).map(|range| world.frame.slice(range));
    message.is_some_and(|mut message| read(TBinaryProtocol::new(&mut message, true), show))
}

pub(super) fn read_compact(world: &mut World, show: Show<'_>) -> bool {
    let message = in_thrift_frame(&world.frame).map(|range| world.frame.slice(range));
    message.is_some_and(|mut message| read(TCompactInputProtocol::new(&mut message), show))
}

pub(super) fn read_unframed(world: &mut World, show: Show<'_>) -> bool {
    let mut message = world.frame.clone();
    read(TBinaryProtocol::new(&mut message, true), show)
}

pub(super) fn change_binary(world: &mut World, write: Write<'_>) -> bool {
    let read = |message: &mut Bytes| TBinaryProtocol::new(message, true).read_message_begin();
    change(world, read, write, |begin, buffer| {
        TBinaryProtocol::new(buffer, false).write_message_begin(begin)
    })
}

pub(super) fn change_compact(world: &mut World, write: Write<'_>) -> bool {
    let read = |message: &mut Bytes| TCompactInputProtocol::new(message).read_message_begin();
    change(world, read, write, |begin, buffer| {
        TCompactOutputProtocol::new(buffer, false).write_message_begin(begin)
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

/// Reads the beginning, and writes it and what is left behind it into a frame.
fn change(
    world: &mut World,
    read: impl Fn(&mut Bytes) -> Result<TMessageIdentifier, ThriftException>,
    write: Write<'_>,
    put: impl Fn(&TMessageIdentifier, &mut BytesMut) -> Result<(), ThriftException>,
) -> bool {
    let Some(range) = in_thrift_frame(&world.frame) else {
        return false;
    };
    let mut message = world.frame.slice(range);
    let Ok(mut begin) = read(&mut message) else {
        return false;
    };
    begin.sequence_number = OTHER_ID.cast_signed();
    let buffer = &mut world.bytes;
    buffer.clear();
    buffer.extend_from_slice(&[0; 4]);
    if put(&begin, buffer).is_err() {
        return false;
    }
    let length = (buffer.len() - 4 + message.len()) as u32;
    buffer[..4].copy_from_slice(&length.to_be_bytes());
    write(&[IoSlice::new(buffer), IoSlice::new(&message)]);
    true
}
