//! Simpler messages, to find the smallest that still fails.

use metaproto_codec::schema::{Field, Presence, Role, Shape};

use super::measure;
use super::sites::is_computed;
use super::tree::{Message, Node, Value};

/// Messages that are a step simpler than `message`, the most drastic step first: less body, less in lists and maps,
/// shorter texts, zeros. Constants, codes and lengths stay, so that a valid message mostly stays valid.
///
/// Each is smaller, or has one more number that is zero: to shrink again and again comes to an end.
pub fn shrink(message: &Message) -> impl Iterator<Item = Message> + use<> {
    let mut edits = Vec::new();
    if !message.body.is_empty() {
        edits.push(Edit::Body(0));
    }
    if message.body.len() > 1 {
        edits.push(Edit::Body(message.body.len() / 2));
    }
    if !message.extension.is_empty() {
        edits.push(Edit::NoExtension);
    }
    let mut cuts = Vec::new();
    collect("", &message.fields, &mut cuts);
    // Stable: of the same cut, in wire order.
    cuts.sort_by_key(|(_, cut)| *cut);
    edits.extend(cuts.into_iter().map(|(path, cut)| Edit::Field(path, cut)));
    let message = message.clone();
    edits.into_iter().map(move |edit| {
        let mut simpler = message.clone();
        edit.apply(&mut simpler);
        simpler
    })
}

enum Edit {
    Body(usize),
    NoExtension,
    Field(String, Cut),
}

/// What is done to a value, the most drastic first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Absent,
    NoElements,
    HalfElements,
    WithoutElement(usize),
    NoBytes,
    HalfBytes,
    Zero,
}

impl Edit {
    fn apply(self, message: &mut Message) {
        match self {
            Self::Body(length) => message.body.truncate(length),
            Self::NoExtension => message.extension.clear(),
            Self::Field(path, cut) => {
                if let Some(value) = message.get_mut(&path) {
                    cut.apply(value);
                }
            }
        }
    }
}

impl Cut {
    fn apply(self, value: &mut Value) {
        match value {
            _ if self == Self::Absent => *value = Value::Absent,
            Value::List(items) => self.cut_elements(items),
            Value::Map(pairs) => self.cut_elements(pairs),
            Value::Bytes(bytes) => {
                let half = match str::from_utf8(bytes) {
                    Ok(text) => text.floor_char_boundary(bytes.len() / 2),
                    Err(_) => bytes.len() / 2,
                };
                bytes.truncate(if self == Self::HalfBytes { half } else { 0 });
            }
            Value::Number(_) | Value::Varint { .. } if self == Self::Zero => {
                *value = Value::Number(0);
            }
            _ => *value = Value::Absent,
        }
    }

    fn cut_elements<T>(self, elements: &mut Vec<T>) {
        match self {
            Self::HalfElements => elements.truncate(elements.len() / 2),
            Self::WithoutElement(index) if index < elements.len() => {
                elements.remove(index);
            }
            _ => elements.clear(),
        }
    }
}

type Cuts = Vec<(String, Cut)>;

fn collect(within: &str, nodes: &[Node], cuts: &mut Cuts) {
    for node in nodes {
        let path = format!("{within}{}", node.field.name);
        if node.field.constant.is_some() {
            continue;
        }
        if node.value != Value::Absent
            && matches!(node.field.presence, Presence::Room | Presence::Unless(_))
        {
            cuts.push((path.clone(), Cut::Absent));
        }
        match &node.value {
            Value::Number(_) if keeps_number(node.field, nodes) => {}
            // An array has always the same length, and what stands in a custom field only its author knows.
            Value::Bytes(_)
                if matches!(node.field.shape, Shape::Array { .. } | Shape::Custom(_)) => {}
            value => collect_value(path, value, cuts),
        }
    }
}

fn collect_value(path: String, value: &Value, cuts: &mut Cuts) {
    match value {
        Value::Number(0) | Value::Absent => {}
        Value::Number(_) | Value::Varint { .. } => cuts.push((path, Cut::Zero)),
        Value::Bytes(bytes) => {
            if bytes.len() > 1 {
                cuts.push((path.clone(), Cut::HalfBytes));
            }
            if !bytes.is_empty() {
                cuts.push((path, Cut::NoBytes));
            }
        }
        Value::List(items) => {
            collect_elements(&path, items.len(), cuts);
            for (index, item) in items.iter().enumerate() {
                collect_value(format!("{path}[{index}]"), item, cuts);
            }
        }
        Value::Map(pairs) => {
            collect_elements(&path, pairs.len(), cuts);
            for (index, (key, value)) in pairs.iter().enumerate() {
                collect_value(format!("{path}[{index}].key"), key, cuts);
                collect_value(format!("{path}[{index}].value"), value, cuts);
            }
        }
        Value::Part(nodes) => collect(&format!("{path}."), nodes, cuts),
    }
}

fn collect_elements(path: &str, count: usize, cuts: &mut Cuts) {
    if count > 0 {
        cuts.push((path.to_owned(), Cut::NoElements));
    }
    if count > 1 {
        cuts.push((path.to_owned(), Cut::HalfElements));
        cuts.extend((0..count).map(|index| (path.to_owned(), Cut::WithoutElement(index))));
    }
}

/// Whether a number is a code, or is computed from what it measures.
fn keeps_number(field: &Field, nodes: &[Node]) -> bool {
    let is_code = |role: &Role| {
        matches!(
            role,
            Role::MessageType(_) | Role::OneWay(_) | Role::Heartbeat(_) | Role::Status { .. }
        )
    };
    is_computed(field, nodes)
        || field.roles.iter().any(is_code)
        || nodes
            .iter()
            .any(|other| measure::is_told_by(&other.field.shape, field.name))
}
