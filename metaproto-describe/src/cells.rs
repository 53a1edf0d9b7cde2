//! The schema as cells of a diagram.

use metaproto_codec::schema::{Field, Item, Length, Role, Schema, Shape};
use metaproto_codec::wire::{Form, Order};
use metaproto_codec::{MAX_DEPTH, schema};
use metaproto_diagram::{ByteOrder, Cell, group};

use crate::measure::is_message;
use crate::words;

/// Gives a nested schema its name.
type Name<'a> = &'a dyn Fn(&Schema) -> String;

/// The cells of a header or part; a message also has its body and trailers. Parts that are always there are drawn in
/// place, their fields as `part.field`; others are single cells.
pub(crate) fn cells(schema: &Schema, name: Name<'_>) -> Vec<Cell> {
    let mut drawing = Drawing {
        cells: Vec::new(),
        name,
    };
    drawing.fields(schema, "", false, 0);
    if is_message(schema) {
        drawing.body(schema);
        drawing.fields(schema, "", true, 0);
    }
    drawing.cells
}

struct Drawing<'a> {
    cells: Vec<Cell>,
    name: Name<'a>,
}

impl Drawing<'_> {
    fn fields(&mut self, schema: &Schema, path: &str, trailers: bool, depth: usize) {
        let fields: Vec<&Field> = schema
            .fields
            .iter()
            .filter(|field| field.trailer == trailers)
            .collect();
        for (index, field) in fields.iter().enumerate() {
            match &field.shape {
                Shape::Bits { first: false, .. } => {}
                Shape::Bits { group, order, .. } => {
                    let rest = fields.get(index + 1..).unwrap_or_default();
                    let rest = rest
                        .iter()
                        .take_while(|next| matches!(next.shape, Shape::Bits { first: false, .. }));
                    let members: Vec<&Field> = [*field].into_iter().chain(rest.copied()).collect();
                    self.bits(&members, *group, *order, path);
                }
                _ => self.field(field, path, depth),
            }
            if field.align > 1 {
                let rule = format!("zeros to a multiple of {} bytes", field.align);
                let cell = Cell::variable(format!("{path}{} padding", field.name), rule);
                self.push(cell, field, words::condition(field));
            }
        }
    }

    fn bits(&mut self, members: &[&Field], bytes: usize, order: Order, path: &str) {
        let order = match order {
            Order::Big => ByteOrder::Big,
            Order::Little => ByteOrder::Little,
        };
        let cell = |field: &&Field| match field.shape {
            Shape::Bits { bits, shift, .. } => {
                let cell = Cell::bits(format!("{path}{}", field.name), bits as usize);
                let cell = cell.note(note(field, None));
                let cell = match words::condition(field) {
                    Some(condition) => cell.condition(condition),
                    None => cell,
                };
                let cell = if field.trailer { cell.trailer() } else { cell };
                Some((cell, shift as usize))
            }
            _ => None,
        };
        let members: Vec<(Cell, usize)> = members.iter().filter_map(cell).collect();
        self.cells.extend(group(bytes, order, &members));
    }

    fn field(&mut self, field: &Field, path: &str, depth: usize) {
        let label = format!("{path}{}", field.name);
        let always = matches!(field.presence, schema::Presence::Always);
        if let Shape::Part(part) = &field.shape
            && always
            && depth + 1 < MAX_DEPTH
        {
            return self.fields(part, &format!("{label}."), false, depth + 1);
        }
        // A length prefix is a cell of its own, and there even where it says that nothing follows.
        if let Some(Length::Prefix(prefix)) = length(&field.shape) {
            let label = format!("{label}.length");
            let cell = match prefix.form {
                Form::Fixed { width, .. } => Cell::bytes(label, width),
                Form::Varint(_) => Cell::variable(label, "1 to 10 bytes"),
            };
            let cell = cell.note(format!("{}; at most {}", words::prefix(prefix), prefix.max));
            let condition = match field.presence {
                schema::Presence::Unless(_) => None,
                _ => words::condition(field),
            };
            self.push(cell, field, condition);
        }
        let cell = match (field.shape.bits(), rule(field, &label)) {
            (Some(bits), _) => Cell::bits(label, bits),
            (None, rule) => Cell::variable(label, rule),
        };
        let cell = cell.note(note(field, Some(self.name)));
        self.push(cell, field, words::condition(field));
    }

    /// What lies between the header's fields and the trailers.
    fn body(&mut self, schema: &Schema) {
        if schema.find(|role| *role == Role::NoBody).is_some() {
            return;
        }
        if schema
            .find(|role| matches!(role, Role::HeaderLen { .. }))
            .is_some()
        {
            let cell = Cell::variable("header extension", "to the end of the header");
            self.cells.push(
                cell.condition("if the header is longer")
                    .note("kept as it is"),
            );
        }
        let rule = match schema.find(|role| matches!(role, Role::BodyLen { .. })) {
            Some(field) => format!("as {} says", field.name),
            None if schema.fields.iter().any(|field| field.trailer) => {
                "up to the trailer".to_owned()
            }
            None => "to the end of the message".to_owned(),
        };
        self.cells
            .push(Cell::variable("body", rule).note("payload, opaque"));
    }

    fn push(&mut self, cell: Cell, field: &Field, condition: Option<String>) {
        let cell = match condition {
            Some(condition) => cell.condition(condition),
            None => cell,
        };
        self.cells
            .push(if field.trailer { cell.trailer() } else { cell });
    }
}

/// The length of a shape that varies.
pub(crate) fn length(shape: &Shape) -> Option<&Length> {
    match shape {
        Shape::Octets { length, .. }
        | Shape::List { length, .. }
        | Shape::Map { length, .. }
        | Shape::Block { length, .. } => Some(length),
        _ => None,
    }
}

/// How long a field is that varies.
fn rule(field: &Field, label: &str) -> String {
    match &field.shape {
        Shape::Varint(varint) => format!("1 to {} bytes", varint.bytes),
        Shape::Octets { length, .. } | Shape::Block { length, .. } => {
            words::length(label, length, "bytes")
        }
        Shape::List { length, unit, .. } => {
            words::length(label, length, words::counted(*unit, "items"))
        }
        Shape::Map { length, unit, .. } => {
            words::length(label, length, words::counted(*unit, "pairs"))
        }
        Shape::Part(_) => "as its fields".to_owned(),
        Shape::Choice { tag, .. } => format!("as {tag} says"),
        Shape::Custom(custom) => format!("{} to {} bytes", custom.min, custom.max),
        _ => "varies".to_owned(),
    }
}

/// What the table says of a field.
fn note(field: &Field, name: Option<Name<'_>>) -> String {
    let mut notes = vec![words::kind(&field.shape)];
    if let Some(name) = name {
        let item = |item: &Item| words::item(item, name);
        match &field.shape {
            Shape::List { item: each, .. } => notes.push(format!("of {}", item(each))),
            Shape::Map { key, value, .. } => {
                notes.push(format!("of {} to {}", item(key), item(value)));
            }
            Shape::Part(part) | Shape::Block { part, .. } => {
                notes.push(format!("[{}]", name(part)));
            }
            _ => {}
        }
    }
    let stated = words::remarks(field);
    notes.extend(stated);
    notes.retain(|note| !note.is_empty());
    notes.join("; ")
}
