//! Messages with one mistake, and everything else right.

mod shapes;

use metaproto_codec::schema::{NumberKind, Role};

use super::bits;
use super::cases::{Cases, Class};
use super::generate::{is_below, with};
use super::sites::{self, Site, SiteKind};
use super::tree::{Message, Value};
use super::write::{Override, Slot, SlotKind, write, write_with_slots};

/// Adds the mistakes that can be made in `message`, in the field `below` or, where that is empty, anywhere.
pub(super) fn make(cases: &mut Cases<'_>, message: &Message, below: &str) {
    let (bytes, slots) = write_with_slots(message);
    for slot in slots.iter().filter(|slot| is_below(&slot.path, below)) {
        let path = &slot.path;
        match slot.kind {
            SlotKind::Length { .. } => lengths(cases, message, slot),
            SlotKind::Constant { bytes: width } => {
                for index in 0..width {
                    let mut bytes = bytes.clone();
                    if let Some(byte) = bytes.get_mut(slot.offset + index) {
                        *byte ^= 0xFF;
                    }
                    let label = format!("`{path}` byte {index} flipped");
                    cases.near(Class::Constant, label, bytes);
                }
            }
            SlotKind::ConstantBits { bits, right } => {
                for raw in [right ^ 1, right ^ bits::mask(bits)] {
                    let label = format!("`{path}` = {raw} instead of {right}");
                    cases.near(Class::Constant, label, forced(message, path, raw));
                }
            }
            SlotKind::Bool => {
                for raw in [2, 0xFF] {
                    let label = format!("`{path}` = {raw}, which is no boolean");
                    cases.near(Class::Bool, label, forced(message, path, raw));
                }
            }
            _ => shapes::slot(cases, message, &bytes, slot),
        }
    }
    let sites = sites::of(message).into_iter();
    for site in sites.filter(|site| is_below(&site.path, below)) {
        match site.kind {
            SiteKind::Number { kind, bits, .. } => codes(cases, message, &site, kind, bits),
            SiteKind::Octets {
                text: true, max, ..
            } => texts(cases, message, &site, max),
            _ => {}
        }
        shapes::site(cases, message, &site);
    }
}

fn forced(message: &Message, path: &str, bits: u128) -> Vec<u8> {
    let path = path.to_owned();
    write(message, &[Override { path, bits }])
}

fn lengths(cases: &mut Cases<'_>, message: &Message, slot: &Slot) {
    let SlotKind::Length {
        bits,
        right,
        max,
        role,
    } = slot.kind
    else {
        return;
    };
    let is_framed = cases
        .schema()
        .find(|role| matches!(role, Role::FrameLen { .. } | Role::RestLen { .. }))
        .is_some();
    let is_frame = match role {
        Some(Role::FrameLen { .. } | Role::RestLen { .. }) => true,
        Some(Role::BodyLen { .. }) => !is_framed,
        _ => false,
    };
    let wrong = if role.is_some() {
        Class::FrameLength
    } else {
        Class::InnerLength
    };
    let above = if is_frame {
        Class::AboveMaxFrame
    } else {
        wrong
    };
    let mut values = vec![
        (wrong, "0".to_owned(), 0),
        (
            wrong,
            format!("{}", right.wrapping_sub(1)),
            right.wrapping_sub(1),
        ),
        (
            wrong,
            format!("{}", right.wrapping_add(1)),
            right.wrapping_add(1),
        ),
        (
            wrong,
            format!("{}", right.wrapping_mul(2)),
            right.wrapping_mul(2),
        ),
        (above, "its maximum + 1".to_owned(), max.wrapping_add(1)),
    ];
    values.push((wrong, "2^8-1".to_owned(), 0xFF));
    // The first length that cuts into the header.
    let after_header = match role {
        Some(Role::FrameLen { .. } | Role::RestLen { .. }) => {
            message.body.len() + message.extension.len()
        }
        Some(Role::HeaderLen { .. }) => message.extension.len(),
        _ => 0,
    };
    if let Some(short) = right.checked_sub(after_header as u128 + 1)
        && role.is_some()
    {
        values.push((wrong, format!("{short}"), short));
    }
    // Right but for one bit, which a narrower type drops and a signed one takes for the sign.
    for power in [8, 16, 31, 32, 63] {
        if right < 1 << power {
            let raw = right | 1 << power;
            values.push((Class::HugeLength, format!("{right} + 2^{power}"), raw));
        }
    }
    for power in [16, 31, 32, 63] {
        values.push((Class::HugeLength, format!("2^{power}-1"), (1 << power) - 1));
        values.push((Class::HugeLength, format!("2^{power}"), 1 << power));
    }
    values.push((Class::HugeLength, "2^64-1".to_owned(), (1 << 64) - 1));
    let path = &slot.path;
    for (class, name, raw) in values {
        if raw != right && raw <= bits::mask(bits) {
            let label = format!("`{path}` = {name} instead of {right}");
            cases.near(class, label, forced(message, path, raw));
        }
    }
}

fn codes(cases: &mut Cases<'_>, message: &Message, site: &Site, kind: NumberKind, bits: usize) {
    let kinds = site.roles.iter().find_map(|role| match role {
        Role::MessageType(codes) => Some(*codes),
        _ => None,
    });
    let path = &site.path;
    if !site.closed {
        return;
    }
    let listed: Vec<u128> = match kinds {
        Some(codes) => codes.iter().map(|(code, _)| *code).collect(),
        None => site.codes.iter().map(|(_, code)| *code).collect(),
    };
    let largest = if kind == NumberKind::Bool {
        1
    } else {
        bits::mask(bits)
    };
    let is_unlisted = |code: &u128| *code <= largest && !listed.contains(code);
    let lowest = (0..=listed.len() as u128).find(is_unlisted);
    let next = listed.iter().map(|code| code.wrapping_add(1));
    for code in next.chain(lowest).chain([largest]).filter(is_unlisted) {
        let label = format!("`{path}` = {code}, which is not listed");
        cases.near(Class::Code, label, forced(message, path, code));
    }
    for (code, kind) in kinds.into_iter().flatten() {
        if !kind.may_travel(cases.direction()) {
            let label = format!("`{path}` = {kind} ({code}), in the wrong direction");
            cases.near(Class::Code, label, forced(message, path, *code));
        }
    }
}

fn texts(cases: &mut Cases<'_>, message: &Message, site: &Site, max: usize) {
    let path = &site.path;
    let words: [(&str, &[u8]); 4] = [
        ("the byte 0xff", b"\xFF"),
        ("0xff after a letter", b"a\xFF"),
        ("a cut 3-byte sequence", b"\xE2\x82"),
        ("a surrogate in CESU-8", b"\xED\xA0\x80"),
    ];
    for (name, word) in words.into_iter().filter(|(_, word)| word.len() <= max) {
        if let Some(changed) = with(
            message,
            path,
            Value::Bytes(word.to_vec()),
            cases.direction(),
        ) {
            cases.near(
                Class::Text,
                format!("`{path}`: {name}"),
                write(&changed, &[]),
            );
        }
    }
}
