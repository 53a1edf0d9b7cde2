//! Headers of shapes beyond numbers, texts and lists, with messages and what is in them, by hand.

use metaproto_codec::schema::{
    Alternative, Checksum, Constant, Custom, Edge, Expr, Field, Item, Length, Number, NumberKind,
    Operator, Presence, Role, Schema, Shape, Unit, Varint,
};
use metaproto_codec::wire::{Form, Order, Prefix, VarintForm};
use metaproto_codec::{ErrorType, MessageType};

pub const fn unsigned(bytes: usize, order: Order) -> Shape {
    Shape::Number(Number {
        kind: NumberKind::Unsigned,
        bytes,
        order,
    })
}

const fn bits(kind: NumberKind, bits: u32, shift: u32, group: usize, order: Order) -> Shape {
    Shape::Bits {
        kind,
        bits,
        shift,
        group,
        order,
        first: false,
    }
}

const fn first(shape: Shape) -> Shape {
    match shape {
        Shape::Bits {
            kind,
            bits,
            shift,
            group,
            order,
            ..
        } => Shape::Bits {
            kind,
            bits,
            shift,
            group,
            order,
            first: true,
        },
        other => other,
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

const fn text(length: Length) -> Shape {
    Shape::Octets { text: true, length }
}

const fn blob(length: Length) -> Shape {
    Shape::Octets {
        text: false,
        length,
    }
}

const fn prefix(width: usize, max: usize) -> Prefix {
    Prefix::new(width, Order::Big, max)
}

const U8: Shape = unsigned(1, Order::Big);
const U16: Shape = unsigned(2, Order::Big);
const U32: Shape = unsigned(4, Order::Big);

const FRAME: &[Role] = &[Role::FrameLen { offset: 0 }];

/// Numbers of variable length, of which one says how much follows.
pub const VARINTS: Schema = Schema {
    name: "Varints",
    fields: &[
        Field::new("kind", U8).roles(&[Role::MessageType(&[
            (1, MessageType::Request),
            (2, MessageType::Response),
        ])]),
        Field::new(
            "remaining",
            Shape::Varint(varint(VarintForm::Leb128, false, 28, 4)),
        )
        .roles(&[Role::RestLen { offset: 0 }])
        .max(1000),
        Field::new("id", Shape::Varint(varint(VarintForm::Vlq, false, 64, 10)))
            .roles(&[Role::RequestId]),
        Field::new(
            "delta",
            Shape::Varint(varint(VarintForm::Leb128, true, 64, 10)),
        ),
        Field::new(
            "topic",
            text(Length::Prefix(
                Prefix::of(Form::Varint(VarintForm::Leb128), 100).scaled(2, -2),
            )),
        )
        .roles(&[Role::Operation]),
        Field::new(
            "numbers",
            Shape::List {
                item: Item::Varint(varint(VarintForm::Leb128, true, 32, 5)),
                length: Length::Prefix(prefix(1, 10)),
                unit: Unit::Elements,
            },
        ),
    ],
};

/// `flags & 1`
const TRACED: Expr = Expr::Binary(Operator::BitAnd, &Expr::Field("flags"), &Expr::Number(1));
const LEVEL_BITS: Expr = Expr::Binary(
    Operator::BitAnd,
    &Expr::Binary(
        Operator::ShiftRight,
        &Expr::Field("flags"),
        &Expr::Number(62),
    ),
    &Expr::Number(3),
);
/// `(flags >> 62) & 3 == 2`
const LEVELLED: Expr = Expr::Binary(Operator::Equal, &LEVEL_BITS, &Expr::Number(2));

/// Fields that need not be there.
pub const CONDITIONS: Schema = Schema {
    name: "Conditions",
    fields: &[
        Field::new("length", U16).roles(FRAME).max(1000),
        Field::new("flags", unsigned(8, Order::Little)),
        Field::new("trace", unsigned(8, Order::Big)).presence(Presence::If(&TRACED)),
        Field::new("level", U16).presence(Presence::If(&LEVELLED)),
        Field::new("ttl", U16).scale(1000),
        Field::new("name", text(Length::Prefix(prefix(2, 100))))
            .presence(Presence::Unless(0xFFFF))
            .align(4),
        Field::new("code_len", U8),
        Field::new(
            "code",
            blob(Length::Field {
                name: "code_len",
                scale: 2,
                offset: -1,
            }),
        )
        .max(50),
        Field::new("extra", U32).presence(Presence::Room),
    ],
};

const PAIR: Schema = Schema {
    name: "Pair",
    fields: &[
        Field::new("a", U8),
        Field::new("rest", blob(Length::Rest)).max(20),
    ],
};

const LEAF: Schema = Schema {
    name: "Leaf",
    fields: &[Field::new("value", U16)],
};

/// An enum with a tag of its own.
const SHAPE: Schema = Schema {
    name: "Shape",
    fields: &[
        Field::new("tag", U8),
        Field::new(
            "value",
            Shape::Choice {
                tag: "tag",
                alternatives: &[
                    Alternative {
                        tag: 1,
                        name: "Leaf",
                        part: Some(&LEAF),
                    },
                    Alternative {
                        tag: 2,
                        name: "Empty",
                        part: None,
                    },
                ],
                other: None,
            },
        ),
    ],
};

/// Parts in parts.
pub const PARTS: Schema = Schema {
    name: "Parts",
    fields: &[
        Field::new("length", U32).roles(FRAME).max(1000),
        Field::new("kind", unsigned(2, Order::Little)),
        Field::new(
            "block",
            Shape::Block {
                part: &PAIR,
                length: Length::Prefix(prefix(2, 40)),
            },
        ),
        Field::new(
            "chosen",
            Shape::Choice {
                tag: "kind",
                alternatives: &[Alternative {
                    tag: 0x0102,
                    name: "leaf",
                    part: Some(&LEAF),
                }],
                other: Some(&PAIR_OF_LEAVES),
            },
        ),
        Field::new(
            "shapes",
            Shape::List {
                item: Item::Part(&SHAPE),
                length: Length::Prefix(prefix(1, 10)),
                unit: Unit::Elements,
            },
        ),
        Field::new(
            "leaves",
            Shape::List {
                item: Item::Part(&LEAF),
                length: Length::Rest,
                unit: Unit::Elements,
            },
        )
        .max(20),
    ],
};

const PAIR_OF_LEAVES: Schema = Schema {
    name: "Leaves",
    fields: &[
        Field::new("first", Shape::Part(&LEAF)),
        Field::new("second", Shape::Part(&LEAF)),
    ],
};

/// Texts that end in various ways, and a header that may be longer than its fields.
pub const TEXTS: Schema = Schema {
    name: "Texts",
    fields: &[
        Field::new("magic", Shape::Array { len: 2 }).constant(Constant::Bytes(|| b"T\xFF")),
        Field::new("header_len", U8)
            .roles(&[Role::HeaderLen { offset: 3 }])
            .max(250),
        Field::new("body_len", U8)
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(250),
        Field::new("line", text(Length::Until(b"\r\n"))).max(10),
        Field::new(
            "fixed",
            text(Length::Padded {
                bytes: 6,
                pad: b' ',
            }),
        ),
        Field::new(
            "names",
            Shape::List {
                item: Item::Octets {
                    text: true,
                    length: Length::Until(b"\0"),
                    max: 8,
                },
                length: Length::Until(b"\0"),
                unit: Unit::Elements,
            },
        )
        .max(3),
        Field::new(
            "properties",
            Shape::Map {
                key: Item::Octets {
                    text: true,
                    length: Length::Prefix(prefix(1, 8)),
                    max: 8,
                },
                value: Item::Number(Number {
                    kind: NumberKind::Signed,
                    bytes: 2,
                    order: Order::Little,
                }),
                length: Length::Prefix(prefix(1, 30)),
                unit: Unit::Bytes,
            },
        ),
    ],
};

/// `flags & 1`, of one byte
const SIGNED: Expr = Expr::Binary(Operator::BitAnd, &Expr::Field("signed"), &Expr::Number(1));

fn sum_of_bytes(slices: &[&[u8]]) -> u64 {
    slices
        .iter()
        .flat_map(|slice| slice.iter())
        .map(|byte| u64::from(*byte))
        .sum::<u64>()
        & 0xFF
}

pub fn crc32(slices: &[&[u8]]) -> u64 {
    let mut hasher = crc32fast::Hasher::new();
    slices.iter().for_each(|slice| hasher.update(slice));
    hasher.finalize().into()
}

fn length_squared(slices: &[&[u8]]) -> u64 {
    slices
        .iter()
        .map(|slice| slice.len() as u64)
        .sum::<u64>()
        .pow(2)
}

/// Bits of wide groups, trailers, and checksums.
pub const SEALED: Schema = Schema {
    name: "Sealed",
    fields: &[
        Field::new("sum", U8).checksum(Checksum {
            algorithm: "sum of bytes",
            compute: sum_of_bytes,
            from: Edge::Start,
            to: Edge::After("big"),
        }),
        Field::new("length", U16).roles(FRAME).max(1000),
        Field::new(
            "big",
            first(bits(NumberKind::Unsigned, 50, 14, 8, Order::Big)),
        )
        .roles(&[Role::RequestId]),
        Field::new("small", bits(NumberKind::Signed, 12, 2, 8, Order::Big)),
        Field::new("signed", bits(NumberKind::Bool, 1, 1, 8, Order::Big)),
        Field::new("spare", bits(NumberKind::Unsigned, 1, 0, 8, Order::Big))
            .roles(&[Role::Reserved]),
        Field::new("status", U8)
            .codes(&[(7, "seven")])
            .roles(&[Role::Status {
                ok: 0,
                other: 9,
                errors: &[(7, ErrorType::OverLimit)],
            }]),
        Field::new("signature", unsigned(4, Order::Big))
            .presence(Presence::If(&SIGNED))
            .trailer()
            .checksum(Checksum {
                algorithm: "of the author's own",
                compute: length_squared,
                from: Edge::Body,
                to: Edge::Before("signature"),
            }),
        Field::new("crc", unsigned(4, Order::Little))
            .trailer()
            .checksum(Checksum {
                algorithm: "CRC-32",
                compute: crc32,
                from: Edge::Start,
                to: Edge::End,
            }),
    ],
};

/// A field that only the codec can read.
pub const OPAQUE: Schema = Schema {
    name: "Opaque",
    fields: &[
        Field::new("length", U16).roles(FRAME).max(1000),
        Field::new(
            "own",
            Shape::Custom(Custom {
                min: 1,
                max: 9,
                skip: |cursor| cursor.take(1).map(drop),
                sample: |bytes| bytes.push(0),
            }),
        ),
        Field::new("behind", U8),
    ],
};
