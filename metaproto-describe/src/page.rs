//! Diagrams, tables, and the page that has them all.

use std::fmt::Write as _;

use metaproto_codec::schema::{Schema, Shape};
use metaproto_codec::{Codec, Direction, IdSpace};

use crate::cells::cells;
use crate::codes::{named, spelled};
use crate::parts::Parts;

/// The byte diagram of a header or part; a message also has its body and trailers.
#[must_use]
pub fn diagram(schema: &Schema) -> String {
    metaproto_diagram::diagram(&cells(schema, &own_name))
}

/// The field table of a header or part, in Markdown.
#[must_use]
pub fn table(schema: &Schema) -> String {
    metaproto_diagram::table(&cells(schema, &own_name))
}

fn own_name(schema: &Schema) -> String {
    schema.name.to_owned()
}

/// A page in Markdown on the wire format of a codec: what it can do, then for each header and each part within it a
/// diagram, a table, and the named codes. `None` where the codec declares no schema.
#[must_use]
pub fn markdown(codec: &dyn Codec) -> Option<String> {
    let headers = headers(codec)?;
    let schemas: Vec<Schema> = headers.iter().map(|(_, schema)| *schema).collect();
    let parts = Parts::of(&schemas);
    let mut page = format!("# {}\n\n", codec.capabilities().name);
    page.push_str(&facts(codec));
    for (title, schema) in &headers {
        let _ = write!(page, "\n## {title}: {}\n\n", parts.name(schema));
        page.push_str(&section(schema, &parts));
    }
    for (name, schema) in parts.iter().skip(headers.len()) {
        let _ = write!(page, "\n## Part: {name}\n\n");
        page.push_str(&section(schema, &parts));
    }
    Some(page)
}

/// The headers of a codec, with what they are the headers of.
pub(crate) fn headers(codec: &dyn Codec) -> Option<Vec<(&'static str, Schema)>> {
    let request = codec.schema(Direction::ClientToServer);
    let response = codec.schema(Direction::ServerToClient);
    match (request, response) {
        (Some(request), Some(response)) => {
            let differ = crate::json(&request) != crate::json(&response);
            Some(if differ {
                vec![
                    ("Messages to the server", request),
                    ("Messages to the client", response),
                ]
            } else {
                vec![("Messages", request)]
            })
        }
        (Some(schema), None) => Some(vec![("Messages to the server", schema)]),
        (None, Some(schema)) => Some(vec![("Messages to the client", schema)]),
        (None, None) => None,
    }
}

fn facts(codec: &dyn Codec) -> String {
    let capabilities = codec.capabilities();
    let kinds: Vec<&str> = capabilities
        .kinds
        .iter()
        .map(metaproto_codec::MessageType::as_str)
        .collect();
    let ids = match capabilities.request_id {
        IdSpace::None => "none; responses come in the order of their requests".to_owned(),
        IdSpace::Number { bits, signed } => {
            let kind = if signed { "signed" } else { "unsigned" };
            format!("{kind} numbers of {bits} bits")
        }
        IdSpace::Bytes => "bytes".to_owned(),
    };
    let mut settable: Vec<String> = capabilities
        .settable
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if capabilities.open_properties {
        settable.push("any other".to_owned());
    }
    if settable.is_empty() {
        settable.push("none".to_owned());
    }
    format!(
        "- Kinds of message: {}\n- Request ids: {ids}\n- Properties that can be set: {}\n- Largest message: {} bytes\n",
        kinds.join(", "),
        settable.join(", "),
        capabilities.max_frame
    )
}

fn section(schema: &Schema, parts: &Parts) -> String {
    let cells = cells(schema, &|part| parts.name(part).to_owned());
    let mut section = format!(
        "```text\n{}```\n\n{}",
        metaproto_diagram::diagram(&cells),
        metaproto_diagram::table(&cells)
    );
    for field in schema.fields {
        let codes = named(schema, field);
        if !codes.is_empty() {
            let _ = write!(
                section,
                "\nCodes of `{}`:\n\n| Code | Name |\n|---|---|\n",
                field.name
            );
            for (code, name) in codes {
                let _ = writeln!(section, "| {} | {name} |", spelled(&field.shape, code));
            }
        }
        if let Shape::Choice {
            tag,
            alternatives,
            other,
        } = &field.shape
        {
            let _ = write!(
                section,
                "\nWhat `{}` is, by `{tag}`:\n\n| `{tag}` | Name | Layout |\n|---|---|---|\n",
                field.name
            );
            let tags = schema.fields.iter().find(|field| field.name == *tag);
            for each in *alternatives {
                let code = tags.map_or(each.tag.to_string(), |tag| spelled(&tag.shape, each.tag));
                let layout = each.part.map_or("nothing", |part| parts.name(part));
                let _ = writeln!(section, "| {code} | {} | {layout} |", each.name);
            }
            let rest = other.map_or("an error", |part| parts.name(part));
            let _ = writeln!(section, "| any other | | {rest} |");
        }
    }
    section
}
