//! Numbers that make conditions hold.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Expr, Operator, Presence, Role, Shape, Varint};

use super::numbers::width;
use crate::layout::bits;
use crate::layout::read::{holds, is_size};
use crate::layout::scope::Scope;
use crate::layout::tree::{Node, Value};

/// Changes numbers so that the field at `index` is there, or is not; if `alone`, without a change to whether those
/// before it are. Whether that was possible.
pub(in crate::layout) fn reach(
    nodes: &mut [Node],
    index: usize,
    wanted: bool,
    alone: bool,
    direction: Direction,
) -> bool {
    let Some(Presence::If(condition)) = nodes.get(index).map(|node| node.field.presence) else {
        return false;
    };
    let before = there(nodes, index);
    if before.last() == Some(&wanted) {
        return true;
    }
    let Some(aims) = aim(condition, wanted) else {
        return false;
    };
    let old: Vec<Value> = nodes.iter().map(|node| node.value.clone()).collect();
    let is_set = aims.iter().all(|aim| set(nodes, aim, direction));
    let after = there(nodes, index);
    let others = before.len().saturating_sub(1);
    let is_alone = after.get(..others) == before.get(..others);
    if is_set && after.last() == Some(&wanted) && (is_alone || !alone) {
        return true;
    }
    for (node, value) in nodes.iter_mut().zip(old) {
        node.value = value;
    }
    false
}

/// Which fields up to the one at `index` are there by their conditions.
fn there(nodes: &[Node], index: usize) -> Vec<bool> {
    let mut scope = Scope::default();
    let mut there = Vec::new();
    for node in nodes.iter().take(index.saturating_add(1)) {
        let is_there = holds(node.field, &scope);
        if is_there && node.field.shape.number_kind().is_some() {
            scope.number(node.field, node.value.number());
        }
        there.push(is_there);
    }
    there
}

/// Some bits of a field, and what they should be.
struct Aim {
    field: &'static str,
    mask: u128,
    value: i128,
}

fn set(nodes: &mut [Node], aim: &Aim, direction: Direction) -> bool {
    let Some(node) = nodes.iter_mut().find(|node| node.field.name == aim.field) else {
        return false;
    };
    let field = node.field;
    if field.constant.is_some() || field.checksum.is_some() || field.roles.iter().any(is_size) {
        return false;
    }
    let number = aim.value / i128::from(field.scale.max(1));
    let raw = match field.shape {
        Shape::Varint(Varint { zigzag: true, .. }) => number << 1 ^ number >> 127,
        _ => number,
    };
    let raw = raw.cast_unsigned();
    let raw = (node.value.number() & !aim.mask | raw & aim.mask) & bits::mask(width(&field.shape));
    let may_be = field.roles.iter().all(|role| match role {
        Role::MessageType(codes) => codes
            .iter()
            .any(|(code, kind)| *code == raw && kind.may_travel(direction)),
        _ => true,
    });
    if may_be {
        node.value = Value::Number(raw);
    }
    may_be
}

/// What makes `expr` nonzero, or zero; `None` where nothing is known that does.
fn aim(expr: &'static Expr, wanted: bool) -> Option<Vec<Aim>> {
    use Operator::{And, BitAnd, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, Or};
    match expr {
        Expr::Number(number) => ((*number != 0) == wanted).then(Vec::new),
        Expr::Field(_) => hit(expr, wanted.into()),
        Expr::Not(inner) => aim(inner, !wanted),
        Expr::Binary(operator @ (And | Or), left, right) => {
            if (*operator == And) == wanted {
                let mut both = aim(left, wanted)?;
                both.extend(aim(right, wanted)?);
                Some(both)
            } else {
                aim(left, wanted).or_else(|| aim(right, wanted))
            }
        }
        Expr::Binary(BitAnd, left, Expr::Number(mask)) => {
            let lowest = mask & mask.wrapping_neg();
            let value = if wanted { lowest } else { 0 };
            hit_bits(left, if wanted { lowest } else { *mask }, value)
        }
        Expr::Binary(operator, left, Expr::Number(number)) => {
            let value = match (operator, wanted) {
                (Equal | LessOrEqual | GreaterOrEqual, true)
                | (NotEqual | Less | Greater, false) => *number,
                (Equal, false) | (NotEqual, true) => number ^ 1,
                (Less, true) | (GreaterOrEqual, false) => number.checked_sub(1)?,
                (LessOrEqual, false) | (Greater, true) => number.checked_add(1)?,
                _ => return hit(expr, wanted.into()),
            };
            hit(left, value)
        }
        Expr::Binary(..) => hit(expr, wanted.into()),
    }
}

/// What makes `expr` this number.
fn hit(expr: &'static Expr, value: i128) -> Option<Vec<Aim>> {
    match expr {
        Expr::Number(number) => (*number == value).then(Vec::new),
        Expr::Field(field) => Some(vec![Aim {
            field,
            mask: u128::MAX,
            value,
        }]),
        Expr::Binary(Operator::BitAnd, left, Expr::Number(mask)) => hit_bits(left, *mask, value),
        Expr::Binary(Operator::ShiftRight, left, Expr::Number(by)) => {
            let by = u32::try_from(*by).ok()?;
            hit_bits(left, i128::checked_shl(-1, by)?, value.checked_shl(by)?)
        }
        Expr::Binary(Operator::BitXor, left, Expr::Number(number)) => hit(left, value ^ number),
        Expr::Binary(Operator::BitOr, left, Expr::Number(_)) => hit(left, value),
        _ => None,
    }
}

/// What makes these bits of `expr` this number.
fn hit_bits(expr: &'static Expr, mask: i128, value: i128) -> Option<Vec<Aim>> {
    match expr {
        Expr::Field(field) => Some(vec![Aim {
            field,
            mask: mask.cast_unsigned(),
            value,
        }]),
        Expr::Binary(Operator::ShiftRight, left, Expr::Number(by)) => {
            let by = u32::try_from(*by).ok()?;
            hit_bits(left, mask.checked_shl(by)?, value.checked_shl(by)?)
        }
        _ => hit(expr, value),
    }
}
