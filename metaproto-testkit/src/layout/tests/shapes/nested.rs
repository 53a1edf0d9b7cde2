//! Structs within structs.

use metaproto_codec::MessageType;
use metaproto_codec::schema::{
    Alternative, Checksum, Edge, Field, Item, Length, Role, Schema, Shape, Unit,
};

use super::{number, octets, of_field, prefix, sum8};

static POINT: Schema = Schema {
    name: "Point",
    fields: &[
        Field::new("x", number(1)),
        Field::new("label", octets(true, prefix(5))).max(5).align(4),
    ],
};

static TAGGED: Schema = Schema {
    name: "Tagged",
    fields: &[
        Field::new("tag", number(1)),
        Field::new(
            "value",
            Shape::Choice {
                tag: "tag",
                alternatives: &[
                    Alternative {
                        tag: 1,
                        name: "Nothing",
                        part: None,
                    },
                    Alternative {
                        tag: 2,
                        name: "Point",
                        part: Some(&POINT),
                    },
                ],
                other: None,
            },
        ),
    ],
};

static RAW: Schema = Schema {
    name: "Raw",
    fields: &[
        Field::new("flag", number(1)),
        Field::new("bytes", octets(false, Length::Rest)).max(30),
    ],
};

static SUMMED: Schema = Schema {
    name: "Summed",
    fields: &[
        Field::new("value", number(2)),
        Field::new("sum", number(1)).checksum(Checksum {
            algorithm: "sum8",
            compute: sum8,
            from: Edge::Start,
            to: Edge::Before("sum"),
        }),
    ],
};

/// Structs within structs: blocks, alternatives, alignment.
pub(in super::super) static NESTED: Schema = Schema {
    name: "Nested",
    fields: &[
        Field::new("kind", number(1)).roles(&[Role::MessageType(&[
            (1, MessageType::Request),
            (2, MessageType::Response),
            (3, MessageType::Ping),
        ])]),
        Field::new("size", number(2))
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(300),
        Field::new("form", number(1)).align(8),
        Field::new("point_len", number(1)),
        Field::new(
            "raw",
            Shape::Block {
                part: &RAW,
                length: prefix(20),
            },
        )
        .max(20),
        Field::new(
            "point",
            Shape::Block {
                part: &POINT,
                length: of_field("point_len", 1, 0),
            },
        )
        .max(30),
        Field::new(
            "content",
            Shape::Choice {
                tag: "form",
                alternatives: &[
                    Alternative {
                        tag: 7,
                        name: "Empty",
                        part: None,
                    },
                    Alternative {
                        tag: 8,
                        name: "Tagged",
                        part: Some(&TAGGED),
                    },
                    Alternative {
                        tag: 9,
                        name: "Summed",
                        part: Some(&SUMMED),
                    },
                ],
                other: Some(&POINT),
            },
        ),
        Field::new(
            "items",
            Shape::List {
                item: Item::Part(&TAGGED),
                length: prefix(3),
                unit: Unit::Elements,
            },
        )
        .max(3),
    ],
};
