//! What the fields of a struct say to later ones: values, lengths, conditions and places.

use std::ops::Range;

use metaproto_codec::schema::{Checksum, Edge, Expr, Field, NumberKind, Operator, Shape, Varint};

use super::bits;
use super::wide::Wide;

/// The fields of one struct that were read or written so far.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Where the struct starts, bytes.
    pub(super) start: usize,
    /// Where the group of bit fields starts that came last.
    pub(super) group_start: usize,
    /// What is in it.
    pub(super) group: u128,
    numbers: Vec<Number>,
    places: Vec<Place>,
}

#[derive(Debug)]
struct Number {
    name: &'static str,
    raw: u128,
    value: Wide,
    size: Option<u128>,
}

/// Where a field stands, bytes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: &'static str,
    /// Its own bytes; of a bit field, those of its group.
    pub(super) own: Range<usize>,
    /// Where it ends, with what aligns it.
    pub(super) end: usize,
}

impl Scope {
    pub(super) fn at(start: usize) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// Notes the wire bits of a number field.
    pub(super) fn number(&mut self, field: &Field, raw: u128) {
        self.numbers.push(Number {
            name: field.name,
            raw,
            value: value(field, raw),
            size: size(field, raw),
        });
    }

    pub(super) fn place(&mut self, name: &'static str, own: Range<usize>, end: usize) {
        self.places.push(Place { name, own, end });
    }

    /// The wire bits of the field `name`; 0 where it is absent or no number.
    pub(super) fn raw(&self, name: &str) -> u128 {
        self.find(name).map_or(0, |number| number.raw)
    }

    /// The size that the field `name` states, 0 where it is absent; `None` where it is negative.
    pub(super) fn size(&self, name: &str) -> Option<u128> {
        self.find(name).map_or(Some(0), |number| number.size)
    }

    fn find(&self, name: &str) -> Option<&Number> {
        self.numbers.iter().find(|number| number.name == name)
    }

    /// What the condition gives.
    pub(super) fn holds(&self, condition: &Expr) -> bool {
        !self.evaluate(condition).is_zero()
    }

    fn evaluate(&self, expr: &Expr) -> Wide {
        match expr {
            Expr::Number(number) => Wide::signed(*number),
            Expr::Field(name) => self.find(name).map_or(Wide::ZERO, |number| number.value),
            Expr::Not(inner) => Wide::truth(self.evaluate(inner).is_zero()),
            Expr::Binary(operator, left, right) => {
                combine(*operator, self.evaluate(left), self.evaluate(right))
            }
        }
    }

    pub(super) fn place_of(&self, name: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.name == name)
    }

    /// The bytes that a checksum is made of.
    pub(super) fn covered(&self, sum: &Checksum, body: usize, end: usize) -> Range<usize> {
        let edge = |edge: Edge| match edge {
            Edge::Start => self.start,
            Edge::Before(name) => self.place_of(name).map_or(self.start, |it| it.own.start),
            Edge::After(name) => self.place_of(name).map_or(self.start, |it| it.end),
            Edge::Body => body,
            Edge::End => end,
        };
        edge(sum.from)..edge(sum.to)
    }
}

/// Whether the expression rests on the field `name`.
pub(super) fn mentions(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Number(_) => false,
        Expr::Field(field) => *field == name,
        Expr::Not(inner) => mentions(inner, name),
        Expr::Binary(_, left, right) => mentions(left, name) || mentions(right, name),
    }
}

/// The sum of `covered`, a range of `bytes`, in which `own` counts as zeros.
pub(super) fn sum(sum: &Checksum, bytes: &[u8], covered: Range<usize>, own: Range<usize>) -> u128 {
    let start = covered.start;
    let mut summed = bytes.get(covered).unwrap_or_default().to_vec();
    for at in own {
        if let Some(byte) = at.checked_sub(start).and_then(|at| summed.get_mut(at)) {
            *byte = 0;
        }
    }
    (sum.compute)(&[&summed]).into()
}

/// The value that wire bits spell: with its sign, and scaled.
pub(super) fn value(field: &Field, raw: u128) -> Wide {
    let scale = field.scale;
    match (&field.shape, field.shape.number_kind()) {
        (Shape::Varint(Varint { zigzag: true, .. }), _) => {
            Wide::signed(unzigzag(raw).saturating_mul(scale.into()))
        }
        (shape, Some(NumberKind::Signed)) => {
            let number = bits::signed(raw, shape.bits().unwrap_or(128));
            Wide::signed(number.saturating_mul(scale.into()))
        }
        (_, Some(NumberKind::Unsigned | NumberKind::Bool)) => {
            Wide::unsigned(raw.saturating_mul(scale.into()))
        }
        _ => Wide::ZERO,
    }
}

/// The size that the bits of a number state; `None` where it is negative.
pub(super) fn size(field: &Field, raw: u128) -> Option<u128> {
    match field.shape {
        Shape::Varint(Varint { zigzag: true, .. }) => {
            let size = u128::try_from(unzigzag(raw)).ok()?;
            Some(size.saturating_mul(field.scale.into()))
        }
        _ => Some(raw.saturating_mul(field.scale.into())),
    }
}

/// The wire bits that state a size, or the nearest below.
pub(super) fn size_bits(field: &Field, size: u128) -> u128 {
    let number = size / u128::from(field.scale.max(1));
    match field.shape {
        Shape::Varint(Varint { zigzag: true, .. }) => number << 1,
        _ => number,
    }
}

/// 0, 1, 2, 3 are 0, -1, 1, -2.
pub(super) fn unzigzag(raw: u128) -> i128 {
    let half = (raw >> 1).cast_signed();
    if raw & 1 == 1 { !half } else { half }
}

/// The length that a number states; `None` where it is negative.
pub(super) fn stated(number: u128, scale: u64, offset: i64) -> Option<u128> {
    let product = number.saturating_mul(scale.into());
    if offset < 0 {
        product.checked_sub(offset.unsigned_abs().into())
    } else {
        Some(product.saturating_add(offset.unsigned_abs().into()))
    }
}

/// The number that states a length, or the nearest below; of a length that no number states, the lowest bits.
pub(super) fn stating(length: u128, scale: u64, offset: i64) -> u128 {
    let scaled = length.wrapping_sub(i128::from(offset).cast_unsigned());
    if scaled.cast_signed() < 0 {
        return scaled;
    }
    scaled / u128::from(scale.max(1))
}

fn combine(operator: Operator, left: Wide, right: Wide) -> Wide {
    match operator {
        Operator::Equal => Wide::truth(left == right),
        Operator::NotEqual => Wide::truth(left != right),
        Operator::Less => Wide::truth(left < right),
        Operator::LessOrEqual => Wide::truth(left <= right),
        Operator::Greater => Wide::truth(left > right),
        Operator::GreaterOrEqual => Wide::truth(left >= right),
        Operator::And => Wide::truth(!left.is_zero() && !right.is_zero()),
        Operator::Or => Wide::truth(!left.is_zero() || !right.is_zero()),
        Operator::BitAnd => left & right,
        Operator::BitOr => left | right,
        Operator::BitXor => left ^ right,
        Operator::ShiftRight => left.shifted(right),
    }
}
