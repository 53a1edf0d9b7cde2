//! Messages for tests, from the schema alone.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Item, NumberKind, Role, Schema, Unit};

use super::cases::{Cases, Generated};
use super::sites::{self, Site, SiteKind};
use super::tree::{Message, Value};
use super::write::write;
use super::{bits, measure, models, near, random};

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
    vary_codes(&mut cases, &rich);
    vary_rest(&mut cases, &rich);
    near::make(&mut cases, &rich);
    near::make(&mut cases, &lean);
    if effort > 1 {
        random::make(&mut cases, &rich, 20 * effort);
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
    let direction = cases.direction();
    let mut put = |label: String, value: Value| {
        // A long value may have room only in a message that has little else.
        for base in [rich, lean] {
            let label = format!("`{path}`{label}");
            let message = with(base, path, value.clone());
            if message.is_some_and(|message| cases.valid(label, write(&message, &[]))) {
                break;
            }
        }
    };
    match site.kind {
        SiteKind::Number { kind, bits } => {
            let all = numbers(site.roles, kind, bits);
            for (name, raw) in all.into_iter().chain(neighbours(site.roles, bits)) {
                put(format!(" = {name}"), Value::Number(raw));
            }
        }
        SiteKind::Octets { text, max } => {
            for size in sizes(max, 1) {
                let bytes = models::text(size);
                put(format!(": {size} bytes"), Value::Bytes(bytes));
            }
            for (name, word) in WORDS.iter().filter(|_| text) {
                if word.len() <= max {
                    put(format!(": {name}"), Value::Bytes(word.as_bytes().into()));
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
                put(label, Value::List(items));
            }
        }
        SiteKind::Map {
            key,
            value,
            max,
            unit,
        } => {
            for (label, pairs) in pair_sizes(key, value, max, unit, direction) {
                put(label, Value::Map(pairs));
            }
            for (label, pairs) in pair_words(key, value) {
                put(label, Value::Map(pairs));
            }
        }
    }
}

/// Every two codes at once, since one refines what the other says: a ping that is one-way, an error to a heartbeat.
fn vary_codes(cases: &mut Cases<'_>, rich: &Message) {
    let coded: Vec<_> = rich
        .fields
        .iter()
        .map(|node| (node.field.name, codes(node.field.roles)))
        .filter(|(_, codes)| !codes.is_empty())
        .collect();
    for (index, (first, first_codes)) in coded.iter().enumerate() {
        for (second, second_codes) in coded.iter().skip(index + 1) {
            for (name, code) in first_codes {
                let Some(base) = with(rich, first, Value::Number(*code)) else {
                    continue;
                };
                for (other_name, other) in second_codes {
                    if let Some(message) = with(&base, second, Value::Number(*other)) {
                        let label = format!("`{first}` = {name}, `{second}` = {other_name}");
                        cases.valid(label, write(&message, &[]));
                    }
                }
            }
        }
    }
}

/// What lies outside the fields, or in several of them.
fn vary_rest(cases: &mut Cases<'_>, rich: &Message) {
    let schema = cases.schema();
    let body_max = schema
        .find(|role| matches!(role, Role::BodyLen { .. }))
        .and_then(|field| field.max);
    let mut lengths = vec![0, 1, 2, 13, 127, 128, 255, 256, 300];
    lengths.extend(
        body_max
            .filter(|max| *max <= SMALL)
            .iter()
            .flat_map(|max| [max.saturating_sub(1), *max]),
    );
    for length in lengths {
        let mut message = rich.clone();
        message.body = models::body(length);
        cases.valid(format!("a body of {length} bytes"), write(&message, &[]));
    }
    if rich
        .find(|role| matches!(role, Role::HeaderLen { .. }))
        .is_some()
    {
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

/// Lengths up to this maximum are tried at their maximum, bytes.
const SMALL: usize = 4096;

/// Shows bytes in the wrong order.
const DIFFERENT: u128 = 0x1011_1213_1415_1617_1819_1A1B_1C1D_1E1F;

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

/// The fewest bytes of a unit.
pub(super) fn unit_bytes(unit: Unit, least: usize) -> usize {
    match unit {
        Unit::Bytes => 1,
        Unit::Elements => least,
    }
}

/// Numbers to try, with names: codes where they are listed, and the ends of the range unless only codes are allowed.
pub(crate) fn numbers(roles: &[Role], kind: NumberKind, bits: usize) -> Vec<(String, u128)> {
    let mut numbers = codes(roles);
    let any = !roles
        .iter()
        .any(|role| matches!(role, Role::MessageType(_)));
    if any {
        numbers.extend([("0".into(), 0), ("1".into(), 1)]);
    }
    if any && kind != NumberKind::Bool {
        let sign = 1_u128 << (bits.clamp(1, 128) - 1);
        numbers.extend([
            ("all bits set".into(), bits::mask(bits)),
            ("the sign bit".into(), sign),
            ("the sign bit - 1".into(), sign - 1),
            ("bytes that differ".into(), bits::mask(bits) & DIFFERENT),
        ]);
        // Where a narrower type would cut the number, or change its sign.
        for power in [7, 8, 15, 16, 31, 32, 63, 64]
            .into_iter()
            .filter(|power| *power < bits)
        {
            numbers.push((format!("2^{power}-1"), (1 << power) - 1));
            numbers.push((format!("2^{power}"), 1 << power));
        }
    }
    numbers
}

/// The codes beside those that roles list, unless no others are allowed: a comparison of ranges where one code was meant
/// takes them for the same.
fn neighbours(roles: &[Role], bits: usize) -> Vec<(String, u128)> {
    let is_closed = |role: &Role| matches!(role, Role::MessageType(_));
    if roles.iter().any(is_closed) {
        return Vec::new();
    }
    let beside = |(name, code): (String, u128)| {
        let above = (code < bits::mask(bits)).then(|| (format!("{name} + 1"), code + 1));
        let below = code.checked_sub(1);
        let below = below.map(|code| (format!("{name} - 1"), code));
        above.into_iter().chain(below)
    };
    codes(roles).into_iter().flat_map(beside).collect()
}

/// The codes that roles list, with names.
fn codes(roles: &[Role]) -> Vec<(String, u128)> {
    let mut listed: Vec<(&str, u128)> = Vec::new();
    for role in roles {
        match role {
            Role::MessageType(codes) => {
                listed.extend(codes.iter().map(|(code, kind)| (kind.as_str(), *code)));
            }
            Role::OneWay(code) => listed.push(("oneway", *code)),
            Role::Heartbeat(code) => listed.push(("heartbeat", *code)),
            Role::Status { ok, other, errors } => {
                listed.extend([("ok", *ok), ("other", *other)]);
                listed.extend(errors.iter().map(|(code, error)| (error.as_str(), *code)));
            }
            _ => {}
        }
    }
    let named = listed.into_iter();
    named
        .map(|(name, code)| (format!("{name} ({code})"), code))
        .collect()
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
    let (Item::Octets { max: key, .. }, Item::Octets { max: value, .. }) = (key, value) else {
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
