//! Valid messages that nobody thought of, the same at every run.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Item, NumberKind, Role, Unit};

use super::cases::Cases;
use super::generate::{numbers, unit_bytes};
use super::sites::{self, Site, SiteKind};
use super::tree::{Message, Value};
use super::write::write;
use super::{bits, measure, models};

/// Adds messages with something random in about two of three places; those that are valid.
pub(super) fn make(cases: &mut Cases<'_>, rich: &Message, count: usize) {
    let mut dice = Dice(0x6D65_7461);
    let direction = cases.direction();
    let extensible = rich
        .find(|role| matches!(role, Role::HeaderLen { .. }))
        .is_some();
    let bodiless = measure::has_no_body(cases.schema());
    for round in 0..count {
        let mut message = rich.clone();
        for site in sites::of(rich) {
            if dice.below(3) > 0 {
                let value = random_value(&mut dice, &site, direction);
                message.set(&site.path, value);
            }
        }
        models::settle(&mut message, direction);
        let length = if bodiless { 0 } else { dice.below(64) };
        message.body = dice.bytes(length);
        if extensible && dice.below(2) == 0 {
            let length = dice.below(8);
            message.extension = dice.bytes(length);
        }
        cases.valid(format!("random {round}"), write(&message, &[]));
    }
}

fn random_value(dice: &mut Dice, site: &Site, direction: Direction) -> Value {
    match site.kind {
        SiteKind::Number { kind, bits, .. } => {
            let choice = numbers(site, kind, bits);
            let raw = if site.closed || kind == NumberKind::Bool || dice.below(2) == 0 {
                choice
                    .get(dice.below(choice.len()))
                    .map_or(0, |(_, raw)| *raw)
            } else {
                u128::from(dice.next()) << 64 | u128::from(dice.next())
            };
            Value::Number(raw & bits::mask(bits))
        }
        SiteKind::Octets { max, length, .. } => {
            let bytes = dice.below(max.min(24) + 1);
            Value::Bytes(models::octets(&length, dice.word(bytes), max))
        }
        SiteKind::List {
            item, max, unit, ..
        } => {
            let least = models::item_range(item).0;
            let count = dice.below(max.min(4) / unit_bytes(unit, 1) + 1);
            let most = if unit == Unit::Bytes {
                max / least.max(1)
            } else {
                max
            };
            Value::List(models::items(item, count.min(most), direction))
        }
        SiteKind::Map {
            key, value, max, ..
        } => {
            let mut pairs = models::pairs((key, value), dice.below(max.min(4) + 1), direction);
            for (name, text) in &mut pairs {
                for (item, value) in [(key, name), (value, text)] {
                    if let Item::Octets { max, length, .. } = item {
                        let bytes = dice.below((*max).min(12) + 1);
                        *value = Value::Bytes(models::octets(length, dice.word(bytes), *max));
                    }
                }
            }
            Value::Map(pairs)
        }
    }
}

/// A small generator of numbers that are the same at every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = (end as u64).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// ASCII that can be seen.
    fn word(&mut self, length: usize) -> Vec<u8> {
        let mut letters = (b' '..=b'~').cycle();
        (0..length)
            .map(|_| letters.nth(self.below(95)).unwrap_or(b' '))
            .collect()
    }
}
