//! Mistakes that only some shapes have: bytes spoilt where they stand, with nothing mended behind them.

use metaproto_codec::schema::Length;
use metaproto_codec::wire::VarintForm;

use super::forced;
use crate::layout::cases::{Cases, Class};
use crate::layout::generate::with;
use crate::layout::sites::{Site, SiteKind};
use crate::layout::tree::{Message, Value};
use crate::layout::write::{Slot, SlotKind, write};
use crate::layout::{bits, models, varint};

/// Up to this maximum, one more is tried.
const SMALL: usize = 4096;

pub(super) fn slot(cases: &mut Cases<'_>, message: &Message, bytes: &[u8], slot: &Slot) {
    let path = &slot.path;
    match slot.kind {
        SlotKind::Flag { bits, right } => {
            for raw in [right ^ 1, right ^ 2, right ^ 4, 0, bits::mask(bits)] {
                if raw != right && raw <= bits::mask(bits) {
                    let label = format!("`{path}` = {raw}, but the fields are those of {right}");
                    cases.near(Class::Presence, label, forced(message, path, raw));
                }
            }
        }
        SlotKind::Varint {
            form,
            bits: width,
            most,
            bytes: there,
            right,
        } => {
            for (name, wrong) in varints(form, width, most, there, right) {
                let label = format!("`{path}` {name}");
                cases.near(Class::Varint, label, spliced(bytes, slot, there, &wrong));
            }
        }
        SlotKind::Padding { bytes: count } => {
            for index in [0, count - 1] {
                let mut wrong = vec![0; count];
                wrong[index] = 0x80;
                let label = format!("padding after `{path}`, byte {index} is not zero");
                cases.near(Class::Padding, label, spliced(bytes, slot, count, &wrong));
            }
        }
        SlotKind::Mark { bytes: count } => {
            let mark = bytes
                .get(slot.offset..slot.offset + count)
                .unwrap_or_default();
            let mut wrong = mark.to_vec();
            if let Some(last) = wrong.last_mut() {
                *last ^= 0x20;
            }
            let label = format!("the end of `{path}` with another last byte");
            cases.near(Class::Mark, label, spliced(bytes, slot, count, &wrong));
            let label = format!("no end of `{path}`");
            cases.near(Class::Mark, label, spliced(bytes, slot, count, &[]));
        }
        SlotKind::Checksum { bits, right } => {
            for raw in [right ^ 1, right ^ bits::mask(bits)] {
                let label = format!("`{path}` = {raw:#x} instead of {right:#x}");
                cases.near(Class::Checksum, label, forced(message, path, raw));
            }
            for at in 0..bytes.len().min(64) {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= 0x10;
                let label = format!("byte {at} changed, `{path}` as it was");
                cases.near(Class::Checksum, label, bytes);
            }
        }
        _ => {}
    }
}

/// One more than what is allowed, where no length says so.
pub(super) fn site(cases: &mut Cases<'_>, message: &Message, site: &Site) {
    let direction = cases.direction();
    let path = &site.path;
    let (max, value) = match site.kind {
        SiteKind::Octets {
            max,
            length: length @ (Length::Until(_) | Length::Rest),
            ..
        } if max <= SMALL => {
            let ends = |letter: &u8| matches!(length, Length::Until(mark) if mark.contains(letter));
            let letter = (b'a'..=b'z').find(|letter| !ends(letter)).unwrap_or(0);
            (max, Value::Bytes(vec![letter; max + 1]))
        }
        SiteKind::List {
            item,
            max,
            length: Length::Until(_),
            ..
        } if max <= SMALL => (max, Value::List(models::items(item, max + 1, direction))),
        SiteKind::List {
            item,
            max,
            length: Length::Rest,
            ..
        } if max <= SMALL => {
            let (least, most) = models::item_range(item);
            let make = |size| models::item_of(item, size, direction);
            let items = models::filling(max + least.max(1), least, most, make);
            (max, Value::List(items))
        }
        _ => return,
    };
    if let Some(changed) = with(message, path, value, direction) {
        let label = format!("`{path}`: more than its maximum of {max}");
        cases.near(Class::InnerLength, label, write(&changed, &[]));
    }
}

/// Spellings of a number that are too long, stand for too much, or only take more bytes than they need.
fn varints(
    form: VarintForm,
    width: usize,
    most: usize,
    there: usize,
    right: u128,
) -> Vec<(String, Vec<u8>)> {
    let mut wrong = vec![(format!("goes on after {most} bytes"), vec![0x80; most + 1])];
    let above = bits::mask(width).wrapping_add(1);
    if width < 128 && varint::width(above) <= most {
        wrong.push((format!("= 2^{width}"), varint::bytes(form, above, 1)));
    }
    if there < most {
        let longer = varint::bytes(form, right, there + 1);
        wrong.push((format!("in {} bytes", there + 1), longer));
    }
    wrong
}

/// `bytes` with `count` of them, from the slot on, replaced.
fn spliced(bytes: &[u8], slot: &Slot, count: usize, by: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let end = slot.offset.saturating_add(count);
    if end <= bytes.len() {
        bytes.splice(slot.offset..end, by.iter().copied());
    }
    bytes
}
