//! The rules of an enum of parts.

use syn::{Expr, Lit};

use crate::ast::Choice;
use crate::attr::{Problems, TypeAttrs};
use crate::rules::literal;
use crate::shape::{named, scalar_bytes};

pub(crate) fn check(choice: &Choice, attrs: &TypeAttrs, problems: &mut Problems) {
    if let (Some(span), None) = (attrs.order_span, &attrs.tag) {
        problems.add(
            span,
            "only a tag of its own has a byte order here, `tag = u16`; each part states its own",
        );
    }
    check_tags(choice, problems);
    check_other(choice, problems);
}

/// Looks at the tags that are written out; of other expressions the compiler works out the values, see `checks`.
fn check_tags(choice: &Choice, problems: &mut Problems) {
    let bits = choice.tag_bits();
    let mut seen = Vec::new();
    for alternative in &choice.alternatives {
        let Some(tag) = number(&alternative.tag) else {
            continue;
        };
        if tag < 0 || (bits < 64 && tag >= 1 << bits) {
            problems.at(
                &alternative.tag,
                format!("a tag here is an unsigned number of {bits} bits; correct it"),
            );
        } else if seen.contains(&tag) {
            problems.at(
                &alternative.tag,
                "this tag chooses an earlier variant already; correct one of both",
            );
        }
        seen.push(tag);
    }
}

/// The number that an expression is, where it is written out.
pub(crate) fn number(expr: &Expr) -> Option<i128> {
    match literal(expr)? {
        (sign, Lit::Int(int)) => Some(sign * int.base10_parse::<i128>().ok()?),
        (sign, Lit::Byte(byte)) => Some(sign * i128::from(byte.value())),
        _ => None,
    }
}

/// What stands for all other tags has room for each of them.
fn check_other(choice: &Choice, problems: &mut Problems) {
    let Some((_, ty, _)) = &choice.other else {
        return;
    };
    let bits = named(ty)
        .filter(|ident| ident.to_string().starts_with('u'))
        .and_then(scalar_bytes)
        .map(|bytes| 8 * bytes as u32);
    let needed = choice.tag.as_ref().map_or(1, |tag| tag.form.bits());
    if bits.is_none_or(|bits| bits < needed || bits > 64) {
        let example = match needed {
            0..=8 => "u8",
            9..=16 => "u16",
            17..=32 => "u32",
            _ => "u64",
        };
        problems.at(
            ty,
            format!("the tag that came is kept as an unsigned number: `Name({example}, Part)`"),
        );
    }
}
