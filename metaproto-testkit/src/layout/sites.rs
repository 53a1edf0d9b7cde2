//! The places of a tree where something can be put.

use metaproto_codec::schema::{Item, NumberKind, Role, Shape, Unit};

use super::measure;
use super::read::{is_open, is_size};
use super::tree::{Message, Node, Value};

/// A place, and what can stand there.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) path: String,
    /// What it means; nothing for what stands in a list, map or part.
    pub(crate) roles: &'static [Role],
    pub(crate) kind: SiteKind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum SiteKind {
    /// A number that is free to choose.
    Number { kind: NumberKind, bits: usize },
    /// A text or byte string.
    Octets {
        /// Whether it is read as text by anybody.
        text: bool,
        max: usize,
    },
    /// A list.
    List {
        item: &'static Item,
        max: usize,
        unit: Unit,
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
    for node in nodes {
        let field = node.field;
        let path = format!("{within}{}", field.name);
        let max = field.max.unwrap_or(0);
        let mut add = |kind| {
            sites.push(Site {
                path: path.clone(),
                roles: field.roles,
                kind,
            });
        };
        match (&field.shape, &node.value) {
            (shape @ (Shape::Number(_) | Shape::Bits { .. }), _) => {
                let is_computed = field.constant.is_some()
                    || field.roles.iter().any(is_size)
                    || nodes
                        .iter()
                        .any(|other| measure::stands_in(&other.field.shape, field.name));
                if let (Some(kind), Some(bits), false) =
                    (shape.number_kind(), shape.bits(), is_computed)
                {
                    add(SiteKind::Number { kind, bits });
                }
            }
            (Shape::Octets { text, .. }, _) => {
                let is_exposed = |role: &Role| matches!(role, Role::Operation | Role::Property(_));
                let text = *text || field.roles.iter().any(is_exposed);
                add(SiteKind::Octets { text, max });
            }
            (Shape::List { item, unit, .. }, Value::List(items)) => {
                let unit = *unit;
                add(SiteKind::List { item, max, unit });
                if let Some(first) = items.first() {
                    walk_item(format!("{path}[0]"), item, false, first, sites);
                }
            }
            (
                Shape::Map {
                    key, value, unit, ..
                },
                Value::Map(pairs),
            ) => {
                let unit = *unit;
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
            (Shape::Part(_), Value::Part(nodes)) => walk(&format!("{path}."), nodes, sites),
            _ => {}
        }
    }
}

fn walk_item(path: String, item: &'static Item, open: bool, value: &Value, sites: &mut Vec<Site>) {
    let kind = match (item, value) {
        (Item::Number(number), _) => SiteKind::Number {
            kind: number.kind,
            bits: 8 * number.bytes,
        },
        (Item::Octets { text, max, .. }, _) => SiteKind::Octets {
            text: *text || open,
            max: *max,
        },
        (Item::Part(_), Value::Part(nodes)) => return walk(&format!("{path}."), nodes, sites),
        _ => return,
    };
    let roles = &[];
    sites.push(Site { path, roles, kind });
}
