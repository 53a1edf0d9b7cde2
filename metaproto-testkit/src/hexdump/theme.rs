//! Colours of a terminal.

use anstyle::{AnsiColor, Style};

/// How things look.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Theme {
    /// Fields in turn, so that neighbours differ.
    pub(crate) fields: [Style; 6],
    /// The first line of a message.
    pub(crate) headline: Style,
    /// What is beside the matter: offsets, text beside bytes.
    pub(crate) faint: Style,
    /// What is wrong.
    pub(crate) wrong: Style,
}

impl Theme {
    /// Without any colour.
    pub(crate) const PLAIN: Self = Self {
        fields: [Style::new(); 6],
        headline: Style::new(),
        faint: Style::new(),
        wrong: Style::new(),
    };

    /// Colours that can be read on dark and on light ground.
    pub(crate) fn coloured() -> Self {
        let colours = [
            AnsiColor::Cyan,
            AnsiColor::Yellow,
            AnsiColor::Green,
            AnsiColor::Magenta,
            AnsiColor::Blue,
            AnsiColor::Red,
        ];
        Self {
            fields: colours.map(AnsiColor::on_default),
            headline: Style::new().bold(),
            faint: Style::new().dimmed(),
            wrong: AnsiColor::Red.on_default().bold(),
        }
    }
}
