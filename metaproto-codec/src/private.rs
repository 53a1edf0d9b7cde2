//! What generated code calls, beside `wire`. Not part of the API: it may change with any release.

use std::ops::Range;
use std::str::FromStr;

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

pub use bytes::Bytes;

pub use crate::codec::DefaultCodec;
pub use crate::codes::Code;
pub use crate::declared::{Declared, declared};
pub use crate::fixed::{Value as FixedValue, number as fixed_number, write as write_fixed};
pub use crate::header::Owning;
use crate::metadata::is_name;
pub use crate::patch::{Patch, Place};
use crate::wire::{Octets, Order, OwnedOctets, Scalar, Sizes, Text, Writer, ends_early, is_text};
use crate::{
    Choice, CodecError, Fault, FieldValue, MessageType, Metadata, Part, RequestId, ResponseStatus,
};

/// Collects what a header shows of its fields.
pub fn fields<const N: usize>(
    fields: [(&'static str, FieldValue); N],
) -> Vec<(&'static str, FieldValue)> {
    fields.into()
}

/// The `W` of `bytes` from `start` on, which are within them.
#[inline]
#[must_use]
pub fn at<const W: usize, const N: usize>(bytes: &[u8; N], start: usize) -> [u8; W] {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or([0; W])
}

/// Puts `value` into `bytes` from `start` on, where there is room for it.
#[inline]
pub fn put<const W: usize, const N: usize>(bytes: &mut [u8; N], start: usize, value: [u8; W]) {
    let rest = bytes.get_mut(start..).unwrap_or_default();
    if let Some(place) = rest.first_chunk_mut() {
        *place = value;
    }
}

/// A value as it is shown to people and tools.
pub trait Show {
    /// The value.
    fn show(&self) -> FieldValue;
}

macro_rules! show {
    ($($type:ty => |$this:ident| $value:expr;)*) => {$(
        impl Show for $type {
            fn show(&self) -> FieldValue {
                let $this = self;
                $value
            }
        }
    )*};
}
show! {
    bool => |this| FieldValue::Bool(*this);
    u8 => |this| FieldValue::Unsigned((*this).into());
    u16 => |this| FieldValue::Unsigned((*this).into());
    u32 => |this| FieldValue::Unsigned((*this).into());
    u64 => |this| FieldValue::Unsigned((*this).into());
    u128 => |this| FieldValue::Unsigned(*this);
    i8 => |this| FieldValue::Signed((*this).into());
    i16 => |this| FieldValue::Signed((*this).into());
    i32 => |this| FieldValue::Signed((*this).into());
    i64 => |this| FieldValue::Signed((*this).into());
    i128 => |this| FieldValue::Signed(*this);
    f32 => |this| FieldValue::Float((*this).into());
    f64 => |this| FieldValue::Float(*this);
    str => |this| FieldValue::Text(this.to_owned());
    String => |this| FieldValue::Text(this.clone());
    Text => |this| FieldValue::Text(this.as_str().to_owned());
    [u8] => |this| FieldValue::Bytes(this.to_vec());
    Vec<u8> => |this| FieldValue::Bytes(this.clone());
    Bytes => |this| FieldValue::Bytes(this.to_vec());
}

impl<const N: usize> Show for [u8; N] {
    fn show(&self) -> FieldValue {
        FieldValue::Bytes(self.to_vec())
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn show(&self) -> FieldValue {
        T::show(self)
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> FieldValue {
        self.as_ref().map_or(FieldValue::Absent, Show::show)
    }
}

/// A part as it is shown.
pub fn show_part(part: &impl Part) -> FieldValue {
    FieldValue::Header(part.fields())
}

/// A choice as it is shown.
pub fn show_choice(choice: &impl Choice) -> FieldValue {
    FieldValue::Header(choice.fields())
}

/// The bytes that only the author's functions understand, as they are shown.
pub fn show_bytes(write: impl FnOnce(&mut Writer<'_>) -> Result<(), CodecError>) -> FieldValue {
    let mut bytes = Vec::new();
    let written = write(&mut Writer::unmeasured(&mut bytes));
    written.map_or(FieldValue::Absent, |()| FieldValue::Bytes(bytes))
}

/// Appends what `write` writes to `bytes`, for the sample of a custom field.
pub fn sample(bytes: &mut Vec<u8>, write: impl FnOnce(&mut Writer<'_>) -> Result<(), CodecError>) {
    let before = bytes.len();
    if write(&mut Writer::unmeasured(bytes)).is_err() {
        bytes.truncate(before);
    }
}

/// Lets a field come or go; one that stays is left as it is.
pub fn settle<T>(place: &mut Option<T>, wanted: bool, make: impl FnOnce() -> T) {
    if wanted != place.is_some() {
        *place = wanted.then(make);
    }
}

/// A value of which the reader has made sure that its bytes spell one.
pub fn owned<T: OwnedOctets + Default>(octets: &impl Octets, message: Option<&Bytes>) -> T {
    T::from_octets(octets.octets(), message).unwrap_or_default()
}

/// The kind that stands beside `raw` in `table`, where reading has made sure that there is one. Where errors have a code
/// of their own, it is the status, too.
#[inline]
pub fn mark_kind(metadata: &mut Metadata, raw: u128, table: &[(u128, MessageType)]) {
    if let Some((_, kind)) = table.iter().find(|(code, _)| *code == raw) {
        metadata.set_kind(*kind);
        match kind {
            MessageType::Error => metadata.set_status(ResponseStatus::Error),
            MessageType::Response if table.iter().any(|(_, kind)| *kind == MessageType::Error) => {
                metadata.set_status(ResponseStatus::Ok);
            }
            _ => {}
        }
    }
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
    metadata.set_outcome(is_ok);
}

/// Where `part` lies in `message`; nowhere reads as empty.
#[inline]
#[must_use]
pub fn range(message: &[u8], part: &[u8]) -> Range<usize> {
    crate::metadata::range(message, part)
}

/// Exposes a text; a value that is not UTF-8 stays in the message and is not exposed.
#[inline]
pub fn record_octets(
    metadata: &mut Metadata,
    message: &[u8],
    key: &'static str,
    value: &impl Octets,
) {
    let value = value.octets();
    if is_text(value) {
        metadata.property(key, range(message, value));
    }
}

/// Exposes an entry of the peer's map, if its name can be one and its value is UTF-8.
#[inline]
pub fn record_pair(
    metadata: &mut Metadata,
    message: &[u8],
    key: &impl Octets,
    value: &impl Octets,
) {
    metadata.peer_entry(message, key.octets(), value.octets());
}

/// Whether a message of this kind is known.
#[inline]
#[must_use]
pub fn is_known(raw: u128, table: &[(u128, MessageType)]) -> bool {
    table.iter().any(|(code, _)| *code == raw)
}

/// The size that a length states, if it is one that can be.
#[inline]
#[must_use]
pub fn size(found: u128, offset: i128, min: usize, max: usize) -> Option<usize> {
    let length = if offset == 0 {
        usize::try_from(found).ok()?
    } else {
        usize::try_from(i128::try_from(found).ok()?.checked_add(offset)?).ok()?
    };
    (min <= length && length <= max).then_some(length)
}

/// The sizes of a message, of whose `header` bytes those `before` are not in the stated length; if it can be one.
#[inline]
#[must_use]
pub fn sizes(found: u128, offset: i128, max: usize, before: usize, header: usize) -> Option<Sizes> {
    let length = size(found, offset, header.saturating_sub(before), max)?;
    let frame = before.saturating_add(length);
    Some(Sizes::new(header, frame.saturating_sub(header), 0))
}

/// The number that states a length, if it can be stated.
#[inline]
#[must_use]
pub fn number(length: usize, offset: i128, max: usize, scale: u64, bits: u32) -> Option<u128> {
    let number = u128::try_from((length as i128).checked_sub(offset)?).ok()?;
    let scale = u128::from(scale);
    let fits = bits >= 128 || (number / scale) >> bits == 0;
    (length <= max && number % scale == 0 && fits).then_some(number / scale)
}

/// The low `N` bytes of `raw`, in order.
#[inline]
#[must_use]
pub fn stored<const N: usize>(raw: u128, order: Order) -> [u8; N] {
    let mut bytes = [0; N];
    order.store(raw, &mut bytes);
    bytes
}

/// The tag of what was chosen, or another where there is nothing.
pub fn tag<C: Choice>(choice: Option<&C>, otherwise: u128) -> u128 {
    choice.map_or(otherwise, C::tag)
}

/// The least of some sizes.
#[must_use]
pub const fn least(sizes: &[usize]) -> usize {
    let mut least = usize::MAX;
    let mut rest = sizes;
    while let [first, more @ ..] = rest {
        if *first < least {
            least = *first;
        }
        rest = more;
    }
    least
}

/// The most of some sizes.
#[must_use]
pub const fn most(sizes: &[usize]) -> usize {
    let mut most = 0;
    let mut rest = sizes;
    while let [first, more @ ..] = rest {
        if *first > most {
            most = *first;
        }
        rest = more;
    }
    most
}

/// Whether a number of `bits` bits, times `scale`, plus `offset`, can be as large as `max`.
#[must_use]
pub const fn can_say(max: usize, bits: u32, scale: u64, offset: i128) -> bool {
    bits >= 64 || max as i128 <= ((1i128 << bits) - 1) * scale as i128 + offset
}

/// Whether all numbers of `bits` bits, times `scale`, lie within a type.
#[must_use]
pub const fn fits_scaled(bits: u32, scale: u64, min: i128, max: i128) -> bool {
    if bits > 64 {
        return false;
    }
    let scale = scale as i128;
    if min < 0 {
        let half = 1i128 << (bits - 1);
        return -half * scale >= min && (half - 1) * scale <= max;
    }
    ((1i128 << bits) - 1) * scale <= max
}

/// How a text or byte string ends, and so what it cannot hold.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// Where its length says: it can hold anything.
    Length,
    /// At these bytes.
    Mark(&'static [u8]),
    /// Before as many of these bytes as stand at its end.
    Pad(u8),
}

impl Ending {
    fn check(self, key: &str, value: &[u8]) -> Result<(), Fault> {
        let cut = match self {
            Self::Length => false,
            Self::Mark(mark) => ends_early(value, mark),
            Self::Pad(pad) => value.last() == Some(&pad),
        };
        if cut {
            return Err(cannot_hold(key, "it holds the bytes that would end it"));
        }
        Ok(())
    }
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

/// A value of nothing: no text, no bytes, no items.
#[must_use]
pub fn empty<T: Default>() -> T {
    T::default()
}

/// Whether `value` is an unsigned number of `bits` bits, at most 64.
#[must_use]
pub const fn fits_unsigned(value: i128, bits: u32) -> bool {
    value >= 0 && value < 1 << bits
}

/// Whether a length of `bits` bits can hold `null`, signed or not, and never does for a value of at most `max`.
#[must_use]
pub const fn is_no_length(null: i128, bits: u32, scale: u64, offset: i128, max: usize) -> bool {
    if !fits(null, bits, true) && !fits(null, bits, false) {
        return false;
    }
    let raw = if null < 0 { null + (1 << bits) } else { null };
    let length = raw * scale as i128 + offset;
    length < 0 || length > max as i128
}

/// Whether a field of `bits` bits can hold every tag of a choice.
#[must_use]
pub const fn tags_fit<C: crate::Choice>(bits: u32) -> bool {
    let mut index = 0;
    while index < C::ALTERNATIVES.len() {
        if bits < 128 && C::ALTERNATIVES[index].tag >> bits != 0 {
            return false;
        }
        index += 1;
    }
    true
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
pub fn parse_octets<T: OwnedOctets>(
    key: &str,
    value: &str,
    max: usize,
    ending: Ending,
) -> Result<T, Fault> {
    ending.check(key, value.as_bytes())?;
    if value.len() > max {
        return Err(cannot_hold(key, "it is longer than the stated maximum"));
    }
    T::from_octets(value.as_bytes(), None)
}

/// Sets an entry of a map, replacing all of the same name.
pub fn set_pair<K: OwnedOctets, V: OwnedOctets>(
    map: &mut Vec<(K, V)>,
    (key, key_max, key_ending): (&str, usize, Ending),
    (value, value_max, value_ending): (&str, usize, Ending),
) -> Result<(), Fault> {
    if !is_name(key.as_bytes()) {
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
    key_ending.check(key, key.as_bytes())?;
    let value = parse_octets(key, value, value_max, value_ending)?;
    let mut value = Some(value);
    map.retain_mut(|(name, old)| {
        if !name.octets().eq_ignore_ascii_case(key.as_bytes()) {
            return true;
        }
        value.take().map(|value| *old = value).is_some()
    });
    if let Some(value) = value {
        map.push((K::from_octets(key.as_bytes(), None)?, value));
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
    put_bits::<R, T>(field, *id, bits).ok_or(Fault::RequestId)
}

/// Puts a number into a stream id field.
pub fn set_stream_id<R: Scalar, T: From<R>>(
    field: &mut T,
    id: u64,
    bits: u32,
) -> Result<(), Fault> {
    put_bits::<R, T>(field, id, bits).ok_or(Fault::StreamId)
}

/// Gives the field these wire bits, if it is as wide.
fn put_bits<R: Scalar, T: From<R>>(field: &mut T, id: u64, bits: u32) -> Option<()> {
    let raw = u128::from(id);
    let fits = bits >= 128 || raw >> bits == 0;
    *field = R::from_raw(raw, bits).filter(|_| fits)?.into();
    Some(())
}

/// Puts bytes into a request id field.
pub fn set_id_bytes<T: OwnedOctets>(
    field: &mut T,
    id: &RequestId,
    max: usize,
) -> Result<(), Fault> {
    match id {
        RequestId::Bytes(bytes) if bytes.len() <= max => {
            *field = T::from_octets(bytes, None)?;
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
