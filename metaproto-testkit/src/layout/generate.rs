//! Messages for tests, from the schema alone.

use metaproto_codec::Direction;
use metaproto_codec::schema::{NumberKind, Role, Schema, Unit};

use super::cases::{Cases, Generated};
use super::sites::{self, Site, SiteKind};
use super::tree::{Message, Value};
use super::variants::{self, Variant};
use super::write::{item_size, write};
use super::{bits, measure, models, near, pairs, random};

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
    let variants = variants::of(&rich, direction);
    for Variant { label, message, .. } in &variants {
        cases.valid(label, write(message, &[]));
    }
    for Variant { path, message, .. } in &variants {
        let Some(path) = path else { continue };
        for site in sites::of(message) {
            if is_below(&site.path, path) {
                vary(&mut cases, &site, message, message);
            }
        }
    }
    vary_codes(&mut cases, &rich);
    vary_rest(&mut cases, &rich);
    near::make(&mut cases, &rich, "");
    near::make(&mut cases, &lean, "");
    for Variant { path, message, .. } in &variants {
        if let Some(path) = path {
            near::make(&mut cases, message, path);
        }
    }
    if effort > 1 {
        random::make(&mut cases, &rich, 20 * effort);
    }
    cases.into_cases()
}

/// `message` with another value at `path`, and what depends on it.
pub(super) fn with(
    message: &Message,
    path: &str,
    value: Value,
    direction: Direction,
) -> Option<Message> {
    let mut message = message.clone();
    message.set(path, value)?;
    models::settle(&mut message, direction);
    Some(message)
}

/// Whether `path` is that of the field `field`, or of something in it.
pub(super) fn is_below(path: &str, field: &str) -> bool {
    path.strip_prefix(field)
        .is_some_and(|rest| field.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

fn vary(cases: &mut Cases<'_>, site: &Site, lean: &Message, rich: &Message) {
    let path = &site.path;
    let direction = cases.direction();
    let mut put = |label: String, value: Value| {
        // A long value may have room only in a message that has little else.
        for base in [rich, lean] {
            let label = format!("`{path}`{label}");
            let message = with(base, path, value.clone(), direction);
            if message.is_some_and(|message| cases.valid(label, write(&message, &[]))) {
                break;
            }
        }
    };
    match site.kind {
        SiteKind::Number { kind, bits, varint } => {
            let all = numbers(site, kind, bits);
            for (name, raw) in all.into_iter().chain(neighbours(site, bits)) {
                put(format!(" = {name}"), Value::Number(raw));
            }
            if let Some(bytes) = varint.filter(|most| *most > 1) {
                let value = Value::Varint { raw: 1, bytes };
                put(format!(" = 1 in {bytes} bytes"), value);
            }
        }
        SiteKind::Octets { text, max, length } => {
            for size in sizes(max, 1) {
                let bytes = models::octets(&length, models::text(size), max);
                put(format!(": {size} bytes"), Value::Bytes(bytes));
            }
            for (name, word) in WORDS.iter().filter(|_| text) {
                if word.len() <= max {
                    put(format!(": {name}"), Value::Bytes(word.as_bytes().into()));
                }
            }
        }
        SiteKind::List {
            item, max, unit, ..
        } => {
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
                        let bytes: usize = items.iter().map(|it| item_size(item, it)).sum();
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
            for (label, pairs) in pairs::of_sizes(key, value, max, unit, direction) {
                put(label, Value::Map(pairs));
            }
            for (label, pairs) in pairs::of_words(key, value) {
                put(label, Value::Map(pairs));
            }
        }
    }
}

/// Every two codes at once, since one refines what the other says: a ping that is one-way, an error to a heartbeat.
fn vary_codes(cases: &mut Cases<'_>, rich: &Message) {
    let direction = cases.direction();
    let coded: Vec<_> = rich
        .fields
        .iter()
        .filter(|node| node.value != Value::Absent)
        .map(|node| (node.field.name, codes(node.field.roles)))
        .filter(|(_, codes)| !codes.is_empty())
        .collect();
    for (index, (first, first_codes)) in coded.iter().enumerate() {
        for (second, second_codes) in coded.iter().skip(index + 1) {
            for (name, code) in first_codes {
                let Some(base) = with(rich, first, Value::Number(*code), direction) else {
                    continue;
                };
                for (other_name, other) in second_codes {
                    if let Some(message) = with(&base, second, Value::Number(*other), direction) {
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
    if measure::has_no_body(schema) {
        lengths.truncate(1);
    }
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
                        _ => bits::mask(models::width(&node.field.shape)),
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
pub(super) fn sizes(max: usize, bytes: usize) -> Vec<usize> {
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
pub(crate) fn numbers(site: &Site, kind: NumberKind, bits: usize) -> Vec<(String, u128)> {
    let mut numbers = codes_of(site);
    let any = !site.closed;
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
fn neighbours(site: &Site, bits: usize) -> Vec<(String, u128)> {
    if site.closed {
        return Vec::new();
    }
    let beside = |(name, code): (String, u128)| {
        let above = (code < bits::mask(bits)).then(|| (format!("{name} + 1"), code + 1));
        let below = code.checked_sub(1);
        let below = below.map(|code| (format!("{name} - 1"), code));
        above.into_iter().chain(below)
    };
    codes_of(site).into_iter().flat_map(beside).collect()
}

/// The codes of a place, with names.
fn codes_of(site: &Site) -> Vec<(String, u128)> {
    let mut all = codes(site.roles);
    let named = site.codes.iter();
    all.extend(named.map(|(name, code)| (format!("{name} ({code})"), *code)));
    all
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
