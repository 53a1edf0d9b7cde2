//! The schemas that lie within others, each under a name of its own.

use metaproto_codec::Schema;
use metaproto_codec::schema::{Item, Shape};

use crate::json;

/// Some schemas and all that lie within them, each once, in the order in which they are met.
pub(crate) struct Parts(Vec<(String, Schema)>);

impl Parts {
    /// The parts of `roots`, these first.
    pub(crate) fn of(roots: &[Schema]) -> Self {
        let mut parts = Self(Vec::new());
        for root in roots {
            parts.add(*root);
        }
        // A part may contain itself: what is listed is not looked at again.
        let mut next = 0;
        while let Some((_, schema)) = parts.0.get(next) {
            let fields = schema.fields;
            for field in fields {
                for part in within(&field.shape) {
                    parts.add(*part);
                }
            }
            next += 1;
        }
        parts
    }

    /// Names and schemas.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.0.iter().map(|(name, schema)| (&**name, schema))
    }

    /// The name of `schema`; its own where it is not listed.
    pub(crate) fn name(&self, schema: &Schema) -> &str {
        self.find(schema).unwrap_or(schema.name)
    }

    fn find(&self, schema: &Schema) -> Option<&str> {
        self.iter()
            .find(|(_, known)| same(known, schema))
            .map(|(name, _)| name)
    }

    fn add(&mut self, schema: Schema) {
        if self.find(&schema).is_some() {
            return;
        }
        let taken = |name: &str| self.iter().any(|(known, _)| known == name);
        let mut name = schema.name.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{}_{number}", schema.name);
            number += 1;
        }
        self.0.push((name, schema));
    }
}

/// Whether two schemas say the same, those within by their names.
fn same(one: &Schema, other: &Schema) -> bool {
    let place = |schema: &Schema| (schema.fields.as_ptr(), schema.fields.len());
    let fields = |schema: &Schema| json::fields(schema, &|part| part.name.to_owned());
    one.name == other.name && (place(one) == place(other) || fields(one) == fields(other))
}

/// The schemas directly within a shape.
fn within(shape: &Shape) -> Vec<&'static Schema> {
    let of_item = |item: &Item| match item {
        Item::Part(part) => Some(*part),
        _ => None,
    };
    match shape {
        Shape::Part(part) | Shape::Block { part, .. } => vec![part],
        Shape::List { item, .. } => of_item(item).into_iter().collect(),
        Shape::Map { key, value, .. } => [key, value].into_iter().filter_map(of_item).collect(),
        Shape::Choice {
            alternatives,
            other,
            ..
        } => {
            let parts = alternatives.iter().filter_map(|each| each.part);
            parts.chain(*other).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metaproto_codec::schema::{Field, Length, Unit};

    static NODE: Schema = Schema {
        name: "Node",
        fields: &[Field::new(
            "children",
            Shape::List {
                item: Item::Part(&NODE),
                length: Length::Rest,
                unit: Unit::Elements,
            },
        )],
    };
    static ROOT: Schema = Schema {
        name: "Root",
        fields: &[
            Field::new("node", Shape::Part(&NODE)),
            Field::new(
                "other",
                Shape::Part(&Schema {
                    name: "Node",
                    fields: &[Field::new("id", Shape::Array { len: 4 })],
                }),
            ),
        ],
    };

    #[test]
    fn each_part_is_listed_once_under_a_name_of_its_own() {
        let parts = Parts::of(&[ROOT]);
        let names: Vec<&str> = parts.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Root", "Node", "Node_2"]);
        assert_eq!(parts.name(&NODE), "Node");
    }
}
