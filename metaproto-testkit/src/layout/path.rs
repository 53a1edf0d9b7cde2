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

    /// Whether `text` spells the place.
    pub(super) fn is(&self, text: &str) -> bool {
        let mut rest = text;
        for (index, step) in self.0.iter().enumerate() {
            let after = match step {
                Step::Name(name) => {
                    let separator = if index == 0 { "" } else { "." };
                    rest.strip_prefix(separator)
                        .and_then(|rest| rest.strip_prefix(name))
                }
                Step::Index(index) => rest
                    .strip_prefix('[')
                    .and_then(|rest| rest.split_once(']'))
                    .filter(|(digits, _)| digits.parse() == Ok(*index))
                    .map(|(_, rest)| rest),
            };
            let Some(after) = after else { return false };
            rest = after;
        }
        rest.is_empty()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_it_spells() {
        let mut path = Path::default();
        for step in [
            Step::Name("route"),
            Step::Name("headers"),
            Step::Index(12),
            Step::Name("key"),
        ] {
            path.push(step);
        }
        assert_eq!(path.len(), "route.headers[12].key.len");
        assert!(path.is(&path.to_string()) && path.is_in_later_item());
        for other in [
            "",
            "route",
            "route.headers[12].key.len",
            "route.headers[1].key",
            "route.headers[12.key",
        ] {
            assert!(!path.is(other), "{other}");
        }
        path.pop();
        assert!(path.is("route.headers[12]"));
    }
}
