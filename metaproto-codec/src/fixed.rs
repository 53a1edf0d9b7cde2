//! Headers whose fields all have fixed width, read and written by their schema: slower than by code of their own, and no
//! code to compile. That is for what is rare there: an error that must be named, bytes that have not come, fields to keep.

use crate::header::truncated;
use crate::schema::{Constant, Field, NumberKind, Role, Schema, Shape};
use crate::wire::{self, Body, Cursor, Order, Payload, Scalar, Stop, Writer};
use crate::{CodecError, Fault};

/// What a header has for a field.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// The wire bits of a number.
    Number(u128),
    /// A number that does not fit its field, as many bits as it has.
    TooLarge(u128),
    /// An array.
    Bytes(&'v [u8]),
    /// What the schema says: a constant, or the length of the message or of a part of it.
    Stated,
}

/// A number for a field of `bits` bits.
pub fn number<T: Scalar>(value: T, bits: u32) -> Value<'static> {
    match value.to_wire(bits) {
        Some(raw) => Value::Number(raw),
        None => Value::TooLarge(value.to_raw()),
    }
}

/// Checks fields of fixed width, numbers and arrays. The bytes are theirs.
///
/// # Errors
///
/// `Wait` where bytes are missing, otherwise the broken rule.
pub(crate) fn check<'a>(cursor: &mut Cursor<'a>, fields: &[Field]) -> Result<&'a [u8], Stop> {
    let start = cursor.position();
    let mut group = 0;
    for field in fields {
        let (raw, kind) = match field.shape {
            Shape::Number(number) => {
                cursor.field(field.name);
                let raw = match field.constant {
                    Some(Constant::Number(expected)) => {
                        let stored = stored(expected, number.order);
                        cursor.constant(in_order(&stored, number.bytes, number.order))?;
                        expected
                    }
                    _ => number.order.load(cursor.take(number.bytes)?),
                };
                (raw, number.kind)
            }
            Shape::Bits {
                kind,
                bits,
                shift,
                group: width,
                order,
                first,
            } => {
                if first {
                    cursor.field(field.name);
                    group = order.load(cursor.take(width)?);
                } else {
                    cursor.within(field.name);
                }
                let raw = wire::bits(group, shift, bits);
                if let Some(Constant::Number(expected)) = field.constant {
                    cursor.constant_bits(raw, expected)?;
                }
                (raw, kind)
            }
            Shape::Array { len } => {
                cursor.field(field.name);
                match field.constant {
                    Some(Constant::Bytes(expected)) => cursor.constant(expected())?,
                    _ => cursor.take(len).map(drop)?,
                }
                continue;
            }
            _ => continue,
        };
        if kind == NumberKind::Bool && raw > 1 {
            return Err(cursor.fault(Fault::Bool { found: raw }));
        }
        follow(cursor, field, raw)?;
    }
    Ok(cursor.since(start))
}

/// What follows from a number as soon as it is read.
fn follow(cursor: &mut Cursor<'_>, field: &Field, raw: u128) -> Result<(), Stop> {
    let max = field.max.unwrap_or(0);
    let length = raw.saturating_mul(field.scale.into());
    for role in field.roles {
        match *role {
            Role::MessageType(codes) => cursor.known(raw, codes)?,
            Role::FrameLen { offset } => cursor.frame_len(length, offset, max)?,
            Role::RestLen { offset } => cursor.rest_len(length, offset, max)?,
            Role::BodyLen { offset } => cursor.body_len(length, offset, max)?,
            _ => {}
        }
    }
    Ok(())
}

/// Additional bytes without which nothing can be said of a message of which the quick way knows nothing.
///
/// # Errors
///
/// What is wrong with it.
#[cold]
#[inline(never)]
pub(crate) fn missing(bytes: &[u8], header: &Schema, len: usize) -> Result<usize, CodecError> {
    let mut cursor = Cursor::new(bytes, len);
    let stop = match check(&mut cursor, header.fields).and_then(|_| cursor.finish()) {
        Ok(_) => differ(&cursor),
        Err(stop) => stop,
    };
    match stop {
        Stop::Wait => Ok(cursor.at_least()),
        Stop::Fault(error) => Err(error),
    }
}

/// The quick way refuses what [`check`] found right: a fault of this crate, or of a [`Read`](crate::Read) written by hand.
#[cold]
pub(crate) fn differ(cursor: &Cursor<'_>) -> Stop {
    cursor.fault(Fault::Contract {
        rule: "the quick and the slow way of reading differ",
    })
}

/// What is wrong with a whole message of which the quick way knows nothing.
#[cold]
#[inline(never)]
pub(crate) fn why_not(bytes: &[u8], header: &Schema, len: usize) -> CodecError {
    match missing(bytes, header, len) {
        Ok(missing) => truncated(bytes.len(), missing),
        Err(error) => error,
    }
}

/// Appends a message that the quick way does not write, for lack of room or because a value does not fit; then nothing.
///
/// # Errors
///
/// The value that does not fit its field.
#[cold]
#[inline(never)]
pub(crate) fn append(
    write: &dyn Fn(&mut Writer<'_>) -> Result<(), CodecError>,
    body: &[u8],
    frame: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let payload = Payload {
        body: Body::Copied(body),
        ..Payload::default()
    };
    let sizes = Writer::sizes(payload, None, write)?;
    let before = frame.len();
    frame.reserve(sizes.frame());
    let written = write(&mut Writer::onto_vec(frame, payload, sizes));
    if written.is_err() {
        frame.truncate(before);
    }
    written
}

/// Writes fields of fixed width, of which `values` has one each.
///
/// # Errors
///
/// A value that does not fit its field.
pub fn write(
    writer: &mut Writer<'_>,
    fields: &[Field],
    values: &[Value<'_>],
) -> Result<(), CodecError> {
    let (mut group, mut is_new, mut used) = (0, true, 0);
    for (field, value) in fields.iter().zip(values) {
        match field.shape {
            Shape::Number(number) => {
                if writer.field(field.name) {
                    let raw = raw(writer, field, *value, 8 * number.bytes as u32)?;
                    put(writer, raw, number.bytes, number.order);
                }
            }
            Shape::Bits {
                bits,
                shift,
                group: width,
                order,
                first,
                ..
            } => {
                if first {
                    is_new = writer.field(field.name);
                    (group, used) = (0, 0);
                } else {
                    writer.within(field.name);
                }
                group |= raw(writer, field, *value, bits)? << shift;
                used += bits as usize;
                if is_new && used == 8 * width {
                    put(writer, group, width, order);
                }
            }
            _ => {
                if writer.field(field.name) {
                    match (value, field.constant) {
                        (Value::Bytes(bytes), _) => writer.bytes(bytes),
                        (_, Some(Constant::Bytes(stated))) => writer.bytes(stated()),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(())
}

/// The wire bits of a field.
fn raw(
    writer: &mut Writer<'_>,
    field: &Field,
    value: Value<'_>,
    bits: u32,
) -> Result<u128, CodecError> {
    match value {
        Value::Number(raw) => return Ok(raw),
        Value::TooLarge(found) => {
            return Err(writer.fault(Fault::TooLarge {
                found,
                max: wire::bits(u128::MAX, 0, bits),
            }));
        }
        Value::Bytes(_) | Value::Stated => {}
    }
    if let Some(Constant::Number(raw)) = field.constant {
        return Ok(raw);
    }
    let max = field.max.unwrap_or(0);
    let mut number = 0;
    for role in field.roles {
        number = match *role {
            Role::FrameLen { offset } => writer.frame_len(offset, max)?,
            Role::RestLen { offset } => writer.rest_len(offset, max)?,
            Role::BodyLen { offset } => writer.body_len(offset, max)?,
            _ => continue,
        };
    }
    if field.scale != 1 {
        number = writer.number_of(number, field.scale, 0)?;
    }
    writer.fitting(number, bits)
}

fn put(writer: &mut Writer<'_>, raw: u128, width: usize, order: Order) {
    let stored = stored(raw, order);
    writer.bytes(in_order(&stored, width, order));
}

fn stored(raw: u128, order: Order) -> [u8; 16] {
    match order {
        Order::Big => raw.to_be_bytes(),
        Order::Little => raw.to_le_bytes(),
    }
}

/// The bytes of a number of `width` bytes among those of one of 16.
fn in_order(stored: &[u8; 16], width: usize, order: Order) -> &[u8] {
    let width = width.min(16);
    match order {
        Order::Big => stored.get(16 - width..),
        Order::Little => stored.get(..width),
    }
    .unwrap_or_default()
}
