//! What was found as one page for a browser, to be sent to a colleague.
//!
//! A page stands alone, as reports do: its style is in it, it loads nothing and runs no script, and it forbids itself both.
//! Its size is bounded; what is left out is counted.

mod message;

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::text::words_of;
use super::{End, Event, Item, Peers, Place};
use crate::report::html::{Kind, count, document, grouped};
use crate::visible::{one_line, visible};

/// The most messages that a page shows.
pub const MAX_PAGE_MESSAGES: usize = 1000;

/// No more is shown once a page has so many bytes.
pub const MAX_PAGE_BYTES: usize = 16 << 20;

/// Messages are shown open where there are no more than these.
const OPEN: usize = 6;

const STYLE: &str = include_str!("style.css");

/// Collects events for a page.
#[derive(Default)]
pub struct Page {
    title: String,
    problems: Vec<String>,
    sections: Vec<Section>,
    /// Bytes of what is shown.
    size: usize,
    messages: usize,
    shown: usize,
    protocols: BTreeSet<&'static str>,
}

/// A connection, or the one stream.
#[derive(Default)]
struct Section {
    peers: Option<Peers>,
    entries: Vec<Entry>,
    messages: usize,
    left_out: usize,
    /// How its streams end, and what is missing in them.
    faults: usize,
}

enum Entry {
    Message(message::Entry),
    Line(Markup),
}

impl Page {
    /// A page of what is called so, a file as a rule.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self {
            title: one_line(title),
            ..Self::default()
        }
    }

    /// Takes an event.
    pub fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Problem { first, count } => self.problems.push(match count {
                1 => first.to_string(),
                count => format!("{first} ({count} like it)"),
            }),
            Event::Stream { protocol } => {
                self.protocols.insert(protocol);
                self.sections.push(Section::default());
            }
            Event::Connection(peers) => {
                self.protocols.extend(peers.protocol);
                self.sections.push(Section {
                    peers: Some(*peers),
                    ..Section::default()
                });
            }
            Event::Item(place, item) => self.item(*place, item),
        }
    }

    /// Messages that were found, and how many of them the page shows.
    #[must_use]
    pub fn messages(&self) -> (usize, usize) {
        (self.messages, self.shown)
    }

    /// The page.
    #[must_use]
    pub fn finish(self) -> String {
        let body = html! {
            (self.header())
            main {
                @for section in &self.sections { (section.markup(self.shown <= OPEN)) }
            }
        };
        document(
            &format!("{}: metaproto explorer", self.title),
            &body,
            Kind {
                style: STYLE,
                footer: "Written by the metaproto explorer.",
            },
        )
    }

    fn item(&mut self, place: Place, item: &Item<'_>) {
        let is_message = matches!(item, Item::Message(_));
        self.messages += usize::from(is_message);
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        section.messages += usize::from(is_message);
        section.faults += usize::from(item.exit_status() > 0);
        if self.size >= MAX_PAGE_BYTES || is_message && self.shown >= MAX_PAGE_MESSAGES {
            section.left_out += 1;
            return;
        }
        let entry = match item {
            Item::Message(message) => {
                self.shown += 1;
                Entry::Message(message::Entry::new(message, place, self.shown))
            }
            item => Entry::Line(line(place, item)),
        };
        self.size += match &entry {
            Entry::Message(entry) => entry.size(),
            Entry::Line(line) => line.0.len(),
        };
        section.entries.push(entry);
    }

    fn header(&self) -> Markup {
        let bytes: usize = self.peers().map(|peers| peers.captured).sum();
        let protocols: Vec<_> = self.protocols.iter().copied().collect();
        html! {
            header {
                p class="eyebrow" { "metaproto explorer" }
                h1 { (self.title) }
                dl class="facts" {
                    div {
                        dt { (if protocols.len() == 1 { "protocol" } else { "protocols" }) }
                        dd { @if protocols.is_empty() { "none that is known" } @else { (protocols.join(", ")) } }
                    }
                    @if self.peers().next().is_some() {
                        div { dt { "connections" } dd { (grouped(self.peers().count())) } }
                        div { dt { "bytes in segments" } dd { (grouped(bytes)) } }
                    }
                    div { dt { "messages" } dd { (grouped(self.messages)) } }
                }
                @for problem in &self.problems {
                    div class="notice" role="note" { p { strong { "problem " } (visible(problem)) } }
                }
                @if self.shown < self.messages {
                    div class="notice" role="note" {
                        p {
                            strong { (grouped(self.messages - self.shown)) " of " (grouped(self.messages)) " messages are left out. " }
                            "A page shows up to " (grouped(MAX_PAGE_MESSAGES)) " messages and " (MAX_PAGE_BYTES >> 20) " MiB."
                        }
                    }
                }
                @if self.peers().count() > 1 { (self.contents()) }
            }
        }
    }

    fn peers(&self) -> impl Iterator<Item = &Peers> {
        self.sections.iter().filter_map(|it| it.peers.as_ref())
    }

    /// All connections at a glance.
    fn contents(&self) -> Markup {
        html! {
            nav class="scroll contents" aria-label="All connections" {
                table {
                    thead {
                        tr {
                            th scope="col" class="number" { "#" }
                            th scope="col" { "client > server" }
                            th scope="col" { "protocol" }
                            th scope="col" class="number" { "messages" }
                            th scope="col" { "ends" }
                        }
                    }
                    tbody {
                        @for section in &self.sections {
                            @if let Some(peers) = &section.peers {
                                tr {
                                    td class="number" { (peers.number) }
                                    td { a href=(format!("#connection-{}", peers.number)) { (peers.client) "\u{a0}> " (peers.server) } }
                                    td { (peers.protocol.unwrap_or("unknown")) }
                                    td class="number" { (section.messages) }
                                    td { (section.verdict()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Section {
    fn markup(&self, open: bool) -> Markup {
        html! {
            section {
                @if let Some(peers) = &self.peers {
                    h2 id=(format!("connection-{}", peers.number)) {
                        (peers.client) "\u{a0}> " (peers.server)
                    }
                    p class="lead" { (peers.facts().join(", ")) ", " (count(self.messages, "message", "messages")) }
                } @else {
                    h2 { "Messages" }
                }
                div class="messages" {
                    @for entry in &self.entries {
                        @match entry {
                            Entry::Message(entry) => (entry.markup(open)),
                            Entry::Line(line) => (line),
                        }
                    }
                    @if self.left_out > 0 {
                        p class="line" { (count(self.left_out, "entry is", "entries are")) " left out here." }
                    }
                }
            }
        }
    }

    fn verdict(&self) -> Markup {
        let known = self.peers.is_none_or(|peers| peers.protocol.is_some());
        html! {
            @if !known { "\u{2013}" }
            @else if self.faults == 0 { span class="good" { "\u{2713} clean" } }
            @else { strong class="bad" { "\u{2715} " (count(self.faults, "fault", "faults")) } }
        }
    }
}

/// What is not a message.
fn line(place: Place, item: &Item<'_>) -> Markup {
    let (class, label) = match item {
        Item::End(End::Clean) => ("line", "end"),
        Item::End(_) => ("line bad", "end"),
        Item::Gap(_) => ("line bad", "gap"),
        _ => ("line bad", "conflict"),
    };
    html! {
        p class=(class) {
            (message::way(place.direction)) " " b { (label) } " " (visible(&words_of(item)))
        }
    }
}
