//! The declaration as cells of a diagram.

use metaproto_diagram::{ByteOrder, Cell, group};

use super::words;
use super::written::written;
use crate::ast::{Choice, Field, Header, Presence};
use crate::attr::{Form, Order};
use crate::choices::number;
use crate::shape::{Extent, Shape};

/// The cells of a header or part; a message also has its body and trailers.
pub(super) fn of_header(header: &Header) -> Vec<Cell> {
    let mut cells = Vec::new();
    push_fields(&mut cells, header.header_fields());
    if !header.part {
        push_body(&mut cells, header);
        push_fields(&mut cells, header.trailers());
    }
    cells
}

/// The cells of an enum of parts: its tag, if that stands before it, and what the tag chooses.
pub(super) fn of_choice(choice: &Choice) -> Vec<Cell> {
    let value = Cell::variable("value", "as tag says").note("chosen by `tag`");
    let tag = choice.tag.as_ref().map(|tag| match tag.form {
        Form::Fixed(bytes) => {
            Cell::bytes("tag", bytes).note(words::number("unsigned", bytes, tag.order))
        }
        form => Cell::variable("tag", "1 to 10 bytes").note(words::varint(form, false)),
    });
    tag.into_iter().chain([value]).collect()
}

fn push_fields<'f>(cells: &mut Vec<Cell>, fields: impl Iterator<Item = &'f Field>) {
    let fields: Vec<&Field> = fields.collect();
    for (index, field) in fields.iter().enumerate() {
        match &field.shape {
            Shape::Bits { first: false, .. } => {}
            Shape::Bits { group: bytes, .. } => {
                let rest = fields.get(index + 1..).unwrap_or_default().iter();
                let rest =
                    rest.take_while(|it| matches!(it.shape, Shape::Bits { first: false, .. }));
                let members: Vec<_> = [field]
                    .into_iter()
                    .chain(rest)
                    .filter_map(|it| bits(it))
                    .collect();
                cells.extend(group(*bytes, byte_order(field.order), &members));
            }
            _ => push_field(cells, field),
        }
        if let Some(align) = &field.attrs.align {
            let rule = format!("zeros to a multiple of {} bytes", align.base10_digits());
            let cell = Cell::variable(format!("{} padding", field.ident), rule);
            cells.push(placed(cell, field, words::condition(field)));
        }
    }
}

/// A member of a group, with the number of bits of the group that lie below it.
fn bits(field: &Field) -> Option<(Cell, usize)> {
    let Shape::Bits { bits, shift, .. } = field.shape else {
        return None;
    };
    let cell = Cell::bits(field.ident.to_string(), bits as usize).note(words::note(field));
    Some((placed(cell, field, words::condition(field)), shift as usize))
}

fn push_field(cells: &mut Vec<Cell>, field: &Field) {
    let name = field.ident.to_string();
    // A length prefix is a cell of its own, and there even where it says that nothing follows.
    if let Some(Extent::Prefix(form)) = field.shape.extent() {
        let label = format!("{name}.length");
        let (cell, kind) = match *form {
            Form::Fixed(bytes) => (
                Cell::bytes(label, bytes),
                words::number("unsigned", bytes, field.order),
            ),
            form => (
                Cell::variable(label, "1 to 10 bytes"),
                words::varint(form, false),
            ),
        };
        let max = field
            .attrs
            .max
            .as_ref()
            .map(|max| format!("; at most {}", words::stated(max)));
        let condition = match field.presence {
            Presence::Null(_) => None,
            _ => words::condition(field),
        };
        cells.push(placed(
            cell.note(kind + &max.unwrap_or_default()),
            field,
            condition,
        ));
    }
    let cell = cell(field, name).note(words::note(field));
    cells.push(placed(cell, field, words::condition(field)));
}

fn cell(field: &Field, name: String) -> Cell {
    match &field.shape {
        Shape::Scalar { bytes, .. } => Cell::bytes(name, *bytes),
        Shape::Octets {
            extent: Extent::Padded { bytes, .. },
            ..
        } => Cell::bytes(name, *bytes),
        Shape::Array { len } => match number(len).and_then(|len| usize::try_from(len).ok()) {
            Some(len) => Cell::bytes(name, len),
            None => Cell::variable(name, format!("{} bytes", written(len))),
        },
        _ => {
            let rule = words::rule(field);
            Cell::variable(name, rule)
        }
    }
}

/// What lies between the header's fields and the trailers.
fn push_body(cells: &mut Vec<Cell>, header: &Header) {
    if header.has_no_body() {
        return;
    }
    let find = |has: fn(&&Field) -> bool| header.fields.iter().find(has);
    if find(|field| field.attrs.header_len.is_some()).is_some() {
        let cell = Cell::variable("header extension", "to the end of the header");
        cells.push(
            cell.condition("if the header is longer")
                .note("kept as it is"),
        );
    }
    let rule = match find(|field| field.attrs.body_len.is_some()) {
        Some(field) => format!("as {} says", field.ident),
        None if header.trailers().next().is_some() => "up to the trailer".to_owned(),
        None => "to the end of the message".to_owned(),
    };
    cells.push(Cell::variable("body", rule).note("payload, opaque"));
}

/// The cell as the field has it: with its condition, and where it lies.
fn placed(cell: Cell, field: &Field, condition: Option<String>) -> Cell {
    let cell = match condition {
        Some(condition) => cell.condition(condition),
        None => cell,
    };
    match field.attrs.trailer {
        Some(_) => cell.trailer(),
        None => cell,
    }
}

fn byte_order(order: Order) -> ByteOrder {
    match order {
        Order::Big => ByteOrder::Big,
        Order::Little => ByteOrder::Little,
    }
}
