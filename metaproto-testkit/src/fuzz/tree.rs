//! One thing in a message changed, and all lengths mended; or one length left wrong.

use fastrand::Rng;
use metaproto_codec::Direction;
use metaproto_codec::schema::{Item, NumberKind, Role, Shape, Unit};

use super::octets;
use crate::layout::generate::numbers;
use crate::layout::sites::{self, Site, SiteKind};
use crate::layout::write::{SlotKind, write_with_slots};
use crate::layout::{Message, Override, Value, models, write};

/// The bytes of `message` with one change, mostly a message again.
pub(super) fn changed(mut message: Message, direction: Direction, dice: &mut Rng) -> Vec<u8> {
    let sites = sites::of(&message);
    let arrays: Vec<String> = message.fields.iter().filter_map(array).collect();
    let extensible = message
        .find(|role| matches!(role, Role::HeaderLen { .. }))
        .is_some();
    let choices = sites.len() + arrays.len() + 1 + usize::from(extensible);
    match dice.usize(..choices) {
        index if index < sites.len() => change_site(&mut message, &sites[index], direction, dice),
        index if index < sites.len() + arrays.len() => {
            if let Some(Value::Bytes(bytes)) = message.get_mut(&arrays[index - sites.len()]) {
                // Of another length it would be cut or filled up.
                if let Some(byte) = dice.choice(bytes.iter_mut()) {
                    *byte ^= 1 << dice.u8(..8);
                }
            }
        }
        index if index == sites.len() + arrays.len() => {
            octets::change(&mut message.body, usize::MAX, dice);
        }
        _ => octets::change(&mut message.extension, 64, dice),
    }
    models::settle(&mut message, direction);
    write(&message, &[])
}

/// The bytes of `message` with one length, constant or boolean wrong.
pub(super) fn spoilt(message: &Message, dice: &mut Rng) -> Vec<u8> {
    let (mut bytes, slots) = write_with_slots(message);
    let Some(slot) = dice.choice(&slots) else {
        return bytes;
    };
    let (right, bits) = match slot.kind {
        SlotKind::Length { bits, right, .. } => (right, bits),
        SlotKind::ConstantBits { bits, right }
        | SlotKind::Flag { bits, right }
        | SlotKind::Varint { bits, right, .. }
        | SlotKind::Checksum { bits, right } => (right, bits),
        SlotKind::Constant { .. }
        | SlotKind::Bool
        | SlotKind::Padding { .. }
        | SlotKind::Mark { .. } => {
            if let Some(byte) = bytes.get_mut(slot.offset) {
                *byte ^= 1 << dice.u8(..8);
            }
            return bytes;
        }
    };
    let all = 1_u128
        .checked_shl(u32::try_from(bits).unwrap_or(128))
        .map_or(u128::MAX, |end| end - 1);
    let wrong = match (dice.u8(..6), slot.kind) {
        (0, _) => right.wrapping_add(1),
        (1, _) => right.wrapping_sub(1),
        (2, SlotKind::Length { max, .. }) => max.wrapping_add(u128::from(dice.u8(..2))),
        (3, _) => all,
        (4, _) => right ^ 1_u128.checked_shl(dice.u32(..128)).unwrap_or(1),
        _ => u128::from(dice.u16(..)),
    };
    let path = slot.path.clone();
    write(
        message,
        &[Override {
            path,
            bits: wrong & all,
        }],
    )
}

/// The path of a field of bytes of fixed length that can be anything.
fn array(node: &crate::layout::Node) -> Option<String> {
    let free = matches!(node.field.shape, Shape::Array { .. }) && node.field.constant.is_none();
    free.then(|| node.field.name.to_owned())
}

fn change_site(message: &mut Message, site: &Site, direction: Direction, dice: &mut Rng) {
    let Some(value) = message.get_mut(&site.path) else {
        return;
    };
    match (site.kind, value) {
        (SiteKind::Number { kind, bits, varint }, value) => {
            let raw = number(site, kind, bits, value.number(), dice);
            *value = match varint {
                // Seldom in more bytes than it needs.
                Some(most) if dice.u8(..8) == 0 => Value::Varint {
                    raw,
                    bytes: dice.usize(1..=most.max(1)),
                },
                _ => Value::Number(raw),
            };
        }
        (SiteKind::Octets { text, max, .. }, Value::Bytes(bytes)) => match str::from_utf8(bytes) {
            Ok(old) if text || dice.bool() => *bytes = octets::text(old, max, dice).into_bytes(),
            _ => octets::change(bytes, max, dice),
        },
        (
            SiteKind::List {
                item, max, unit, ..
            },
            Value::List(items),
        ) => {
            let more = items
                .clone()
                .into_iter()
                .chain(models::items(item, 2, direction));
            let other = |value: &mut Value, dice: &mut Rng| change_item(item, value, dice);
            change_elements(items, more.collect(), limit(max, unit), other, dice);
        }
        (
            SiteKind::Map {
                key,
                value,
                max,
                unit,
            },
            Value::Map(pairs),
        ) => {
            let more = pairs
                .clone()
                .into_iter()
                .chain(models::pairs((key, value), 3, direction));
            let other = |(k, v): &mut (Value, Value), dice: &mut Rng| {
                if dice.bool() {
                    change_item(key, k, dice);
                } else {
                    change_item(value, v, dice);
                }
            };
            change_elements(pairs, more.collect(), limit(max, unit), other, dice);
        }
        _ => {}
    }
}

/// How many elements there may be; a limit in bytes is only guessed at.
fn limit(max: usize, unit: Unit) -> usize {
    match unit {
        Unit::Elements => max,
        Unit::Bytes => max / 4,
    }
}

fn change_elements<T: Clone>(
    elements: &mut Vec<T>,
    more: Vec<T>,
    most: usize,
    change: impl Fn(&mut T, &mut Rng),
    dice: &mut Rng,
) {
    let at = dice.usize(..=elements.len());
    match dice.u8(..5) {
        0 if at < elements.len() => drop(elements.remove(at)),
        1 if elements.len() > 1 => dice.shuffle(elements),
        2 | 3 if at < elements.len() => change(&mut elements[at], dice),
        _ if elements.len() < most && !more.is_empty() => {
            // Seldom several at once: some mistakes need many.
            let count = if dice.u8(..4) == 0 { 8 } else { 1 };
            for _ in 0..count.min(most - elements.len()) {
                let Some(mut new) = dice.choice(&more).cloned() else {
                    break;
                };
                if dice.bool() {
                    change(&mut new, dice);
                }
                elements.insert(at, new);
            }
        }
        _ => elements.clear(),
    }
}

fn change_item(item: &Item, value: &mut Value, dice: &mut Rng) {
    match (item, value) {
        (Item::Number(_) | Item::Varint(_), Value::Number(raw)) => *raw = u128::from(dice.u64(..)),
        (Item::Octets { max, .. }, Value::Bytes(bytes)) => match str::from_utf8(bytes) {
            Ok(old) if dice.u8(..8) > 0 => {
                *bytes = octets::text(old, (*max).min(300), dice).into_bytes();
            }
            _ => octets::change(bytes, *max, dice),
        },
        _ => {}
    }
}

fn number(site: &Site, kind: NumberKind, bits: usize, old: u128, dice: &mut Rng) -> u128 {
    let listed = numbers(site, kind, bits);
    let is_code = site.closed;
    let choice = dice.choice(&listed).map_or(0, |(_, raw)| *raw);
    match dice.u8(..8) {
        0..4 => choice,
        // A code that is not listed is no message: seldom.
        4..7 if is_code || kind == NumberKind::Bool => choice,
        4 => old.wrapping_add(1),
        5 => old.wrapping_sub(1),
        6 => old ^ 1_u128.checked_shl(dice.u32(..128)).unwrap_or(1),
        _ => u128::from(dice.u64(..)) << dice.u8(..64),
    }
}
