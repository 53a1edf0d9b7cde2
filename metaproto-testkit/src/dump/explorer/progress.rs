//! A bar on stderr, for inputs that take a while.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter inputs are done before anybody looks, bytes.
const LONG: u64 = 4 << 20;

pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for an input of that length, if it is long, somebody looks, and the output itself does not run past there.
    pub(super) fn new(length: Option<u64>, output_is_seen: bool) -> Self {
        let is_long = length.is_none_or(|length| length >= LONG);
        if !is_long || output_is_seen || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = match length {
            Some(length) => ProgressBar::new(length).with_style(style()),
            None => ProgressBar::new_spinner(),
        };
        Self(Some(bar))
    }

    pub(super) fn set(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{wide_bar} {bytes} of {total_bytes}, {eta} left";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
