//! A rule that is broken: what was expected, what happened, and where in the input.

use std::ops::Range;

use super::subject::Answer;
use super::trace::Trace;
use crate::facts::Facts;

/// What a check found wrong in one case.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// A label and a value.
    pub(crate) expected: (String, String),
    pub(crate) actual: (String, String),
    /// The bytes of the stream at which to look.
    pub(crate) at: Option<Range<usize>>,
}

impl Finding {
    pub(crate) fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self {
            expected: ("expected".into(), expected.into()),
            actual: ("actual".into(), actual.into()),
            at: None,
        }
    }

    /// Other words for "expected" and "actual".
    pub(crate) fn called(mut self, expected: &str, actual: &str) -> Self {
        self.expected.0 = expected.to_owned();
        self.actual.0 = actual.to_owned();
        self
    }

    pub(crate) fn at(mut self, bytes: Range<usize>) -> Self {
        self.at = Some(bytes);
        self
    }
}

/// The first fact in which two messages differ, as two sides of a finding.
pub(crate) fn differing(expected: &Facts, actual: &Facts) -> Option<Finding> {
    if expected == actual {
        return None;
    }
    let (left, right) = (expected.rows(), actual.rows());
    let value = |rows: &[(String, String)], name: &str| {
        let mut found = rows.iter().filter(|(known, _)| known == name);
        found.next().map_or_else(
            || format!("no {name}"),
            |(_, value)| format!("{name} = {value}"),
        )
    };
    let names = left.iter().chain(&right).map(|(name, _)| name);
    let mut differing = names.filter(|name| value(&left, name) != value(&right, name));
    Some(match differing.next() {
        Some(name) => Finding::new(value(&left, name), value(&right, name)),
        // The same names with the same first values, in another order or number.
        None => Finding::new(list(&left), list(&right)),
    })
}

fn list(rows: &[(String, String)]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    rows.join(", ")
}

/// The first difference between two traces.
pub(crate) fn traces(expected: &Trace, actual: &Trace) -> Option<Finding> {
    for (index, pair) in expected.messages.iter().zip(&actual.messages).enumerate() {
        if let Some(mut finding) = differing(pair.0, pair.1) {
            for side in [&mut finding.expected.1, &mut finding.actual.1] {
                *side = format!("message {}: {side}", index + 1);
            }
            return Some(finding);
        }
    }
    let show = |trace: &Trace| {
        let count = trace.messages.len();
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} message{plural}, then {}", trace.end)
    };
    let same = expected.messages.len() == actual.messages.len() && expected.end == actual.end;
    (!same).then(|| Finding::new(show(expected), show(actual)))
}

/// The first difference between two answers.
pub(crate) fn answers(expected: &Answer, actual: &Answer) -> Option<Finding> {
    match (expected, actual) {
        (
            Answer::Done {
                consumed: a,
                facts: x,
            },
            Answer::Done {
                consumed: b,
                facts: y,
            },
        ) if a == b => differing(x, y),
        _ => (expected != actual).then(|| Finding::new(expected.to_string(), actual.to_string())),
    }
}
