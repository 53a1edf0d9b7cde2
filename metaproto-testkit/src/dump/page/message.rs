//! One message of the page.

use maud::{Markup, html};
use metaproto_codec::{Direction, ResponseStatus};

use super::super::json::id_to_json;
use super::super::rows::Table;
use super::super::{Message, Place};
use crate::report::html::grid::{Grid, grid};
use crate::visible::one_line;

/// A message, rendered but for whether it is open.
pub(super) struct Entry {
    number: usize,
    head: Markup,
    more: Markup,
}

impl Entry {
    pub(super) fn new(message: &Message<'_>, place: Place, number: usize) -> Self {
        Self {
            number,
            head: head(message, place),
            more: more(message),
        }
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.head.0.len() + self.more.0.len()
    }

    pub(super) fn markup(&self, open: bool) -> Markup {
        html! {
            details class="message" id=(format!("message-{}", self.number)) open[open] {
                summary { (self.head) }
                div class="inside" { (self.more) }
            }
        }
    }
}

/// An arrow for a direction. What it means stands beside it for whoever cannot see it.
pub(super) fn way(direction: Direction) -> Markup {
    let (arrow, words) = match direction {
        Direction::ClientToServer => ("\u{2192}", "client to server"),
        Direction::ServerToClient => ("\u{2190}", "server to client"),
    };
    html! {
        span class=(format!("way {direction}")) title=(words) aria-hidden="true" { (arrow) }
        span class="unseen" { (words) }
    }
}

fn head(message: &Message<'_>, place: Place) -> Markup {
    let metadata = message.metadata;
    html! {
        (way(place.direction))
        span class="what" {
            b { (metadata.kind()) }
            @if let Some(id) = metadata.request_id() { " " span class="id" { (id_to_json(&id, message.id_space)) } }
            @if let Some(operation) = metadata.operation() {
                " " span class="operation" { (shortened(&one_line(&operation.to_string()))) }
            }
            @match metadata.status() {
                Some(ResponseStatus::Ok) => { " " span class="good" { "\u{2713} ok" } }
                Some(status) => { " " strong class="bad" { "\u{2715} " (status.as_str()) } }
                None => {}
            }
        }
        span class="where" { "at byte " (message.offset) ", " (metadata.frame().len()) " bytes" }
    }
}

fn more(message: &Message<'_>) -> Markup {
    let metadata = message.metadata;
    let (rows, left_out) = message.dump(false);
    let fields = message.field_table(false);
    let value = |name: &str| {
        let found = fields.rows.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let shape = Grid {
        label: "The message's bytes, with the names of fields",
        value: Some(&value),
    };
    html! {
        (grid(&rows, shape))
        @if left_out > 0 { p class="left-out" { (left_out) " more bytes" } }
        div class="tables" {
            (table("header", &format!("{} bytes", metadata.header_size()), &fields))
            (table("metadata", "what routes may rest on", &message.property_table(false)))
        }
        p class="left-out" { "Body: " (metadata.body_size()) " bytes" }
    }
}

fn table(title: &str, about: &str, table: &Table) -> Markup {
    html! {
        @if !table.rows.is_empty() {
            div class="scroll" {
                table {
                    caption { b { (title) } " " span { (about) } }
                    tbody {
                        @for (name, value) in &table.rows {
                            tr { th scope="row" { (name) } td { code { (value) } } }
                        }
                        @if table.left_out > 0 {
                            tr { td colspan="2" { (table.left_out) " more" } }
                        }
                    }
                }
            }
        }
    }
}

fn shortened(text: &str) -> String {
    /// Characters of an operation in the line of its message.
    const SHOWN: usize = 120;

    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
