//! Messages for tests, from the schema alone.

use metaproto_codec::schema::{Item, NumberKind, Role, Schema, Unit};
use metaproto_codec::Direction;

use super::cases::{Cases, Generated};
use super::sites::{self, Site, SiteKind};
use super::tree::{Message, Value};
use super::write::write;
use super::{bits, measure, models, near};

/// Messages that travel in `direction`: valid ones that reach every corner of the schema, and ones with a single
/// mistake. `effort` above 1 adds `20 * effort` random ones.
///
/// The same schema gives the same bytes at every run, each only once.
#[must_use]
pub fn generate(schema: &Schema, direction: Direction, effort: usize) -> Vec<Generated> {
    let mut cases = Cases::new(schema, direction);
    let lean = models::lean(schema, direction);
    let rich = models::rich(schema, direction);
    cases.valid("a typical message", write(&rich, &[]));
    cases.valid("a message with nothing in it", write(&lean, &[]));
    for site in sites::of(&rich) {
        vary(&mut cases, &site, &lean, &rich);
    }
    vary_rest(&mut cases, &rich);
    near::make(&mut cases, &rich);
    if effort > 1 {
        random(&mut cases, &rich, 20 * effort);
    }
    cases.into_cases()
}

/// `message` with another value at `path`.
pub(super) fn with(message: &Message, path: &str, value: Value) -> Option<Message> {
    let mut message = message.clone();
    message.set(path, value)?;
    Some(message)
}

fn vary(cases: &mut Cases<'_>, site: &Site, lean: &Message, rich: &Message) {
    let path = &site.path;
    // Long values have more room in a message that has little else.
    let base = if lean.get(path).is_some() { lean } else { rich };
    let direction = cases.direction();
    let mut put = |base: &Message, label: String, value: Value| {
        if let Some(message) = with(base, path, value) {
            cases.valid(format!("`{path}`{label}"), write(&message, &[]));
        }
    };
    match site.kind {
        SiteKind::Number { kind, bits } => {
            for (name, raw) in numbers(site.roles, kind, bits) {
                put(rich, format!(" = {name}"), Value::Number(raw));
            }
        }
        SiteKind::Octets { text, max } => {
            for size in sizes(max, 1) {
                let bytes = models::text(size);
                put(base, format!(": {size} bytes"), Value::Bytes(bytes));
            }
            for (name, word) in WORDS.iter().filter(|_| text) {
                if word.len() <= max {
                    put(rich, format!(": {name}"), Value::Bytes(word.as_bytes().into()));
                }
            }
        }
        SiteKind::List { item, max, unit } => {
            let (least, most) = models::item_range(item);
            for size in sizes(max, unit_bytes(unit, least)) {
                let (label, items) = match unit {
                    Unit::Elements => {
                        let items = models::items(item, size, direction);
                        (format!(": {size} items"), items)
                    }
                    Unit::Bytes => {
                        let make = |size| models::item_of(item, size, direction);
                        let items = models::filling(size, least, most, make);
                        let bytes: usize = items.iter().map(|it| measure::item(item, it)).sum();
                        (format!(": {bytes} bytes of items"), items)
                    }
                };
                put(base, label, Value::List(items));
            }
        }
        SiteKind::Map {
            key,
            value,
            max,
            unit,
        } => {
            for (label, pairs) in pair_sizes(key, value, max, unit, direction) {
                put(base, label, Value::Map(pairs));
            }
            for (label, pairs) in pair_words(key, value) {
                put(rich, label, Value::Map(pairs));
            }
        }
    }
}

/// What lies outside the fields, or in several of them.
fn vary_rest(cases: &mut Cases<'_>, rich: &Message) {
    let schema = cases.schema();
    let body_max = schema.find(|role| matches!(role, Role::BodyLen { .. })).and_then(|field| field.max);
    let mut lengths = vec![0, 1, 13, 300];
    lengths.extend(body_max.filter(|max| *max <= SMALL).iter().flat_map(|max| [max.saturating_sub(1), *max]));
    for length in lengths {
        let mut message = rich.clone();
        message.body = models::body(length);
        cases.valid(format!("a body of {length} bytes"), write(&message, &[]));
    }
    if rich.find(|role| matches!(role, Role::HeaderLen { .. })).is_some() {
        for length in [1, 4, 13, 300] {
            let mut message = rich.clone();
            message.extension = models::body(length);
            let label = format!("{length} bytes of header that no field knows");
            cases.valid(label, write(&message, &[]));
        }
    }
    let mut reserved = rich.clone();
    for node in &mut reserved.fields {
        if node.field.roles.contains(&Role::Reserved) {
            match &mut node.value {
                Value::Number(raw) => {
                    *raw = match node.field.shape.number_kind() {
                        Some(NumberKind::Bool) => 1,
                        _ => bits::mask(node.field.shape.bits().unwrap_or(128)),
                    };
                }
                Value::Bytes(bytes) => bytes.fill(0xFF),
                _ => {}
            }
        }
    }
    cases.valid("reserved bits set", write(&reserved, &[]));
}

fn random(cases: &mut Cases<'_>, rich: &Message, count: usize) {
    let mut dice = Dice(0x6D65_7461);
    let direction = cases.direction();
    let extensible = rich.find(|role| matches!(role, Role::HeaderLen { .. })).is_some();
    for round in 0..count {
        let mut message = rich.clone();
        for site in sites::of(rich) {
            if dice.below(3) > 0 {
                let value = random_value(&mut dice, &site, direction);
                message.set(&site.path, value);
            }
        }
        let length = dice.below(64);
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
        SiteKind::Number { kind, bits } => {
            let choice = numbers(site.roles, kind, bits);
            let coded = site.roles.iter().any(|role| matches!(role, Role::MessageType(_)));
            let raw = if coded || kind == NumberKind::Bool || dice.below(2) == 0 {
                choice.get(dice.below(choice.len())).map_or(0, |(_, raw)| *raw)
            } else {
                u128::from(dice.next()) << 64 | u128::from(dice.next())
            };
            Value::Number(raw & bits::mask(bits))
        }
        SiteKind::Octets { max, .. } => {
            let length = dice.below(max.min(24) + 1);
            Value::Bytes(dice.word(length))
        }
        SiteKind::List { item, max, unit } => {
            let least = models::item_range(item).0;
            let count = dice.below(max.min(4) / unit_bytes(unit, 1) + 1);
            let most = if unit == Unit::Bytes { max / least.max(1) } else { max };
            Value::List(models::items(item, count.min(most), direction))
        }
        SiteKind::Map { key, value, max, .. } => {
            let mut pairs = models::pairs((key, value), dice.below(max.min(4) + 1), direction);
            for (name, text) in &mut pairs {
                for (item, value) in [(key, name), (value, text)] {
                    if let Item::Octets { prefix, .. } = item {
                        let length = dice.below(prefix.max.min(12) + 1);
                        *value = Value::Bytes(dice.word(length));
                    }
                }
            }
            Value::Map(pairs)
        }
    }
}

/// Lengths up to this maximum are tried at their maximum, bytes.
const SMALL: usize = 4096;

/// Texts of every width of UTF-8.
const WORDS: [(&str, &str); 4] = [
    ("ASCII", "zone/blue 42"),
    ("2-byte UTF-8", "\u{e9}"),
    ("3-byte UTF-8", "\u{6f22}"),
    ("4-byte UTF-8", "\u{1f600}"),
];

/// Sizes to try where `max` units of at least `bytes` bytes are allowed.
fn sizes(max: usize, bytes: usize) -> Vec<usize> {
    let mut sizes = if max.saturating_mul(bytes) <= SMALL {
        vec![0, 1, 2, max.saturating_sub(1), max]
    } else {
        vec![0, 1, 127, 128, 255, 256, 300]
    };
    sizes.retain(|size| *size <= max);
    sizes
}

fn unit_bytes(unit: Unit, least: usize) -> usize {
    match unit {
        Unit::Bytes => 1,
        Unit::Elements => least,
    }
}

/// Numbers to try, with names: codes where they are listed, and else the ends of the range.
fn numbers(roles: &[Role], kind: NumberKind, bits: usize) -> Vec<(String, u128)> {
    let mut numbers: Vec<(String, u128)> = Vec::new();
    let mut any = true;
    for role in roles {
        let mut code = |name: &str, code: u128| numbers.push((format!("{name} ({code})"), code));
        match role {
            Role::MessageType(codes) => {
                any = false;
                codes.iter().for_each(|(raw, kind)| code(kind.as_str(), *raw));
            }
            Role::OneWay(raw) => code("oneway", *raw),
            Role::Heartbeat(raw) => code("heartbeat", *raw),
            Role::Status { ok, other, errors } => {
                code("ok", *ok);
                code("other", *other);
                errors.iter().for_each(|(raw, error)| code(error.as_str(), *raw));
            }
            _ => {}
        }
    }
    if any {
        numbers.extend([("0".into(), 0), ("1".into(), 1)]);
    }
    if any && kind != NumberKind::Bool {
        let sign = 1_u128 << (bits.clamp(1, 128) - 1);
        numbers.extend([
            ("all bits set".into(), bits::mask(bits)),
            ("the sign bit".into(), sign),
            ("the sign bit - 1".into(), sign - 1),
        ]);
    }
    numbers
}

type Pairs = Vec<(Value, Value)>;

fn pair_sizes(
    key: &'static Item,
    value: &'static Item,
    max: usize,
    unit: Unit,
    direction: Direction,
) -> Vec<(String, Pairs)> {
    let ((key_least, key_most), (value_least, value_most)) =
        (models::item_range(key), models::item_range(value));
    let least = key_least.saturating_add(value_least);
    let most = key_most.saturating_add(value_most);
    let make = |size: usize| {
        let of_value = size.saturating_sub(key_least + 1).clamp(value_least, value_most.max(value_least));
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
                .map(|(k, v)| measure::item(key, k) + measure::item(value, v))
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
fn pair_words(key: &Item, value: &Item) -> Vec<(String, Pairs)> {
    let (Item::Octets { prefix: key, .. }, Item::Octets { prefix: value, .. }) = (key, value) else {
        return Vec::new();
    };
    let cases: [(&str, &[(&str, &str)]); 10] = [
        ("an empty value", &[("zone", "")]),
        ("2-byte UTF-8", &[("n\u{e9}", "\u{e9}")]),
        ("3-byte UTF-8", &[("\u{6f22}", "\u{5b57}")]),
        ("4-byte UTF-8", &[("\u{1f600}", "\u{1f600}")]),
        ("an empty key", &[("", "blue"), ("zone", "red")]),
        ("a key with control characters", &[("a\0\r\nb", "1"), ("zone", "red")]),
        ("a value with control characters", &[("zone", "a\0\r\nb")]),
        ("keys that differ in case", &[("zone", "blue"), ("Zone", "red")]),
        ("a key twice", &[("zone", "blue"), ("zone", "red")]),
        ("a host's own key", &[("x-request-id", "1")]),
    ];
    let fits = |(k, v): &(&str, &str)| k.len() <= key.max && v.len() <= value.max;
    let bytes = |word: &str| Value::Bytes(word.as_bytes().to_vec());
    cases
        .into_iter()
        .filter(|(_, pairs)| pairs.iter().all(fits))
        .map(|(name, pairs)| {
            let pairs = pairs.iter().map(|(k, v)| (bytes(k), bytes(v))).collect();
            (format!(": {name}"), pairs)
        })
        .collect()
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
