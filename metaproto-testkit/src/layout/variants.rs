//! Messages in which something is there that is not always, or is not there.

use metaproto_codec::Direction;
use metaproto_codec::schema::{Presence, Shape};

use super::models::{reach, settle, settle_fields};
use super::read::chosen;
use super::tree::{Message, Node, Value};

/// A message like another one but for one field.
pub(super) struct Variant {
    /// What is different, for people.
    pub(super) label: String,
    /// The field that is there now, or is another alternative; nothing where a field is gone.
    pub(super) path: Option<String>,
    pub(super) message: Message,
}

/// How many fields within fields are varied, each beside the one around it.
const DEPTH: usize = 4;

/// The variants of `message`, and those of what is new in them.
pub(super) fn of(message: &Message, direction: Direction) -> Vec<Variant> {
    let mut variants = Vec::new();
    within(message, "", direction, DEPTH, &mut variants);
    variants
}

fn within(
    message: &Message,
    below: &str,
    direction: Direction,
    depth: usize,
    variants: &mut Vec<Variant>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let mut changes = Vec::new();
    collect("", &message.fields, &mut changes);
    for change in changes.iter().filter(|change| {
        // What is new in a variant stands in the field that is.
        below.is_empty() || change.path.len() > below.len() && change.path.starts_with(below)
    }) {
        let mut changed = message.clone();
        if !change.apply(&mut changed, direction) {
            continue;
        }
        settle(&mut changed, direction);
        let is_new = !matches!(change.what, What::There(false) | What::Gone);
        if is_new {
            within(&changed, &change.path, direction, depth, variants);
        }
        variants.push(Variant {
            label: change.label(),
            path: is_new.then(|| change.path.clone()),
            message: changed,
        });
    }
}

/// What can be changed about a field.
struct Change {
    path: String,
    /// The path of the struct in which it stands, with a dot.
    within: String,
    index: usize,
    what: What,
}

enum What {
    /// A condition holds, or does not.
    There(bool),
    /// It is absent, and with it what can only stand behind it.
    Gone,
    /// Another alternative.
    Tag(&'static str, u128),
}

impl Change {
    fn label(&self) -> String {
        let path = &self.path;
        match self.what {
            What::There(true) => format!("`{path}` there"),
            What::There(false) | What::Gone => format!("`{path}` absent"),
            What::Tag(name, tag) => format!("`{path}` is {name} ({tag})"),
        }
    }

    fn apply(&self, message: &mut Message, direction: Direction) -> bool {
        let Some(nodes) = message.part_mut(&self.within) else {
            return false;
        };
        match self.what {
            What::There(wanted) => {
                let is_reached = [true, false]
                    .into_iter()
                    .any(|alone| reach(nodes, self.index, wanted, alone, direction));
                settle_fields(nodes, direction, true);
                is_reached
            }
            What::Gone => {
                let behind = nodes.iter_mut().enumerate().skip(self.index);
                for (index, node) in behind {
                    if index == self.index || matches!(node.field.presence, Presence::Room) {
                        node.value = Value::Absent;
                    }
                }
                true
            }
            What::Tag(_, raw) => {
                let tag = match nodes.get(self.index).map(|node| &node.field.shape) {
                    Some(Shape::Choice { tag, .. }) => *tag,
                    _ => return false,
                };
                let found = nodes.iter_mut().find(|node| node.field.name == tag);
                found.map(|node| node.value = Value::Number(raw)).is_some()
            }
        }
    }
}

fn collect(within: &str, nodes: &[Node], changes: &mut Vec<Change>) {
    for (index, node) in nodes.iter().enumerate() {
        let field = node.field;
        let path = format!("{within}{}", field.name);
        let is_there = node.value != Value::Absent;
        let mut add = |what| {
            changes.push(Change {
                path: path.clone(),
                within: within.to_owned(),
                index,
                what,
            });
        };
        match field.presence {
            Presence::If(_) => add(What::There(!is_there)),
            Presence::Room | Presence::Unless(_) if is_there => add(What::Gone),
            _ => {}
        }
        if let Shape::Choice {
            tag,
            alternatives,
            other,
        } = &field.shape
        {
            let told = nodes.iter().find(|node| node.field.name == *tag);
            let present = told.map(|node| node.value.number());
            let unlisted = (0..=alternatives.len() as u128)
                .find(|tag| alternatives.iter().all(|it| it.tag != *tag));
            let unlisted = unlisted
                .filter(|tag| other.is_some() && chosen(*tag, alternatives, *other).is_some())
                .map(|tag| ("another", tag));
            for (name, tag) in alternatives
                .iter()
                .map(|it| (it.name, it.tag))
                .chain(unlisted)
            {
                if Some(tag) != present {
                    add(What::Tag(name, tag));
                }
            }
        }
        match &node.value {
            Value::Part(nodes) => collect(&format!("{path}."), nodes, changes),
            Value::List(items) => {
                if let Some(Value::Part(nodes)) = items.first() {
                    collect(&format!("{path}[0]."), nodes, changes);
                }
            }
            Value::Map(pairs) => {
                if let Some((_, Value::Part(nodes))) = pairs.first() {
                    collect(&format!("{path}[0].value."), nodes, changes);
                }
            }
            _ => {}
        }
    }
}
