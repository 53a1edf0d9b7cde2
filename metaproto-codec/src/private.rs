//! What generated code calls, beside `wire`. Not part of the API: it may change with any release.

use std::ops::Range;
use std::str::FromStr;

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

use crate::wire::{Cursor, Octets, Scalar, Stop};
use crate::{Fault, FieldValue, MessageType, Metadata, RequestId, ResponseStatus};

/// Collects what a header shows of its fields.
pub fn fields<const N: usize>(
    fields: [(&'static str, FieldValue); N],
) -> Vec<(&'static str, FieldValue)> {
    fields.into()
}

/// The kind that stands beside `raw` in `table`.
#[inline]
pub fn kind(
    cursor: &Cursor<'_>,
    raw: u128,
    table: &[(u128, MessageType)],
) -> Result<MessageType, Stop> {
    let found = table.iter().find(|(code, _)| *code == raw);
    found
        .map(|(_, kind)| *kind)
        .ok_or_else(|| cursor.fault(Fault::Code { found: raw }))
}

/// A request whose one-way code is set is one-way.
#[inline]
pub fn mark_oneway(metadata: &mut Metadata, is_oneway: bool) {
    if is_oneway && metadata.kind() == MessageType::Request {
        metadata.set_kind(MessageType::OneWay);
    }
}

/// A message whose heartbeat code is set is a ping or a pong.
#[inline]
pub fn mark_heartbeat(metadata: &mut Metadata, is_heartbeat: bool) {
    if is_heartbeat {
        match metadata.kind() {
            MessageType::Request | MessageType::OneWay => metadata.set_kind(MessageType::Ping),
            MessageType::Response | MessageType::Error => metadata.set_kind(MessageType::Pong),
            _ => {}
        }
    }
}

/// A response whose status is not the `ok` code is an error.
#[inline]
pub fn mark_status(metadata: &mut Metadata, is_ok: bool) {
    if matches!(metadata.kind(), MessageType::Response | MessageType::Error) {
        metadata.set_kind(if is_ok {
            metadata.kind()
        } else {
            MessageType::Error
        });
        metadata.set_status(if is_ok {
            ResponseStatus::Ok
        } else {
            ResponseStatus::Error
        });
    }
}

/// Exposes a text; a value that is not UTF-8 stays in the message and is not exposed.
#[inline]
pub fn record_octets(
    metadata: &mut Metadata,
    cursor: &Cursor<'_>,
    key: &'static str,
    value: &[u8],
) {
    if str::from_utf8(value).is_ok() {
        metadata.property(key, cursor.last(value.len()));
    }
}

/// Exposes an entry of the peer's map that has just been read, if its name can be one and its value is UTF-8.
#[inline]
pub fn record_pair(
    metadata: &mut Metadata,
    cursor: &Cursor<'_>,
    key: (Range<usize>, &[u8]),
    value: &[u8],
) {
    if str::from_utf8(key.1).is_ok_and(is_name) && str::from_utf8(value).is_ok() {
        metadata.peer_property(key.0, cursor.last(value.len()));
    }
}

/// Whether a peer's key can name a property. Names go into routes, logs and statistics.
fn is_name(key: &str) -> bool {
    !key.is_empty() && !key.bytes().any(|byte| byte.is_ascii_control())
}

/// The value with these wire bits; zero where there is none.
pub fn from_code<T: Scalar + Default>(raw: u128, bits: u32) -> T {
    T::from_raw(raw, bits).unwrap_or_default()
}

/// Whether a stated number can stand in a field of `bits` bits: as a number of its type or, signed or not, as its bits.
#[must_use]
pub const fn fits(value: i128, bits: u32, signed: bool) -> bool {
    if bits >= 127 {
        return true;
    }
    let min = if signed { -(1 << (bits - 1)) } else { 0 };
    min <= value && value < 1 << bits
}

/// The length of a constant byte array.
#[must_use]
pub const fn array_len<const N: usize>(_: &[u8; N]) -> usize {
    N
}

/// The first `N` bytes, zeros where there are fewer.
pub fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    for (slot, byte) in array.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    array
}

/// Gives `field` the value with these wire bits.
pub fn assign<R: Scalar, T: From<R>>(field: &mut T, raw: u128, bits: u32) {
    if let Some(value) = R::from_raw(raw, bits) {
        *field = value.into();
    }
}

/// Gives `field` the number that `value` spells.
pub fn parse_into<R: Scalar + FromStr, T: From<R>>(
    field: &mut T,
    key: &str,
    value: &str,
    bits: u32,
) -> Result<(), Fault> {
    let parsed: Option<R> = value
        .parse()
        .ok()
        .filter(|parsed: &R| parsed.to_wire(bits).is_some());
    let parsed =
        parsed.ok_or_else(|| cannot_hold(key, "it holds a number of its width, in decimal"))?;
    *field = parsed.into();
    Ok(())
}

/// The text or byte string that `value` spells.
pub fn parse_octets<T: Octets>(key: &str, value: &str, max: usize) -> Result<T, Fault> {
    if value.len() > max {
        return Err(cannot_hold(key, "it is longer than the stated maximum"));
    }
    T::from_octets(value.as_bytes())
}

/// Sets an entry of a map, replacing all of the same name.
pub fn set_pair<K: Octets, V: Octets>(
    map: &mut Vec<(K, V)>,
    (key, key_max): (&str, usize),
    (value, value_max): (&str, usize),
) -> Result<(), Fault> {
    if !is_name(key) {
        return Err(cannot_hold(
            key,
            "its name is empty or has a control character",
        ));
    }
    if key.len() > key_max {
        return Err(cannot_hold(
            key,
            "its name is longer than the stated maximum",
        ));
    }
    let value = parse_octets(key, value, value_max)?;
    let mut value = Some(value);
    map.retain_mut(|(name, old)| {
        if !name.octets().eq_ignore_ascii_case(key.as_bytes()) {
            return true;
        }
        value.take().map(|value| *old = value).is_some()
    });
    if let Some(value) = value {
        map.push((K::from_octets(key.as_bytes())?, value));
    }
    Ok(())
}

/// Removes all entries of a name from a map.
pub fn remove_pair<K: Octets, V>(map: &mut Vec<(K, V)>, key: &str) -> Result<(), Fault> {
    map.retain(|(name, _)| !name.octets().eq_ignore_ascii_case(key.as_bytes()));
    Ok(())
}

/// Puts a number into a request id field.
pub fn set_id_number<R: Scalar, T: From<R>>(
    field: &mut T,
    id: &RequestId,
    bits: u32,
) -> Result<(), Fault> {
    let RequestId::Number(id) = id else {
        return Err(Fault::RequestId);
    };
    let raw = u128::from(*id);
    let fits = bits >= 128 || raw >> bits == 0;
    let value = R::from_raw(raw, bits)
        .filter(|_| fits)
        .ok_or(Fault::RequestId)?;
    *field = value.into();
    Ok(())
}

/// Puts bytes into a request id field.
pub fn set_id_bytes<T: Octets>(field: &mut T, id: &RequestId, max: usize) -> Result<(), Fault> {
    match id {
        RequestId::Bytes(bytes) if bytes.len() <= max => {
            *field = T::from_octets(bytes)?;
            Ok(())
        }
        _ => Err(Fault::RequestId),
    }
}

/// Refuses to set `key`.
pub fn cannot_set(key: &str) -> Result<(), Fault> {
    Err(Fault::CannotSet { key: key.into() })
}

/// Refuses to remove `key`.
pub fn cannot_remove(key: &str) -> Result<(), Fault> {
    Err(Fault::CannotRemove { key: key.into() })
}

fn cannot_hold(key: &str, why: &'static str) -> Fault {
    Fault::CannotHold {
        key: key.into(),
        why,
    }
}
