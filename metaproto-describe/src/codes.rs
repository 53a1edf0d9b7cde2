//! Names of codes.

use metaproto_codec::schema::{Field, NumberKind, Role, Schema, Shape};

/// The named codes of a field, as wire bits: those that it states, those of its roles, and the tags of choices.
///
/// A code with several names has them all, between slashes.
pub(crate) fn named(schema: &Schema, field: &Field) -> Vec<(u128, String)> {
    let mut names = Names::default();
    for (code, name) in field.codes {
        names.add(*code, name);
    }
    for role in field.roles {
        match role {
            Role::MessageType(codes) => {
                for (code, kind) in *codes {
                    names.add(*code, kind.as_str());
                }
            }
            Role::OneWay(code) => names.add(*code, "oneway"),
            Role::Heartbeat(code) => names.add(*code, "heartbeat"),
            Role::Status { ok, other, errors } => {
                names.add(*ok, "ok");
                for (code, error) in *errors {
                    names.add(*code, error.as_str());
                }
                names.add(*other, "other error");
            }
            _ => {}
        }
    }
    for other in schema.fields {
        if let Shape::Choice {
            tag, alternatives, ..
        } = &other.shape
            && *tag == field.name
        {
            for alternative in *alternatives {
                names.add(alternative.tag, alternative.name);
            }
        }
    }
    names.0
}

#[derive(Default)]
struct Names(Vec<(u128, String)>);

impl Names {
    fn add(&mut self, code: u128, name: &str) {
        match self.0.iter_mut().find(|(known, _)| *known == code) {
            None => self.0.push((code, name.to_owned())),
            Some((_, names)) if names.split(" / ").any(|known| known == name) => {}
            Some((_, names)) => {
                names.push_str(" / ");
                names.push_str(name);
            }
        }
    }
}

/// Bits of a field's number; `None` where it is none.
pub(crate) fn number_bits(shape: &Shape) -> Option<u32> {
    match shape {
        Shape::Number(number) => u32::try_from(8 * number.bytes).ok(),
        Shape::Bits { bits, .. } => Some(*bits),
        Shape::Varint(varint) => Some(varint.bits),
        _ => None,
    }
}

/// What wire bits spell in a field, as text: with its sign, where it has one.
pub(crate) fn spelled(shape: &Shape, raw: u128) -> String {
    let signed = shape.number_kind() == Some(NumberKind::Signed);
    if matches!(shape, Shape::Varint(_)) && signed {
        let half = raw >> 1;
        return if raw & 1 == 1 {
            format!("-{}", half + 1)
        } else {
            half.to_string()
        };
    }
    match number_bits(shape).filter(|bits| signed && (1..=128).contains(bits)) {
        Some(bits) => ((raw << (128 - bits)).cast_signed() >> (128 - bits)).to_string(),
        None => raw.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metaproto_codec::schema::{Number, Varint};
    use metaproto_codec::wire::{Order, VarintForm};

    #[test]
    fn codes_have_their_sign() {
        let shape = Shape::Number(Number {
            kind: NumberKind::Signed,
            bytes: 2,
            order: Order::Big,
        });
        assert_eq!(spelled(&shape, 0xFFFE), "-2");
        assert_eq!(spelled(&shape, 7), "7");
        let zigzag = Shape::Varint(Varint {
            form: VarintForm::Leb128,
            zigzag: true,
            bits: 32,
            bytes: 5,
        });
        assert_eq!(spelled(&zigzag, 1), "-1");
        assert_eq!(spelled(&zigzag, 2), "1");
    }
}
