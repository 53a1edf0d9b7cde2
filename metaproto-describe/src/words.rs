//! The schema in words.

use std::fmt::Write as _;

use metaproto_codec::schema::{
    Checksum, Constant, Edge, Expr, Field, Item, Length, NumberKind, Operator, Presence, Role,
    Shape, Unit,
};
use metaproto_codec::wire::{Form, Order, Prefix, VarintForm};

use crate::codes::spelled;

/// When a field is there; `None` if always.
pub(crate) fn condition(field: &Field) -> Option<String> {
    match &field.presence {
        Presence::Always => None,
        Presence::If(condition) => Some(format!("if {}", expr(condition))),
        Presence::Room => Some("if there is room".to_owned()),
        Presence::Unless(raw) => Some(format!("unless {}.length is {raw}", field.name)),
        _ => Some("sometimes".to_owned()),
    }
}

/// An expression as Rust would have it, with brackets around all that is nested.
pub(crate) fn expr(expr: &Expr) -> String {
    match expr {
        Expr::Number(number) => number.to_string(),
        Expr::Field(name) => (*name).to_owned(),
        Expr::Not(inner) => format!("!{}", nested(inner)),
        Expr::Binary(operator, left, right) => {
            format!("{} {} {}", nested(left), symbol(*operator), nested(right))
        }
    }
}

fn nested(inner: &Expr) -> String {
    match inner {
        Expr::Binary(..) => format!("({})", expr(inner)),
        _ => expr(inner),
    }
}

/// The operator as in Rust.
const fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::And => "&&",
        Operator::Or => "||",
        Operator::BitAnd => "&",
        Operator::BitOr => "|",
        Operator::BitXor => "^",
        Operator::ShiftRight => ">>",
    }
}

/// How long something is, of `what`: bytes, items, pairs.
pub(crate) fn length(field: &str, length: &Length, what: &str) -> String {
    match length {
        Length::Prefix(prefix) => {
            format!(
                "{} {what}",
                scaled(&format!("{field}.length"), prefix.scale, prefix.offset)
            )
        }
        Length::Field {
            name,
            scale,
            offset,
        } => {
            format!("{} {what}", scaled(name, *scale, *offset))
        }
        Length::Until(delimiter) => format!("up to \"{}\"", delimiter.escape_ascii()),
        Length::Padded { bytes, .. } => format!("{bytes} bytes"),
        Length::Rest => "to the end".to_owned(),
        _ => "varies".to_owned(),
    }
}

fn scaled(name: &str, scale: u64, offset: i64) -> String {
    let mut text = name.to_owned();
    if scale != 1 {
        let _ = write!(text, " * {scale}");
    }
    match offset {
        0 => {}
        1.. => {
            let _ = write!(text, " + {offset}");
        }
        _ => {
            let _ = write!(text, " - {}", offset.unsigned_abs());
        }
    }
    text
}

/// What a length counts.
pub(crate) const fn counted(unit: Unit, elements: &'static str) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Elements => elements,
    }
}

/// How a length prefix is written.
pub(crate) fn prefix(prefix: &Prefix) -> String {
    match prefix.form {
        Form::Fixed { width, order } => number(NumberKind::Unsigned, width, order),
        Form::Varint(form) => varint(form, false),
    }
}

/// One item of a list or map.
pub(crate) fn item(item: &Item, name: &dyn Fn(&metaproto_codec::Schema) -> String) -> String {
    match item {
        Item::Number(found) => format!(
            "{} of {}",
            number(found.kind, found.bytes, found.order),
            bytes(found.bytes)
        ),
        Item::Varint(found) => varint(found.form, found.zigzag),
        Item::Octets { text, length, max } => {
            let kind = if *text { "text" } else { "bytes" };
            let end = match length {
                Length::Prefix(found) => match found.form {
                    Form::Fixed { width, .. } => {
                        format!("after {} of length", bytes(width))
                    }
                    Form::Varint(form) => format!("after a length, {}", varint(form, false)),
                },
                other => self::length("item", other, "bytes"),
            };
            format!("{kind} {end}, at most {max}")
        }
        Item::Part(part) => format!("[{}]", name(part)),
        _ => "items".to_owned(),
    }
}

fn bytes(count: usize) -> String {
    if count == 1 {
        "1 byte".to_owned()
    } else {
        format!("{count} bytes")
    }
}

/// What a field holds, in a few words.
pub(crate) fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Number(found) => number(found.kind, found.bytes, found.order),
        Shape::Bits { kind, .. } => number(*kind, 1, Order::Big),
        Shape::Varint(found) => varint(found.form, found.zigzag),
        Shape::Octets { text: true, length } => match length {
            Length::Padded { pad, .. } => {
                format!("text, filled up with \"{}\"", pad.escape_ascii())
            }
            _ => "text".to_owned(),
        },
        Shape::Octets {
            length: Length::Padded { pad, .. },
            ..
        } => {
            format!("bytes, filled up with \"{}\"", pad.escape_ascii())
        }
        Shape::Array { .. } | Shape::Octets { .. } => "bytes".to_owned(),
        Shape::List { .. } => "list".to_owned(),
        Shape::Map { .. } => "map".to_owned(),
        Shape::Part(_) | Shape::Block { .. } => "part".to_owned(),
        Shape::Choice { tag, .. } => format!("chosen by `{tag}`"),
        Shape::Custom(_) => "bytes that the codec reads with a function of its own".to_owned(),
        _ => String::new(),
    }
}

fn number(kind: NumberKind, bytes: usize, order: Order) -> String {
    let kind = match kind {
        NumberKind::Unsigned => "unsigned",
        NumberKind::Signed => "signed",
        NumberKind::Float => "float",
        NumberKind::Bool => "flag",
    };
    match order {
        Order::Little if bytes > 1 => format!("{kind}, little-endian"),
        _ => kind.to_owned(),
    }
}

fn varint(form: VarintForm, zigzag: bool) -> String {
    let form = match form {
        VarintForm::Leb128 => "LEB128",
        VarintForm::Vlq => "VLQ",
    };
    if zigzag {
        format!("{form}, zigzag")
    } else {
        form.to_owned()
    }
}

/// What a field means beside what it holds, one remark each.
pub(crate) fn remarks(field: &Field) -> Vec<String> {
    let mut remarks: Vec<String> = field.roles.iter().filter_map(role).collect();
    match field.constant {
        Some(Constant::Number(raw)) => {
            let spelled = spelled(&field.shape, raw);
            remarks.push(if raw > 9 {
                format!("always {spelled} (`{raw:#x}`)")
            } else {
                format!("always {spelled}")
            });
        }
        Some(Constant::Bytes(bytes)) => {
            remarks.push(format!("always `\"{}\"`", bytes().escape_ascii()));
        }
        None => {}
    }
    if field.scale != 1 {
        remarks.push(format!("in units of {}", field.scale));
    }
    if let Some(checksum) = &field.checksum {
        remarks.push(self::checksum(checksum));
    }
    if let Some(max) = field.max {
        remarks.push(format!("at most {max}"));
    }
    remarks
}

/// What a checksum sums up.
fn checksum(checksum: &Checksum) -> String {
    format!(
        "{} from {} to {}",
        checksum.algorithm,
        edge(checksum.from, "the first byte"),
        edge(checksum.to, "the last byte")
    )
}

fn edge(edge: Edge, outer: &str) -> String {
    match edge {
        Edge::Start | Edge::End => outer.to_owned(),
        Edge::Before(name) => format!("before `{name}`"),
        Edge::After(name) => format!("after `{name}`"),
        Edge::Body => "the body".to_owned(),
    }
}

/// A role, but for codes, which have a table of their own.
fn role(role: &Role) -> Option<String> {
    Some(match role {
        Role::FrameLen { offset } => less("length of the message", *offset),
        Role::HeaderLen { offset } => less("length of the header", *offset),
        Role::RestLen { offset } => less("length of the message after this field", *offset),
        Role::BodyLen { offset } => less("length of the body", *offset),
        Role::NoBody => "there is no body".to_owned(),
        Role::RequestId => "request id".to_owned(),
        Role::StreamId => "stream id".to_owned(),
        Role::Operation => "operation".to_owned(),
        Role::Property(name) => format!("property `{name}`"),
        Role::Properties => "properties".to_owned(),
        Role::Reserved => "reserved, kept as it is".to_owned(),
        Role::MessageType(_) => "kind of the message".to_owned(),
        Role::OneWay(_) => "tells one-way requests".to_owned(),
        Role::Heartbeat(_) => "tells heartbeats".to_owned(),
        Role::Status { .. } => "status".to_owned(),
        _ => return None,
    })
}

/// A size that is the field's value plus `offset`.
fn less(what: &str, offset: i128) -> String {
    match offset {
        0 => format!("{what}, bytes"),
        1.. => format!("{what} less {offset}, bytes"),
        _ => format!("{what} and {} more, bytes", offset.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_read_as_in_rust() {
        const FLAG: Expr = Expr::Binary(Operator::BitAnd, &Expr::Field("flags"), &Expr::Number(1));
        const NOT: Expr = Expr::Not(&FLAG);
        const BOTH: Expr = Expr::Binary(Operator::And, &NOT, &Expr::Field("kind"));
        assert_eq!(expr(&FLAG), "flags & 1");
        assert_eq!(expr(&BOTH), "!(flags & 1) && kind");
    }

    #[test]
    fn lengths_say_what_is_multiplied_and_added() {
        let of = |scale, offset| {
            let length = Length::Field {
                name: "n",
                scale,
                offset,
            };
            super::length("x", &length, "bytes")
        };
        assert_eq!(of(1, 0), "n bytes");
        assert_eq!(of(4, -20), "n * 4 - 20 bytes");
        assert_eq!(of(2, 1), "n * 2 + 1 bytes");
        assert_eq!(
            super::length("x", &Length::Until(b"\r\n"), "bytes"),
            "up to \"\\r\\n\""
        );
    }
}
