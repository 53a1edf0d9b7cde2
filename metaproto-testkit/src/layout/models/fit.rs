//! Values that their lengths can tell.

use metaproto_codec::schema::{Field, Length, Shape, Unit};

use crate::layout::measure;
use crate::layout::tree::Value;
use crate::layout::write::item_size;

/// Of `bytes`, as many as a text or byte string can have that ends like this.
pub(crate) fn octets(length: &Length, mut bytes: Vec<u8>, max: usize) -> Vec<u8> {
    match length {
        Length::Until(mark) => bytes.retain(|byte| mark.first() != Some(byte)),
        Length::Padded { bytes: most, pad } => {
            bytes.truncate(*most);
            while bytes.last() == Some(pad) {
                bytes.pop();
            }
            return bytes;
        }
        _ => {}
    }
    bytes.truncate(max);
    let fitting = (0..=bytes.len()).rev().find(|len| tells(length, *len));
    match fitting {
        Some(len) => bytes.truncate(len),
        // The offset may demand more.
        None => bytes.resize(least(length).min(max), b'x'),
    }
    bytes
}

/// Whether the value of a list or map is within its maximum, and its length can be told.
pub(super) fn elements_fit(field: &Field, value: &Value) -> bool {
    let Some(length) = measure::length_of(&field.shape) else {
        return true;
    };
    let count = match (&field.shape, value) {
        (
            Shape::List {
                item,
                unit: Unit::Bytes,
                ..
            },
            Value::List(items),
        ) => items.iter().map(|value| item_size(item, value)).sum(),
        (
            Shape::Map {
                key: k,
                value: v,
                unit: Unit::Bytes,
                ..
            },
            Value::Map(pairs),
        ) => pairs
            .iter()
            .map(|(key, value)| item_size(k, key) + item_size(v, value))
            .sum(),
        _ => measure::elements(value),
    };
    count <= field.max.unwrap_or(0) && tells(length, count)
}

/// Whether a number can state this length.
fn tells(length: &Length, count: usize) -> bool {
    let (scale, offset) = scale(length);
    let scaled = (count as i128).saturating_sub(offset.into());
    scaled >= 0 && scaled % i128::from(scale.max(1)) == 0
}

/// The least length that a number can state.
fn least(length: &Length) -> usize {
    usize::try_from(scale(length).1).unwrap_or(0)
}

fn scale(length: &Length) -> (u64, i64) {
    match length {
        Length::Prefix(prefix) => (prefix.scale, prefix.offset),
        Length::Field { scale, offset, .. } => (*scale, *offset),
        _ => (1, 0),
    }
}
