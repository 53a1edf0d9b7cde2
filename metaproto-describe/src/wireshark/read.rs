//! The function of the script that reads a header or part.

use metaproto_codec::schema::{
    Constant, Edge, Expr, Field, Item, Length, NumberKind, Operator, Presence, Role, Schema, Shape,
    Unit, Varint,
};
use metaproto_codec::wire::{Form, Order, Prefix, VarintForm};

use super::fields::{Declaration, Fields};
use super::lua::{self, Names, quoted, snake_case};
use super::sums;
use crate::cells::length;
use crate::codes::{named, spelled};
use crate::measure::min_item;
use crate::parts::Parts;
use crate::words;

/// The function that reads `schema`, with the declarations of its fields. A header reads the whole message, of at most
/// `max_frame` bytes where its fields state no maximum.
pub(crate) fn function(
    schema: &Schema,
    is_header: bool,
    max_frame: usize,
    parts: &Parts,
    fields: &mut Fields,
) -> String {
    let name = parts.name(schema);
    fields.table(name);
    let path = if is_header {
        String::new()
    } else {
        format!("{}.", snake_case(name))
    };
    let mut function = Function {
        schema,
        parts,
        fields,
        path,
        max_frame,
        text: String::new(),
        indent: 1,
        begin: String::new(),
    };
    function.line(&format!(
        "local f, v, n, at = {}, {{}}, {{}}, {{ start = r.pos }}",
        Names::member("fields", name)
    ));
    if schema.find(|role| *role == Role::NoBody).is_some() {
        function.line("r.body_len = 0");
    }
    let (trailers, header): (Vec<&Field>, Vec<&Field>) =
        schema.fields.iter().partition(|field| field.trailer);
    for field in header {
        function.field(field);
        if is_header {
            function.trailers(Some(field));
        }
    }
    if is_header {
        function.trailers(None);
        function.line("r:body(t)");
    }
    for field in trailers {
        function.field(field);
    }
    for field in schema.fields {
        function.checksum(field, is_header);
    }
    format!(
        "{} = function(r, t)\n{}end\n",
        Names::member("read", name),
        function.text
    )
}

/// Writes one function. In it `f` has the `ProtoField`s, `v` the values of numbers, `n` lengths, and `at` positions.
struct Function<'a> {
    schema: &'a Schema,
    parts: &'a Parts,
    fields: &'a mut Fields,
    path: String,
    max_frame: usize,
    text: String,
    indent: usize,
    /// What begins the present field, until it has begun.
    begin: String,
}

impl Function<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A call of the reader, whose result goes to `target` if there is one. The first call of a field begins it.
    fn call(&mut self, target: &str, call: &str) {
        let begin = std::mem::take(&mut self.begin);
        let assign = if target.is_empty() { "" } else { " = " };
        self.line(&format!("{target}{assign}r{begin}:{call}"));
    }

    /// Begins the present field, whether it is there or not.
    fn begin_field(&mut self) {
        let begin = std::mem::take(&mut self.begin);
        self.line(&format!("r{begin}"));
    }

    fn field(&mut self, field: &Field) {
        let name = quoted(field.name.as_bytes());
        self.begin = match field.shape {
            Shape::Bits { first: false, .. } => format!(":within({name})"),
            _ => format!(":field({name})"),
        };
        if self.is_edge(field, false) {
            self.line(&format!("{} = r.pos", at(field.name, false)));
        }
        let opened = match &field.presence {
            Presence::If(condition) => {
                let condition = self.expr(condition);
                self.begin_field();
                self.line(&format!("if {condition} ~= 0 then"));
                true
            }
            Presence::Room => {
                self.begin_field();
                self.line("if r:room() then");
                true
            }
            _ => false,
        };
        self.indent += usize::from(opened);
        self.shape(field, &name);
        if opened {
            self.indent -= 1;
            self.line("end");
        }
        if self.is_edge(field, true) {
            self.line(&format!("{} = r.pos", at(field.name, true)));
        }
        self.claims(field);
    }

    /// The field itself, with what depends on its being there.
    fn shape(&mut self, field: &Field, name: &str) {
        let mut unless = false;
        match &field.shape {
            Shape::Number(_) | Shape::Bits { .. } | Shape::Varint(_) | Shape::Array { .. } => {
                self.plain(field);
            }
            Shape::Octets { length, .. }
            | Shape::List { length, .. }
            | Shape::Map { length, .. }
            | Shape::Block { length, .. } => {
                unless = self.start(field, length);
                self.indent += usize::from(unless);
                self.varying(field, length);
            }
            Shape::Part(part) => {
                let sub = self.declare(field.name, "none", field);
                let read = self.read(part);
                self.call("", &format!("part(t, {sub}, {read})"));
            }
            Shape::Choice {
                tag,
                alternatives,
                other,
            } => {
                let sub = self.declare(field.name, "none", field);
                let shape = self.shape_of(tag);
                let alternatives: Vec<String> = alternatives
                    .iter()
                    .map(|each| {
                        let read = each.part.map_or("nil".to_owned(), |part| self.read(part));
                        format!(
                            "{{ {}, {}, {read} }}",
                            code(shape.as_ref(), each.tag),
                            quoted(each.name.as_bytes())
                        )
                    })
                    .collect();
                let other = other.map_or("nil".to_owned(), |part| self.read(part));
                let tag = Names::member("v", tag);
                self.call("", &format!("choice(t, {sub}, {tag}, {{"));
                for each in alternatives {
                    self.line(&format!("  {each},"));
                }
                self.line(&format!("}}, {other})"));
            }
            Shape::Custom(custom) => {
                let sub = self.declare(field.name, "bytes", field);
                let (min, max) = (lua::length(custom.min), lua::length(custom.max));
                self.call("", &format!("custom(t, {sub}, {min}, {max})"));
            }
            _ => self.line("error({ opaque = true })"),
        }
        if field.checksum.is_some() {
            self.line(&format!(
                "{} = r:mark()",
                Names::member("at", &format!("sum_{}", field.name))
            ));
        }
        for role in field.roles {
            self.role(field, role, name);
        }
        if field.align > 1 {
            self.line(&format!("r:align(at.start, {})", field.align));
        }
        if unless {
            self.indent -= 1;
            self.line("end");
        }
    }

    /// A field that no length measures.
    fn plain(&mut self, field: &Field) {
        let scale = if field.scale == 1 {
            String::new()
        } else {
            format!(", {}", lua::unsigned(field.scale.into()))
        };
        let value = Names::member("v", field.name);
        match &field.shape {
            Shape::Number(number) => {
                let shown = self.number(field);
                let format = format(number.kind, number.order);
                if let Some(Constant::Number(raw)) = field.constant {
                    let mut bytes = vec![0; number.bytes];
                    number.order.store(raw, &mut bytes);
                    self.call(
                        &value,
                        &format!("constant(t, {shown}, {}, {format})", quoted(&bytes)),
                    );
                } else {
                    self.call(
                        &value,
                        &format!("number(t, {shown}, {}, {format}{scale})", number.bytes),
                    );
                }
            }
            Shape::Bits {
                kind,
                bits,
                shift,
                group,
                order,
                first,
            } => {
                if *first {
                    let format = format(NumberKind::Unsigned, *order);
                    self.call("n.bits", &format!("group({group}, {format})"));
                }
                let shown = self.number(field);
                let format = format(*kind, Order::Big);
                let place = format!("n.bits, {shift}, {bits}, {format}");
                if let Some(Constant::Number(raw)) = field.constant {
                    let expected = code(Some(&field.shape), raw);
                    self.call(
                        &value,
                        &format!("constant_bits(t, {shown}, {place}, {expected})"),
                    );
                } else {
                    self.call(&value, &format!("bits(t, {shown}, {place}{scale})"));
                }
            }
            Shape::Varint(varint) => {
                let shown = self.number(field);
                let Varint {
                    form,
                    zigzag,
                    bits,
                    bytes,
                } = varint;
                self.call(
                    &value,
                    &format!(
                        "varint(t, {shown}, {}, {bits}, {bytes}, {zigzag}{scale})",
                        form_of(*form)
                    ),
                );
                if let Some(Constant::Number(raw)) = field.constant {
                    let expected = code(Some(&field.shape), raw);
                    self.line(&format!("if compare({value}, {expected}) ~= 0 then"));
                    self.line(&format!(
                        "  r:fault(\"expected the constant %s, found %s\", in_hex({expected}), in_hex({value}))"
                    ));
                    self.line("end");
                }
            }
            Shape::Array { len } => {
                let shown = self.declare(field.name, "bytes", field);
                match field.constant {
                    Some(Constant::Bytes(bytes)) => {
                        self.call("", &format!("constant(t, {shown}, {})", quoted(bytes())));
                    }
                    _ => self.call(&value, &format!("octets(t, {shown}, BYTES, {len})")),
                }
            }
            _ => {}
        }
    }

    /// Reads or claims the length of a field that varies; whether a block was opened for what may be absent.
    fn start(&mut self, field: &Field, length: &Length) -> bool {
        let each = self.each(&field.shape);
        let target = Names::member("n", field.name);
        match length {
            Length::Prefix(prefix) => {
                let unless = match field.presence {
                    Presence::Unless(raw) => Some(raw),
                    _ => None,
                };
                let shown = self.prefix_field(field.name, prefix);
                let form = prefix_form(prefix, each, unless);
                self.call(&target, &format!("length(t, {shown}, {form})"));
                if unless.is_some() {
                    self.line(&format!("if {target} then"));
                    return true;
                }
            }
            Length::Field { .. } if !matches!(field.presence, Presence::Always) => {
                let claim = self.claim(field, length, each);
                self.call(&target, &claim);
            }
            Length::Rest => {
                let max = self.max(field);
                self.call(&target, &format!("rest({max})"));
            }
            _ => {}
        }
        false
    }

    /// A field whose length is known or stands at its end.
    fn varying(&mut self, field: &Field, length: &Length) {
        let count = Names::member("n", field.name);
        let max = self.max(field);
        match &field.shape {
            Shape::Octets { text, .. } => {
                let shown = self.declare(field.name, if *text { "string" } else { "bytes" }, field);
                let format = text_or_bytes(*text);
                let value = Names::member("v", field.name);
                let call = match length {
                    Length::Until(delimiter) => {
                        format!(
                            "delimited(t, {shown}, {format}, {}, {max})",
                            quoted(delimiter)
                        )
                    }
                    Length::Padded { bytes, pad } => {
                        format!("padded(t, {shown}, {format}, {bytes}, {pad})")
                    }
                    _ => format!("octets(t, {shown}, {format}, {count})"),
                };
                self.call(&value, &call);
            }
            Shape::Block { part, .. } => {
                let sub = self.declare(field.name, "none", field);
                let read = self.read(part);
                self.call("", &format!("block(t, {sub}, {count}, {read})"));
            }
            Shape::List { item, unit, .. } => {
                let sub = self.declare(field.name, "none", field);
                self.repeated(&sub, length, *unit, &max, &count);
                self.item(item, &format!("{}.item", field.name), false);
                self.indent -= 1;
                self.line("end)");
            }
            Shape::Map {
                key, value, unit, ..
            } => {
                let sub = self.declare(field.name, "none", field);
                let is_open = field.roles.contains(&Role::Properties);
                let pair = self.declare(&format!("{}.pair", field.name), "none", field);
                self.repeated(&sub, length, *unit, &max, &count);
                self.line(&format!("r:pair(t, {pair}, function(r, t)"));
                self.indent += 1;
                self.item(key, &format!("{}.key", field.name), is_open);
                self.indent -= 1;
                self.line("end, function(r, t)");
                self.indent += 1;
                self.item(value, &format!("{}.value", field.name), is_open);
                self.indent -= 1;
                self.line("end)");
                self.indent -= 1;
                self.line("end)");
            }
            _ => {}
        }
    }

    /// Opens the call that reads items.
    fn repeated(&mut self, sub: &str, length: &Length, unit: Unit, max: &str, count: &str) {
        let call = match (length, unit) {
            (Length::Until(delimiter), _) => {
                format!("terminated(t, {sub}, {}, {max}", quoted(delimiter))
            }
            (Length::Rest, _) | (_, Unit::Bytes) => format!("filled(t, {sub}, {count}"),
            (_, Unit::Elements) => format!("elements(t, {sub}, {count}"),
        };
        self.call("", &format!("{call}, function(r, t)"));
        self.indent += 1;
    }

    fn item(&mut self, item: &Item, path: &str, is_open: bool) {
        match item {
            Item::Number(number) => {
                let kind = number_field(number.kind, number.bytes);
                let shown = self.declare_number(path, kind, None, None, "");
                let format = format(number.kind, number.order);
                self.line(&format!("r:number(t, {shown}, {}, {format})", number.bytes));
            }
            Item::Varint(varint) => {
                let kind = if varint.zigzag { "int64" } else { "uint64" };
                let shown = self.declare_number(path, kind, None, None, "");
                let Varint {
                    form,
                    zigzag,
                    bits,
                    bytes,
                } = varint;
                self.line(&format!(
                    "r:varint(t, {shown}, {}, {bits}, {bytes}, {zigzag})",
                    form_of(*form)
                ));
            }
            Item::Octets { text, length, max } => {
                let format = match (text, is_open) {
                    (true, true) => "PEER_TEXT",
                    _ => text_or_bytes(*text),
                };
                let kind = if *text { "string" } else { "bytes" };
                match length {
                    Length::Until(delimiter) => {
                        let shown = self.declare_number(path, kind, None, None, "");
                        let max = lua::length(*max);
                        self.line(&format!(
                            "r:delimited(t, {shown}, {format}, {}, {max})",
                            quoted(delimiter)
                        ));
                    }
                    Length::Prefix(prefix) => {
                        let length = self.prefix_field(path, prefix);
                        let shown = self.declare_number(path, kind, None, None, "");
                        let form = prefix_form(prefix, 1, None);
                        self.line(&format!(
                            "r:octets(t, {shown}, {format}, r:length(t, {length}, {form}))"
                        ));
                    }
                    _ => self.line("error({ opaque = true })"),
                }
            }
            Item::Part(part) => {
                let shown = self.declare_number(path, "none", None, None, "");
                let read = self.read(part);
                self.line(&format!("r:part(t, {shown}, {read})"));
            }
            _ => self.line("error({ opaque = true })"),
        }
    }

    /// The lengths of later fields that this field states, which are checked where they are read.
    fn claims(&mut self, field: &Field) {
        for later in self.schema.fields {
            if let Some(found @ Length::Field { name, .. }) = length(&later.shape)
                && *name == field.name
                && matches!(later.presence, Presence::Always)
            {
                let claim = self.claim(later, found, self.each(&later.shape));
                self.call(&Names::member("n", later.name), &claim);
            }
        }
    }

    fn claim(&self, field: &Field, length: &Length, each: usize) -> String {
        let Length::Field {
            name,
            scale,
            offset,
        } = length
        else {
            return "0".to_owned();
        };
        format!(
            "claim({}, {each}, {}, {}, {offset})",
            self.value(name),
            self.max(field),
            lua::unsigned((*scale).into()),
        )
    }

    fn role(&mut self, field: &Field, role: &Role, name: &str) {
        let value = Names::member("v", field.name);
        let max = self.max(field);
        let is = |raw: u128| format!("compare({value}, {}) == 0", code(Some(&field.shape), raw));
        let line = match role {
            Role::FrameLen { offset } => format!("r:frame_len({value}, {offset}, {max})"),
            Role::HeaderLen { offset } => format!("r:header_len({value}, {offset}, {max})"),
            Role::RestLen { offset } => format!("r:rest_len({value}, {offset}, {max})"),
            Role::BodyLen { offset } => format!("r:body_length({value}, {offset}, {max})"),
            Role::RequestId => format!("r:fact(\"id\", {value})"),
            Role::StreamId => format!("r:fact(\"stream\", {value})"),
            Role::Operation => {
                if let Shape::Octets { text: false, .. } = field.shape {
                    self.line(&format!("r:require_text({value})"));
                }
                format!("r:fact({name}, {value})")
            }
            Role::Property(key) if length(&field.shape).is_none() => {
                format!("r:fact({}, {value})", quoted(key.as_bytes()))
            }
            Role::MessageType(codes) => {
                let codes: Vec<String> = codes
                    .iter()
                    .map(|(raw, kind)| {
                        format!(
                            "{{ {}, \"{}\" }}",
                            code(Some(&field.shape), *raw),
                            kind.as_str()
                        )
                    })
                    .collect();
                format!("r:message_type({value}, {{ {} }})", codes.join(", "))
            }
            Role::OneWay(raw) => format!("r:oneway({})", is(*raw)),
            Role::Heartbeat(raw) => format!("r:heartbeat({})", is(*raw)),
            Role::Status { ok, .. } => format!("r:status({})", is(*ok)),
            _ => return,
        };
        self.line(&line);
    }

    /// Counts the trailers that need not be there as soon as all is known on which they rest: after the field `last`, or
    /// where they rest on none, at the end of the header.
    fn trailers(&mut self, last: Option<&Field>) {
        let fields = self.schema.fields;
        let place = |name: &str| fields.iter().position(|field| field.name == name);
        for trailer in fields.iter().filter(|field| field.trailer) {
            let Presence::If(condition) = &trailer.presence else {
                continue;
            };
            let rests_on = operands(condition).into_iter().filter_map(place).max();
            if rests_on != last.and_then(|field| place(field.name)) {
                continue;
            }
            let name = quoted(trailer.name.as_bytes());
            let condition = self.expr(condition);
            let bytes = trailer.shape.bits().unwrap_or(0) / 8;
            self.line(&format!(
                "if {condition} ~= 0 then r:trailer({name}, {bytes}) end"
            ));
        }
    }

    fn checksum(&mut self, field: &Field, is_header: bool) {
        let Some(checksum) = &field.checksum else {
            return;
        };
        let declaration = Declaration {
            name: &format!("{}.status", field.name),
            kind: "uint8",
            base: None,
            names: Some("{ [0] = \"Bad\", [1] = \"Good\", [2] = \"Unverified\" }".to_owned()),
            mask: None,
            about: &format!("{}, checked", checksum.algorithm),
        };
        let status = self.fields.declare(&self.path, &declaration);
        let name = quoted(field.name.as_bytes());
        let mark = Names::member("at", &format!("sum_{}", field.name));
        let end = if is_header { "r.stop" } else { "r.pos" };
        let place = |edge| match edge {
            Edge::Start => "at.start".to_owned(),
            Edge::Before(name) => self::at(name, false),
            Edge::After(name) => self::at(name, true),
            Edge::Body if is_header => "r.header_end".to_owned(),
            Edge::Body | Edge::End => end.to_owned(),
        };
        let (from, to) = (place(checksum.from), place(checksum.to));
        let (sum, value) = (sums::function(checksum), Names::member("v", field.name));
        self.line(&format!(
            "if {mark} then r:within({name}):checksum({status}, {mark}, {value}, {from}, {to}, {sum}) end"
        ));
    }

    /// Whether a checksum starts or ends at this side of the field.
    fn is_edge(&self, field: &Field, after: bool) -> bool {
        let edge = if after {
            Edge::After(field.name)
        } else {
            Edge::Before(field.name)
        };
        let checksums = self.schema.fields.iter();
        checksums
            .filter_map(|field| field.checksum)
            .any(|checksum| checksum.from == edge || checksum.to == edge)
    }

    /// An expression of the script.
    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Number(number) => lua::number(*number),
            Expr::Field(name) => self.value(name),
            Expr::Not(inner) => format!("op.negate({})", self.expr(inner)),
            Expr::Binary(operator, left, right) => {
                format!(
                    "op.{}({}, {})",
                    function_of(*operator),
                    self.expr(left),
                    self.expr(right)
                )
            }
        }
    }

    /// The value of an earlier field, 0 where it is absent.
    fn value(&self, name: &str) -> String {
        let value = Names::member("v", name);
        let mut fields = self.schema.fields.iter();
        let is_there =
            fields.any(|field| field.name == name && matches!(field.presence, Presence::Always));
        if is_there {
            value
        } else {
            format!("({value} or 0)")
        }
    }

    fn read(&self, part: &Schema) -> String {
        Names::member("read", self.parts.name(part))
    }

    fn shape_of(&self, name: &str) -> Option<Shape> {
        let field = self.schema.fields.iter().find(|field| field.name == name);
        field.map(|field| field.shape)
    }

    /// The fewest bytes of each thing that the length of a shape counts.
    fn each(&self, shape: &Shape) -> usize {
        match shape {
            Shape::List {
                item,
                unit: Unit::Elements,
                ..
            } => min_item(item),
            Shape::Map {
                key,
                value,
                unit: Unit::Elements,
                ..
            } => min_item(key) + min_item(value),
            _ => 1,
        }
    }

    fn max(&self, field: &Field) -> String {
        lua::length(field.max.unwrap_or(self.max_frame))
    }

    /// Declares a field for the number of a schema's field.
    fn number(&mut self, field: &Field) -> String {
        let about = words::remarks(field).join("; ");
        let shape = &field.shape;
        let kind = match shape {
            _ if field.scale != 1 => match shape.number_kind() {
                Some(NumberKind::Signed) => "int64",
                _ => "uint64",
            },
            Shape::Number(number) => number_field(number.kind, number.bytes),
            Shape::Bits {
                kind: NumberKind::Bool,
                ..
            } => "bool",
            Shape::Bits { kind, group, .. } if *group <= 4 => number_field(*kind, *group),
            Shape::Bits {
                kind: NumberKind::Signed,
                ..
            }
            | Shape::Varint(Varint { zigzag: true, .. }) => "int64",
            _ => "uint64",
        };
        let (mask, width) = match shape {
            Shape::Bits {
                bits, shift, group, ..
            } if *group <= 4 && field.scale == 1 => {
                (Some(((1_u64 << bits) - 1) << shift), Some(8 * group))
            }
            _ => (None, None),
        };
        let codes = named(self.schema, field);
        let find = |code: u128| codes.iter().find(|(raw, _)| *raw == code);
        let names = match kind {
            _ if codes.is_empty() => None,
            "bool" => {
                let name = |code, plain: &str| {
                    let name =
                        find(code).map_or_else(|| plain.to_owned(), |(_, name)| name.clone());
                    quoted(name.as_bytes())
                };
                Some(format!("{{ {}, {} }}", name(1, "True"), name(0, "False")))
            }
            "bytes" => None,
            _ => {
                let names: Vec<String> = codes
                    .iter()
                    .map(|(raw, name)| {
                        format!("[{}] = {}", spelled(shape, *raw), quoted(name.as_bytes()))
                    })
                    .collect();
                Some(format!("{{ {} }}", names.join(", ")))
            }
        };
        let is_plain = |role: &Role| *role != Role::Reserved;
        let in_hex = field.checksum.is_some()
            || !field.roles.iter().all(is_plain)
            || field.constant.is_some();
        let base = match kind {
            "bool" => Some(width.map_or("base.NONE".to_owned(), |width| width.to_string())),
            _ if in_hex && kind.starts_with('u') => Some("base.HEX".to_owned()),
            _ => None,
        };
        let declaration = Declaration {
            name: field.name,
            kind,
            base,
            names,
            mask,
            about: &about,
        };
        self.fields.declare(&self.path, &declaration)
    }

    /// Declares a field that is no number.
    fn declare(&mut self, name: &str, kind: &'static str, field: &Field) -> String {
        self.declare_number(name, kind, None, None, &words::remarks(field).join("; "))
    }

    fn declare_number(
        &mut self,
        name: &str,
        kind: &'static str,
        base: Option<String>,
        names: Option<String>,
        about: &str,
    ) -> String {
        let declaration = Declaration {
            name,
            kind,
            base,
            names,
            mask: None,
            about,
        };
        self.fields.declare(&self.path, &declaration)
    }

    fn prefix_field(&mut self, name: &str, prefix: &Prefix) -> String {
        let kind = match prefix.form {
            Form::Fixed { width, .. } => number_field(NumberKind::Unsigned, width),
            Form::Varint(_) => "uint64",
        };
        self.declare_number(&format!("{name}.length"), kind, None, None, "")
    }
}

/// The fields in an expression.
fn operands(expr: &Expr) -> Vec<&'static str> {
    match expr {
        Expr::Number(_) => Vec::new(),
        Expr::Field(name) => vec![name],
        Expr::Not(inner) => operands(inner),
        Expr::Binary(_, left, right) => [operands(left), operands(right)].concat(),
    }
}

/// The variable with the position before or after a field.
fn at(name: &str, after: bool) -> String {
    let side = if after { "after" } else { "before" };
    Names::member("at", &format!("{side}_{name}"))
}

/// A code of a field as the script has its values.
fn code(shape: Option<&Shape>, raw: u128) -> String {
    match shape.map(|shape| spelled(shape, raw).parse::<i128>()) {
        Some(Ok(value)) => lua::number(value),
        _ => lua::unsigned(raw),
    }
}

fn prefix_form(prefix: &Prefix, each: usize, unless: Option<u128>) -> String {
    let mut form = match prefix.form {
        Form::Fixed { width, order } => {
            format!(
                "width = {width}, format = {}",
                format(NumberKind::Unsigned, order)
            )
        }
        Form::Varint(form) => format!("varint = {}", form_of(form)),
    };
    form.push_str(&format!(
        ", each = {each}, max = {}",
        lua::length(prefix.max)
    ));
    if prefix.scale != 1 {
        form.push_str(&format!(", scale = {}", prefix.scale));
    }
    if prefix.offset != 0 {
        form.push_str(&format!(", offset = {}", prefix.offset));
    }
    if let Some(raw) = unless {
        form.push_str(&format!(", unless = {}", lua::unsigned(raw)));
    }
    format!("{{ {form} }}")
}

/// The function of `ProtoField` for a number in whole bytes.
const fn number_field(kind: NumberKind, bytes: usize) -> &'static str {
    match (kind, bytes) {
        (NumberKind::Bool, 1..=8) => "bool",
        (NumberKind::Float, 4) => "float",
        (NumberKind::Float, 8) => "double",
        (NumberKind::Unsigned, 1) => "uint8",
        (NumberKind::Unsigned, 2) => "uint16",
        (NumberKind::Unsigned, 3) => "uint24",
        (NumberKind::Unsigned, 4) => "uint32",
        (NumberKind::Unsigned, 5..=8) => "uint64",
        (NumberKind::Signed, 1) => "int8",
        (NumberKind::Signed, 2) => "int16",
        (NumberKind::Signed, 3) => "int24",
        (NumberKind::Signed, 4) => "int32",
        (NumberKind::Signed, 5..=8) => "int64",
        _ => "bytes",
    }
}

const fn format(kind: NumberKind, order: Order) -> &'static str {
    match (kind, order) {
        (NumberKind::Unsigned, Order::Big) => "U_BE",
        (NumberKind::Unsigned, Order::Little) => "U_LE",
        (NumberKind::Signed, Order::Big) => "I_BE",
        (NumberKind::Signed, Order::Little) => "I_LE",
        (NumberKind::Float, Order::Big) => "F_BE",
        (NumberKind::Float, Order::Little) => "F_LE",
        (NumberKind::Bool, Order::Big) => "B_BE",
        (NumberKind::Bool, Order::Little) => "B_LE",
    }
}

const fn form_of(form: VarintForm) -> &'static str {
    match form {
        VarintForm::Leb128 => "LEB128",
        VarintForm::Vlq => "VLQ",
    }
}

const fn text_or_bytes(text: bool) -> &'static str {
    if text { "TEXT" } else { "BYTES" }
}

const fn function_of(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "eq",
        Operator::NotEqual => "ne",
        Operator::Less => "lt",
        Operator::LessOrEqual => "le",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "ge",
        Operator::And => "both",
        Operator::Or => "either",
        Operator::BitAnd => "band",
        Operator::BitOr => "bor",
        Operator::BitXor => "bxor",
        Operator::ShiftRight => "shr",
    }
}
