//! The schema as JSON.

use metaproto_codec::Schema;
use metaproto_codec::schema::{
    Constant, Edge, Field, Item, Length, Number, NumberKind, Presence, Role, Shape, Unit, Varint,
};
use metaproto_codec::wire::{Form, Order, Prefix, VarintForm};
use serde_json::{Map, Value, json};

use crate::measure::{is_message, min_len};
use crate::parts::Parts;
use crate::words;

/// The whole schema as JSON, for programs.
///
/// `name` and `fields` are those of the schema, `parts` the schemas within it by name, which `part` members refer to.
/// Integers outside 64 bits are decimal text; bytes are hex text; expressions are text as in Rust. Members that say
/// nothing (no maximum, no roles) are absent.
#[must_use]
pub fn json(schema: &Schema) -> Value {
    let parts = Parts::of(&[*schema]);
    let describe = |schema: &Schema| fields(schema, &|part| parts.name(part).to_owned());
    let within: Map<String, Value> = parts
        .iter()
        .skip(1)
        .map(|(name, part)| {
            let part = json!({ "min_len": min_len(part), "fields": describe(part) });
            (name.to_owned(), part)
        })
        .collect();
    let mut object = json!({
        "name": schema.name,
        "message": is_message(schema),
        "min_len": min_len(schema),
        "fields": describe(schema),
    });
    if !within.is_empty() {
        object["parts"] = Value::Object(within);
    }
    object
}

/// Gives a nested schema its name.
type Name<'a> = &'a dyn Fn(&Schema) -> String;

/// The fields of a schema, with those within by name.
pub(crate) fn fields(schema: &Schema, name: Name<'_>) -> Value {
    schema.fields.iter().map(|each| field(each, name)).collect()
}

fn field(field: &Field, name: Name<'_>) -> Value {
    let mut object = json!({ "name": field.name, "shape": shape(&field.shape, name) });
    let mut add = |key: &str, value: Value| object[key] = value;
    match field.presence {
        Presence::Always => {}
        Presence::If(expr) => add("presence", json!({ "if": words::expr(expr) })),
        Presence::Room => add("presence", json!("room")),
        Presence::Unless(raw) => add("presence", json!({ "unless": number(raw) })),
        _ => add("presence", json!("unknown")),
    }
    match field.constant {
        Some(Constant::Number(raw)) => add("constant", number(raw)),
        Some(Constant::Bytes(bytes)) => add("constant", hex(bytes())),
        None => {}
    }
    if !field.roles.is_empty() {
        add("roles", field.roles.iter().map(role).collect());
    }
    if let Some(max) = field.max {
        add("max", json!(max));
    }
    if field.scale != 1 {
        add("scale", json!(field.scale));
    }
    if field.align != 1 {
        add("align", json!(field.align));
    }
    if field.trailer {
        add("trailer", json!(true));
    }
    if let Some(checksum) = field.checksum {
        let (from, to) = (edge(checksum.from), edge(checksum.to));
        let algorithm = checksum.algorithm;
        add(
            "checksum",
            json!({ "algorithm": algorithm, "from": from, "to": to }),
        );
    }
    if !field.codes.is_empty() {
        let codes = field.codes.iter();
        let codes = codes.map(|(code, name)| json!({ "code": number(*code), "name": name }));
        add("codes", codes.collect());
    }
    object
}

fn shape(shape: &Shape, name: Name<'_>) -> Value {
    match shape {
        Shape::Number(found) => of_number(found),
        Shape::Bits {
            kind,
            bits,
            shift,
            group,
            order,
            first,
        } => json!({
            "type": "bits", "kind": of_kind(*kind), "bits": bits, "shift": shift,
            "group": group, "order": of_order(*order), "first": first,
        }),
        Shape::Varint(found) => of_varint(found),
        Shape::Array { len } => json!({ "type": "array", "bytes": len }),
        Shape::Octets { text, length } => {
            json!({ "type": "octets", "text": text, "length": of_length(length) })
        }
        Shape::List { item, length, unit } => json!({
            "type": "list", "item": of_item(item, name), "length": of_length(length),
            "unit": of_unit(*unit),
        }),
        Shape::Map {
            key,
            value,
            length,
            unit,
        } => json!({
            "type": "map", "key": of_item(key, name), "value": of_item(value, name),
            "length": of_length(length), "unit": of_unit(*unit),
        }),
        Shape::Part(part) => json!({ "type": "part", "part": name(part) }),
        Shape::Block { part, length } => {
            json!({ "type": "block", "part": name(part), "length": of_length(length) })
        }
        Shape::Choice {
            tag,
            alternatives,
            other,
        } => {
            let alternatives = alternatives.iter().map(|each| {
                json!({ "tag": number(each.tag), "name": each.name, "part": each.part.map(name) })
            });
            json!({
                "type": "choice", "tag": tag, "alternatives": alternatives.collect::<Value>(),
                "other": other.map(name),
            })
        }
        Shape::Custom(custom) => json!({ "type": "custom", "min": custom.min, "max": custom.max }),
        _ => json!({ "type": "unknown" }),
    }
}

fn of_item(item: &Item, name: Name<'_>) -> Value {
    match item {
        Item::Number(found) => of_number(found),
        Item::Varint(found) => of_varint(found),
        Item::Octets { text, length, max } => {
            json!({ "type": "octets", "text": text, "length": of_length(length), "max": max })
        }
        Item::Part(part) => json!({ "type": "part", "part": name(part) }),
        _ => json!({ "type": "unknown" }),
    }
}

fn of_number(found: &Number) -> Value {
    json!({
        "type": "number", "kind": of_kind(found.kind), "bytes": found.bytes,
        "order": of_order(found.order),
    })
}

fn of_varint(found: &Varint) -> Value {
    json!({
        "type": "varint", "form": of_form(found.form), "zigzag": found.zigzag,
        "bits": found.bits, "bytes": found.bytes,
    })
}

fn of_length(length: &Length) -> Value {
    match length {
        Length::Prefix(prefix) => json!({ "prefix": of_prefix(prefix) }),
        Length::Field {
            name,
            scale,
            offset,
        } => json!({ "field": name, "scale": scale, "offset": offset }),
        Length::Until(delimiter) => json!({ "until": hex(delimiter) }),
        Length::Padded { bytes, pad } => json!({ "padded": bytes, "pad": pad }),
        Length::Rest => json!("rest"),
        _ => json!("unknown"),
    }
}

fn of_prefix(prefix: &Prefix) -> Value {
    let mut object = match prefix.form {
        Form::Fixed { width, order } => json!({ "bytes": width, "order": of_order(order) }),
        Form::Varint(form) => json!({ "varint": of_form(form) }),
    };
    object["max"] = json!(prefix.max);
    object["scale"] = json!(prefix.scale);
    object["offset"] = json!(prefix.offset);
    object
}

fn role(role: &Role) -> Value {
    let sized = |name: &str, offset: i128| json!({ "role": name, "offset": signed(offset) });
    match role {
        Role::FrameLen { offset } => sized("frame_len", *offset),
        Role::HeaderLen { offset } => sized("header_len", *offset),
        Role::RestLen { offset } => sized("rest_len", *offset),
        Role::BodyLen { offset } => sized("body_len", *offset),
        Role::NoBody => json!({ "role": "no_body" }),
        Role::RequestId => json!({ "role": "request_id" }),
        Role::StreamId => json!({ "role": "stream_id" }),
        Role::Operation => json!({ "role": "operation" }),
        Role::Property(name) => json!({ "role": "property", "name": name }),
        Role::Properties => json!({ "role": "properties" }),
        Role::Reserved => json!({ "role": "reserved" }),
        Role::MessageType(codes) => {
            let codes = codes.iter();
            let codes =
                codes.map(|(code, kind)| json!({ "code": number(*code), "kind": kind.as_str() }));
            json!({ "role": "message_type", "codes": codes.collect::<Value>() })
        }
        Role::OneWay(code) => json!({ "role": "oneway", "code": number(*code) }),
        Role::Heartbeat(code) => json!({ "role": "heartbeat", "code": number(*code) }),
        Role::Status { ok, other, errors } => {
            let errors = errors.iter();
            let errors = errors
                .map(|(code, error)| json!({ "code": number(*code), "error": error.as_str() }));
            json!({
                "role": "status", "ok": number(*ok), "other": number(*other),
                "errors": errors.collect::<Value>(),
            })
        }
        _ => json!({ "role": "unknown" }),
    }
}

fn edge(edge: Edge) -> Value {
    match edge {
        Edge::Start => json!("start"),
        Edge::Before(name) => json!({ "before": name }),
        Edge::After(name) => json!({ "after": name }),
        Edge::Body => json!("body"),
        Edge::End => json!("end"),
    }
}

const fn of_kind(kind: NumberKind) -> &'static str {
    match kind {
        NumberKind::Unsigned => "unsigned",
        NumberKind::Signed => "signed",
        NumberKind::Float => "float",
        NumberKind::Bool => "bool",
    }
}

const fn of_order(order: Order) -> &'static str {
    match order {
        Order::Big => "big",
        Order::Little => "little",
    }
}

const fn of_form(form: VarintForm) -> &'static str {
    match form {
        VarintForm::Leb128 => "leb128",
        VarintForm::Vlq => "vlq",
    }
}

const fn of_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Elements => "elements",
    }
}

fn number(raw: u128) -> Value {
    u64::try_from(raw).map_or_else(|_| json!(raw.to_string()), |raw| json!(raw))
}

fn signed(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| json!(value.to_string()), |value| json!(value))
}

fn hex(bytes: &[u8]) -> Value {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    json!(digits.concat())
}
