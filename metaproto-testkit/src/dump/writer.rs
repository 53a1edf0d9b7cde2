//! Events as lines.

use std::io::{self, Write};

use super::text::{Text, event_to_text};
use super::{Event, Item};
use crate::hexdump::Theme;

/// What lines look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    json: bool,
    colours: bool,
    full: bool,
}

impl Style {
    /// Text for humans.
    pub const TEXT: Self = Self {
        json: false,
        colours: false,
        full: false,
    };

    /// One JSON object for each line, in a stable format.
    pub const JSON: Self = Self {
        json: true,
        ..Self::TEXT
    };

    /// With colours or not, in text.
    #[must_use]
    pub const fn colours(self, colours: bool) -> Self {
        Self { colours, ..self }
    }

    /// With all bytes of each message or only the first, in text.
    #[must_use]
    pub const fn full(self, full: bool) -> Self {
        Self { full, ..self }
    }
}

/// Writes events as they come.
pub struct Writer<W> {
    out: W,
    json: bool,
    text: Text,
}

impl<W: Write> Writer<W> {
    /// A writer to `out`.
    pub fn new(out: W, style: Style) -> Self {
        let theme = if style.colours {
            Theme::coloured()
        } else {
            Theme::PLAIN
        };
        Self {
            out,
            json: style.json,
            text: Text {
                theme,
                full: style.full,
            },
        }
    }

    /// Writes an event.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        if self.json {
            match event.to_json() {
                Some(line) => writeln!(self.out, "{line}"),
                None => Ok(()),
            }
        } else {
            self.out
                .write_all(event_to_text(event, &self.text).as_bytes())
        }
    }

    /// Writes what is still held.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Item<'_> {
    /// Lines for a human, without colours.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = Text {
            theme: Theme::PLAIN,
            full: false,
        };
        super::text::item_to_text(self, None, &text)
    }
}
