//! Lines for a human, in no fixed format.

use std::fmt::Write as _;

use super::rows::Table;
use super::{End, Event, Gap, Item, Message, Peers, Place};
use crate::hexdump::{self, Look, Theme};

/// How lines look.
pub(super) struct Text {
    pub(super) theme: Theme,
    /// Whether all bytes are shown.
    pub(super) full: bool,
}

/// Lines of an event.
pub(super) fn event_to_text(event: &Event<'_>, look: &Text) -> String {
    let Theme {
        wrong, headline, ..
    } = look.theme;
    match event {
        Event::Problem { first, count } => {
            let more = match count - 1 {
                0 => String::new(),
                more => format!(" (and {more} more like it)"),
            };
            format!("{wrong}problem:{wrong:#} {first}{more}\n\n")
        }
        Event::Stream { .. } => String::new(),
        Event::Connection(peers) => {
            let mut line = format!("{headline}{}{headline:#}", peers.headline());
            for fact in peers.facts() {
                let _ = write!(line, ", {fact}");
            }
            line + "\n\n"
        }
        Event::Item(place, item) => item_to_text(item, Some(*place), look),
    }
}

/// Lines of an item.
pub(super) fn item_to_text(item: &Item<'_>, place: Option<Place>, look: &Text) -> String {
    let Theme { wrong, .. } = look.theme;
    // Of a stream alone, the direction was said by whoever asked.
    let place = place.filter(|place| place.connection.is_some());
    let place = place.map_or(String::new(), |place| format!("{} ", place.direction));
    match item {
        Item::Message(message) => message_to_text(message, &place, look),
        Item::Gap(gap) => format!("{place}{wrong}gap{wrong:#} {}\n\n", gap.words()),
        Item::Conflict { .. } => format!("{place}{wrong}conflict{wrong:#} {}\n\n", words_of(item)),
        Item::End(End::Clean) => format!("{place}end: clean\n"),
        Item::End(end) => format!("{place}{wrong}end:{wrong:#} {}\n", end.words()),
    }
}

fn message_to_text(message: &Message<'_>, place: &str, look: &Text) -> String {
    let Theme {
        headline, faint, ..
    } = look.theme;
    let mut text = format!(
        "{headline}{place}{}{headline:#}\n",
        message.facts().join(", ")
    );
    let (rows, left_out) = message.dump(look.full);
    let theme = &look.theme;
    text += &hexdump::text(
        &rows,
        Look {
            theme,
            beside: true,
        },
    );
    if left_out > 0 {
        let _ = writeln!(text, "    {faint}.. {left_out} more bytes{faint:#}");
    }
    let metadata = message.metadata;
    let (header, body) = (metadata.header_size(), metadata.body_size());
    let _ = writeln!(text, "  header, {header} bytes; body, {body} bytes");
    table(&mut text, &message.field_table(look.full), &look.theme);
    let properties = message.property_table(look.full);
    if !properties.rows.is_empty() {
        text.push_str("  metadata\n");
        table(&mut text, &properties, &look.theme);
    }
    text + "\n"
}

fn table(text: &mut String, table: &Table, theme: &Theme) {
    /// Names beyond this width do not move the values of all others.
    const WIDEST: usize = 32;

    let faint = theme.faint;
    let widths = table.rows.iter().map(|(name, _)| name.chars().count());
    let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for (name, value) in &table.rows {
        let _ = writeln!(text, "    {faint}{name:width$}{faint:#}  {value}");
    }
    if table.left_out > 0 {
        let _ = writeln!(text, "    {faint}.. {} more{faint:#}", table.left_out);
    }
}

impl Peers {
    /// Number and peers.
    pub(super) fn headline(&self) -> String {
        format!(
            "connection {}: {} > {}",
            self.number, self.client, self.server
        )
    }

    /// What is to be known of it.
    pub(super) fn facts(&self) -> Vec<String> {
        let protocol = self.protocol.unwrap_or("of no known protocol");
        let mut facts = vec![
            protocol.to_owned(),
            format!("{} bytes captured", self.captured),
        ];
        if !self.is_opened {
            facts.push("its start was not captured".to_owned());
        }
        facts
    }
}

impl Gap {
    /// What is missing, and what that costs.
    pub(super) fn words(&self) -> String {
        let mut words = format!(
            "at byte {}: {} bytes were not captured",
            self.offset, self.missing
        );
        match (self.before, self.behind) {
            (0, 0) => {}
            (before, 0) => {
                let _ = write!(
                    words,
                    "; a message is lost of which {before} bytes come before"
                );
            }
            (before, behind) => {
                let _ = write!(
                    words,
                    "; a message is lost of which {before} bytes come before, and {behind} behind"
                );
            }
        }
        words
    }
}

/// What is said of an item other than a message.
pub(super) fn words_of(item: &Item<'_>) -> String {
    match item {
        Item::Message(message) => message.facts().join(", "),
        Item::Gap(gap) => gap.words(),
        Item::Conflict { offset, packet } => {
            format!(
                "at byte {offset}: packet {packet} has other bytes than an earlier one, which stand"
            )
        }
        Item::End(end) => end.words(),
    }
}

impl End {
    /// How the bytes end.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Clean => "clean".to_owned(),
            Self::Wait { buffered, at_least } => format!(
                "in a message, {buffered} bytes of it are there, at least {at_least} are missing"
            ),
            Self::Error { offset, error } => {
                let what = if error.is_limit() { "limit" } else { "error" };
                let (field, fault) = (error.field(), error.fault());
                format!("{what} at byte {offset}, field {field}: {fault}")
            }
        }
    }
}
