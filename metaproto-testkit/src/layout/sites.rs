//! The places of a tree where something can be put.

use metaproto_codec::schema::{Field, Item, Length, NumberKind, Role, Shape, Unit};

use super::measure;
use super::models::width;
use super::read::{is_open, is_size};
use super::tree::{Message, Node, Value};

/// A place, and what can stand there.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) path: String,
    /// What it means; nothing for what stands in a list, map or part.
    pub(crate) roles: &'static [Role],
    /// Numbers that have a name, or that alternatives have for their tag.
    pub(crate) codes: Vec<(&'static str, u128)>,
    /// Whether all other numbers are errors.
    pub(crate) closed: bool,
    pub(crate) kind: SiteKind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum SiteKind {
    /// A number that is free to choose.
    Number {
        kind: NumberKind,
        bits: usize,
        /// Whether it has as many bytes as it needs, up to so many.
        varint: Option<usize>,
    },
    /// A text or byte string.
    Octets {
        /// Whether it is read as text by anybody.
        text: bool,
        max: usize,
        length: Length,
    },
    /// A list.
    List {
        item: &'static Item,
        max: usize,
        unit: Unit,
        length: Length,
    },
    /// A map.
    Map {
        key: &'static Item,
        value: &'static Item,
        max: usize,
        unit: Unit,
    },
}

/// The places of `message`, in wire order; in lists and maps, those of the first element.
pub(crate) fn of(message: &Message) -> Vec<Site> {
    let mut sites = Vec::new();
    walk("", &message.fields, &mut sites);
    sites
}

fn walk(within: &str, nodes: &[Node], sites: &mut Vec<Site>) {
    for node in nodes.iter().filter(|node| node.value != Value::Absent) {
        let field = node.field;
        let path = format!("{within}{}", field.name);
        let max = field.max.unwrap_or(0);
        let mut add = |kind| {
            let (codes, closed) = codes(field, nodes);
            sites.push(Site {
                path: path.clone(),
                roles: field.roles,
                codes,
                closed,
                kind,
            });
        };
        match (&field.shape, &node.value) {
            (shape @ (Shape::Number(_) | Shape::Bits { .. } | Shape::Varint(_)), _) => {
                if let (Some(kind), false) = (shape.number_kind(), is_computed(field, nodes)) {
                    let varint = match shape {
                        Shape::Varint(varint) => Some(varint.bytes),
                        _ => None,
                    };
                    let bits = width(shape);
                    add(SiteKind::Number { kind, bits, varint });
                }
            }
            (Shape::Octets { text, length }, _) => {
                let is_exposed = |role: &Role| matches!(role, Role::Operation | Role::Property(_));
                let text = *text || field.roles.iter().any(is_exposed);
                let max = match length {
                    Length::Padded { bytes, .. } => *bytes,
                    _ => max,
                };
                let length = *length;
                add(SiteKind::Octets { text, max, length });
            }
            (Shape::List { item, unit, length }, Value::List(items)) => {
                let (unit, length) = (unit_of(*unit, length), *length);
                add(SiteKind::List {
                    item,
                    max,
                    unit,
                    length,
                });
                if let Some(first) = items.first() {
                    walk_item(format!("{path}[0]"), item, false, first, sites);
                }
            }
            (
                Shape::Map {
                    key,
                    value,
                    unit,
                    length,
                },
                Value::Map(pairs),
            ) => {
                let unit = unit_of(*unit, length);
                add(SiteKind::Map {
                    key,
                    value,
                    max,
                    unit,
                });
                if let Some((first_key, first_value)) = pairs.first() {
                    let open = is_open(field);
                    walk_item(format!("{path}[0].key"), key, open, first_key, sites);
                    walk_item(format!("{path}[0].value"), value, open, first_value, sites);
                }
            }
            (_, Value::Part(nodes)) => walk(&format!("{path}."), nodes, sites),
            _ => {}
        }
    }
}

/// Whether a number is a constant, or computed from what it measures or sums up.
pub(super) fn is_computed(field: &Field, nodes: &[Node]) -> bool {
    field.constant.is_some()
        || field.checksum.is_some()
        || field.roles.iter().any(is_size)
        || nodes
            .iter()
            .any(|other| measure::stands_in(&other.field.shape, field.name))
}

/// What a maximum counts.
fn unit_of(unit: Unit, length: &Length) -> Unit {
    match length {
        Length::Until(_) => Unit::Elements,
        Length::Rest => Unit::Bytes,
        _ => unit,
    }
}

/// Numbers with names, and whether others are errors.
fn codes(field: &'static Field, nodes: &[Node]) -> (Vec<(&'static str, u128)>, bool) {
    let mut codes: Vec<_> = field
        .codes
        .iter()
        .map(|(raw, name)| (*name, *raw))
        .collect();
    let mut closed = field
        .roles
        .iter()
        .any(|role| matches!(role, Role::MessageType(_)));
    for node in nodes {
        if let Shape::Choice {
            alternatives,
            other,
            ..
        } = &node.field.shape
            && measure::is_told_by(&node.field.shape, field.name)
        {
            codes.extend(alternatives.iter().map(|it| (it.name, it.tag)));
            closed |= other.is_none();
        }
    }
    (codes, closed)
}

fn walk_item(path: String, item: &'static Item, open: bool, value: &Value, sites: &mut Vec<Site>) {
    let kind = match (item, value) {
        (Item::Number(number), _) => SiteKind::Number {
            kind: number.kind,
            bits: 8 * number.bytes,
            varint: None,
        },
        (Item::Varint(varint), _) => SiteKind::Number {
            kind: NumberKind::Unsigned,
            bits: varint.bits as usize,
            varint: Some(varint.bytes),
        },
        (Item::Octets { text, length, max }, _) => SiteKind::Octets {
            text: *text || open,
            max: *max,
            length: *length,
        },
        (Item::Part(_), Value::Part(nodes)) => return walk(&format!("{path}."), nodes, sites),
        _ => return,
    };
    sites.push(Site {
        path,
        roles: &[],
        codes: Vec::new(),
        closed: false,
        kind,
    });
}
