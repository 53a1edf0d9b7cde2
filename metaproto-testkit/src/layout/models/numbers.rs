//! Numbers of ordinary messages.

use metaproto_codec::schema::{Constant, Field, NumberKind, Role, Shape, Varint};
use metaproto_codec::{Direction, MessageType};

use crate::layout::{bits, measure};

/// Bits of a number field, as many as it can have.
pub(crate) fn width(shape: &Shape) -> usize {
    match shape {
        Shape::Varint(Varint { bits, .. }) => *bits as usize,
        shape => shape.bits().unwrap_or(128),
    }
}

/// The bits of a number field of an ordinary message, which stands among `others`.
pub(super) fn ordinary(field: &Field, others: &[Field], direction: Direction) -> u128 {
    if let Some(Constant::Number(constant)) = field.constant {
        return constant;
    }
    let is_special = |code: &u128| {
        field
            .roles
            .iter()
            .any(|role| matches!(role, Role::OneWay(it) | Role::Heartbeat(it) if it == code))
    };
    let wanted = match direction {
        Direction::ClientToServer => MessageType::Request,
        Direction::ServerToClient => MessageType::Response,
    };
    let most = bits::mask(width(&field.shape));
    let mut candidates: Vec<u128> = (0..4).filter(|code| *code <= most).collect();
    candidates.splice(0..0, tags(field, others, false));
    for role in field.roles {
        match role {
            Role::MessageType(codes) => {
                let mut codes: Vec<_> = codes.iter().collect();
                // Stable: the wanted kind first, then what may travel, then the rest.
                codes.sort_by_key(|(_, kind)| (*kind != wanted, !kind.may_travel(direction)));
                candidates = codes.iter().map(|(code, _)| *code).collect();
            }
            Role::Status { ok, .. } => candidates = vec![*ok],
            _ => {}
        }
    }
    let found = candidates.iter().find(|code| !is_special(code));
    found.or(candidates.first()).copied().unwrap_or(0)
}

/// The bits of a number field that shows that it is one.
pub(super) fn telling(field: &Field, index: usize, others: &[Field], direction: Direction) -> u128 {
    let is_free = |role: &Role| {
        matches!(
            role,
            Role::RequestId | Role::StreamId | Role::Operation | Role::Property(_)
        )
    };
    if field.constant.is_some() || !field.roles.iter().all(is_free) {
        return ordinary(field, others, direction);
    }
    if let Some(tag) = tags(field, others, true).first() {
        return *tag;
    }
    let width = width(&field.shape);
    match field.shape.number_kind() {
        Some(NumberKind::Bool) => 0,
        Some(NumberKind::Float) if width == 32 => u128::from(1.5_f32.to_bits()),
        Some(NumberKind::Float) => u128::from(1.5_f64.to_bits()),
        _ => (index as u128 + 1) & bits::mask(width),
    }
}

/// The tags of what depends on the field, those of alternatives with fields of their own first if `full`.
fn tags(field: &Field, others: &[Field], full: bool) -> Vec<u128> {
    let choice = others.iter().find_map(|other| match &other.shape {
        Shape::Choice { alternatives, .. } if measure::is_told_by(&other.shape, field.name) => {
            Some(alternatives)
        }
        _ => None,
    });
    let mut alternatives: Vec<_> = choice.into_iter().copied().flatten().collect();
    // Stable.
    alternatives.sort_by_key(|it| full && it.part.is_none());
    alternatives.iter().map(|it| it.tag).collect()
}
