//! Schemas written by hand, one for each family of shapes.

mod nested;

use metaproto_codec::Fault;
use metaproto_codec::schema::{
    Checksum, Constant, Custom, Edge, Expr, Field, Item, Length, Number, NumberKind, Operator,
    Presence, Role, Schema, Shape, Unit, Varint,
};
use metaproto_codec::wire::{Cursor, Form, Order, Prefix, Stop, VarintForm};
pub(super) use nested::NESTED;

const fn number(bytes: usize) -> Shape {
    Shape::Number(unsigned(bytes))
}

const fn unsigned(bytes: usize) -> Number {
    Number {
        kind: NumberKind::Unsigned,
        bytes,
        order: Order::Big,
    }
}

const fn bits(bits: u32, shift: u32, first: bool) -> Shape {
    Shape::Bits {
        kind: NumberKind::Unsigned,
        bits,
        shift,
        group: 1,
        order: Order::Big,
        first,
    }
}

const fn varint(form: VarintForm, zigzag: bool, bits: u32, bytes: usize) -> Varint {
    Varint {
        form,
        zigzag,
        bits,
        bytes,
    }
}

const fn octets(text: bool, length: Length) -> Shape {
    Shape::Octets { text, length }
}

const fn prefix(max: usize) -> Length {
    Length::Prefix(Prefix::new(1, Order::Big, max))
}

const fn of_field(name: &'static str, scale: u64, offset: i64) -> Length {
    Length::Field {
        name,
        scale,
        offset,
    }
}

/// Fields that are there or not, by a flag, by a comparison, by what is left, by their length.
pub(super) static OPTIONAL: Schema = Schema {
    name: "Optional",
    fields: &[
        Field::new("version", bits(4, 4, true)),
        Field::new("flags", bits(4, 0, false)),
        Field::new("total", number(1))
            .roles(&[Role::FrameLen { offset: 0 }])
            .max(200),
        Field::new("body", number(1))
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(64),
        Field::new("id", number(4))
            .roles(&[Role::RequestId])
            .presence(Presence::If(&Expr::Binary(
                Operator::BitAnd,
                &Expr::Field("flags"),
                &Expr::Number(1),
            ))),
        Field::new("zone", octets(true, prefix(9)))
            .roles(&[Role::Property("zone")])
            .max(9)
            .presence(Presence::If(&Expr::Binary(
                Operator::And,
                &Expr::Binary(
                    Operator::ShiftRight,
                    &Expr::Field("flags"),
                    &Expr::Number(3),
                ),
                &Expr::Binary(
                    Operator::GreaterOrEqual,
                    &Expr::Field("version"),
                    &Expr::Number(2),
                ),
            ))),
        Field::new("old", number(2)).presence(Presence::If(&Expr::Not(&Expr::Field("version")))),
        Field::new("note", octets(false, prefix(20)))
            .max(20)
            .presence(Presence::Unless(0xFF)),
        Field::new("weight", number(2)).presence(Presence::Room),
        Field::new("more", octets(false, Length::Rest))
            .max(30)
            .presence(Presence::Room),
    ],
};

/// Texts with every kind of end.
pub(super) static TEXTS: Schema = Schema {
    name: "Texts",
    fields: &[
        Field::new(
            "method",
            octets(
                true,
                Length::Padded {
                    bytes: 8,
                    pad: b' ',
                },
            ),
        )
        .roles(&[Role::Operation]),
        Field::new("head", number(2))
            .roles(&[Role::HeaderLen { offset: 0 }])
            .max(120),
        Field::new("size", number(1))
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(40),
        Field::new("line", octets(true, Length::Until(b"\r\n"))).max(12),
        Field::new(
            "words",
            Shape::List {
                item: Item::Octets {
                    text: true,
                    length: Length::Until(b"\0"),
                    max: 6,
                },
                length: Length::Until(b"\0"),
                unit: Unit::Elements,
            },
        )
        .max(3),
        Field::new(
            "headers",
            Shape::Map {
                key: Item::Octets {
                    text: true,
                    length: Length::Until(b"="),
                    max: 8,
                },
                value: Item::Octets {
                    text: true,
                    length: Length::Until(b";"),
                    max: 8,
                },
                length: Length::Rest,
                unit: Unit::Bytes,
            },
        )
        .roles(&[Role::Properties])
        .max(60),
    ],
};

/// Numbers in as many bytes as they need, and lengths that are no plain numbers of bytes.
pub(super) static VARINTS: Schema = Schema {
    name: "Varints",
    fields: &[
        Field::new(
            "magic",
            Shape::Varint(varint(VarintForm::Leb128, false, 16, 3)),
        )
        .constant(Constant::Number(300)),
        Field::new(
            "rest",
            Shape::Varint(varint(VarintForm::Leb128, false, 32, 5)),
        )
        .roles(&[Role::RestLen { offset: 1 }])
        .max(600),
        Field::new("id", Shape::Varint(varint(VarintForm::Vlq, false, 64, 10)))
            .roles(&[Role::RequestId]),
        Field::new(
            "delta",
            Shape::Varint(varint(VarintForm::Leb128, true, 32, 5)),
        )
        .roles(&[Role::Property("delta")]),
        Field::new("quarter", number(2))
            .scale(250)
            .roles(&[Role::Property("quarter")]),
        Field::new("quads", number(1)),
        Field::new(
            "name",
            octets(
                true,
                Length::Prefix(Prefix::of(Form::Varint(VarintForm::Leb128), 200)),
            ),
        )
        .max(200),
        Field::new(
            "scaled",
            octets(
                false,
                Length::Prefix(Prefix::new(1, Order::Big, 40).scaled(4, -4)),
            ),
        )
        .max(40),
        Field::new("options", octets(false, of_field("quads", 4, 0))).max(40),
        Field::new(
            "numbers",
            Shape::List {
                item: Item::Varint(varint(VarintForm::Leb128, false, 21, 3)),
                length: Length::Prefix(Prefix::of(Form::Varint(VarintForm::Vlq), 5)),
                unit: Unit::Elements,
            },
        )
        .max(5),
    ],
};

/// Two checksums behind the body, one of which sums up the other, and a trailer that a flag asks for.
pub(super) static TRAILERS: Schema = Schema {
    name: "Trailers",
    fields: &[
        Field::new("flags", number(1)),
        Field::new("total", number(2))
            .roles(&[Role::FrameLen { offset: 0 }])
            .max(400),
        Field::new("check", number(1)).checksum(Checksum {
            algorithm: "sum8",
            compute: sum8,
            from: Edge::Start,
            to: Edge::Body,
        }),
        Field::new("mac", Shape::Array { len: 3 })
            .trailer()
            .presence(Presence::If(&Expr::Binary(
                Operator::BitAnd,
                &Expr::Field("flags"),
                &Expr::Number(2),
            ))),
        Field::new("crc", number(4)).trailer().checksum(Checksum {
            algorithm: "crc32",
            compute: crc32,
            from: Edge::Start,
            to: Edge::End,
        }),
        Field::new("end", number(1))
            .trailer()
            .constant(Constant::Number(0x7E)),
    ],
};

/// A field that only functions know, in a message that is framed from the start.
pub(super) static CUSTOM: Schema = Schema {
    name: "Custom",
    fields: &[
        Field::new("head", number(1))
            .roles(&[Role::HeaderLen { offset: 0 }])
            .max(30),
        Field::new(
            "nibbles",
            Shape::Custom(Custom {
                min: 1,
                max: 17,
                skip: skip_nibbles,
                sample: sample_nibbles,
            }),
        ),
        Field::new("size", number(1))
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(9),
    ],
};

/// Every schema here, for tests of what holds for all.
pub(super) static ALL: [&Schema; 6] = [&OPTIONAL, &TEXTS, &VARINTS, &NESTED, &TRAILERS, &CUSTOM];

/// A count below 16 and so many bytes, none of which is 0xEE.
fn skip_nibbles(cursor: &mut Cursor<'_>) -> Result<(), Stop> {
    let [count] = cursor.take_array()?;
    if count > 16 {
        let (found, max) = (count.into(), 16);
        return Err(cursor.fault(Fault::AboveMaximum { found, max }));
    }
    if cursor.take(count.into())?.contains(&0xEE) {
        let rule = "0xee is not a nibble";
        return Err(cursor.fault(Fault::Protocol { rule }));
    }
    Ok(())
}

fn sample_nibbles(bytes: &mut Vec<u8>) {
    bytes.extend([2, 0xAB, 0xCD]);
}

fn sum8(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().copied().flatten();
    u64::from(bytes.fold(0_u8, |sum, byte| sum.wrapping_add(*byte)))
}

fn crc32(parts: &[&[u8]]) -> u64 {
    let mut crc = crc32fast::Hasher::new();
    parts.iter().for_each(|part| crc.update(part));
    crc.finalize().into()
}
