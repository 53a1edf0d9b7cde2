//! Where in a message the interpreter stands: `route.zone`, `headers[0].key`, `headers.len`.

use std::fmt;

/// Steps from the outermost header, spelt only when somebody asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Path(Vec<Step>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A field, or `key`, `value` or `len`.
    Name(&'static str),
    /// An item of a list or a pair of a map.
    Index(usize),
}

impl Path {
    pub(super) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    /// The same place's length prefix.
    pub(super) fn len(&self) -> String {
        format!("{self}.len")
    }

    /// Whether the place lies in an item or pair other than the first.
    pub(super) fn is_in_later_item(&self) -> bool {
        self.0
            .iter()
            .any(|step| matches!(step, Step::Index(index) if *index > 0))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if index == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
