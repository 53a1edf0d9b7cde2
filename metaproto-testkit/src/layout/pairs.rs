//! Maps to try.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Item, Unit};

use super::generate::{sizes, unit_bytes};
use super::tree::Value;
use super::write::item_size;
use super::{measure, models};

type Pairs = Vec<(Value, Value)>;

/// Maps of sizes up to `max`.
pub(super) fn of_sizes(
    key: &'static Item,
    value: &'static Item,
    max: usize,
    unit: Unit,
    direction: Direction,
) -> Vec<(String, Pairs)> {
    let ((key_least, key_most), (value_least, value_most)) =
        (models::item_range(key), models::item_range(value));
    let least = measure::least_pair(key, value);
    let most = key_most.saturating_add(value_most);
    let make = |size: usize| {
        let of_value = size
            .saturating_sub(key_least + 1)
            .clamp(value_least, value_most.max(value_least));
        let of_key = size.saturating_sub(of_value);
        (
            models::item_of(key, of_key, direction),
            models::item_of(value, size.saturating_sub(of_key), direction),
        )
    };
    let case = |size: usize| match unit {
        Unit::Elements => (
            format!(": {size} pairs"),
            models::pairs((key, value), size, direction),
        ),
        Unit::Bytes => {
            let pairs = models::filling(size, least, most, make);
            let bytes: usize = pairs
                .iter()
                .map(|(k, v)| item_size(key, k) + item_size(value, v))
                .sum();
            (format!(": {bytes} bytes of pairs"), pairs)
        }
    };
    sizes(max, unit_bytes(unit, least))
        .into_iter()
        .map(case)
        .collect()
}

/// Pairs with names and values that hosts meet, and some that they must withstand.
pub(super) fn of_words(key: &Item, value: &Item) -> Vec<(String, Pairs)> {
    let (
        Item::Octets {
            max: key,
            length: key_length,
            ..
        },
        Item::Octets {
            max: value,
            length: value_length,
            ..
        },
    ) = (key, value)
    else {
        return Vec::new();
    };
    let cases: [(&str, &[(&str, &str)]); 10] = [
        ("an empty value", &[("zone", "")]),
        ("2-byte UTF-8", &[("n\u{e9}", "\u{e9}")]),
        ("3-byte UTF-8", &[("\u{6f22}", "\u{5b57}")]),
        ("4-byte UTF-8", &[("\u{1f600}", "\u{1f600}")]),
        ("an empty key", &[("", "blue"), ("zone", "red")]),
        (
            "a key with control characters",
            &[("a\0\r\nb", "1"), ("zone", "red")],
        ),
        ("a value with control characters", &[("zone", "a\0\r\nb")]),
        (
            "keys that differ in case",
            &[("zone", "blue"), ("Zone", "red")],
        ),
        ("a key twice", &[("zone", "blue"), ("zone", "red")]),
        ("a host's own key", &[("x-request-id", "1")]),
    ];
    let fits = |(k, v): &(&str, &str)| k.len() <= *key && v.len() <= *value;
    let bytes = |word: &str, length, max| {
        Value::Bytes(models::octets(length, word.as_bytes().to_vec(), max))
    };
    cases
        .into_iter()
        .filter(|(_, pairs)| pairs.iter().all(fits))
        .map(|(name, pairs)| {
            let pairs = pairs
                .iter()
                .map(|(k, v)| (bytes(k, key_length, *key), bytes(v, value_length, *value)))
                .collect();
            (format!(": {name}"), pairs)
        })
        .collect()
}
