//! An expectation that is not met, for people.

use std::fmt;

use metaproto_codec::CodecError;

use super::{EditResult, Expect, Rejection, print};

/// An expectation that a codec does not meet, in rows that a person can compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The name of the vector.
    pub vector: String,
    /// The block, from 0.
    pub block: usize,
    /// The line of the file at which the block starts, from 1; 0 for one that was not read.
    pub line: usize,
    /// The edit of the block, from 0, if it is not the block itself that differs.
    pub edit: Option<usize>,
    /// What was expected and what was found, fact by fact.
    pub rows: Vec<Row>,
}

/// One fact of a [`Mismatch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// As it should be; `None` if there should be none.
    pub expected: Option<String>,
    /// As it is; `None` if there is none.
    pub found: Option<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vector {:?}, block {}", self.vector, self.block + 1)?;
        if self.line > 0 {
            write!(f, " (line {})", self.line)?;
        }
        if let Some(edit) = self.edit {
            write!(f, ", mutation {}", edit + 1)?;
        }
        let cell = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        let mut table = vec![(String::new(), "expected".to_owned(), "found".to_owned(), "")];
        table.extend(self.rows.iter().map(|row| {
            let mark = if row.expected == row.found {
                ""
            } else {
                "  <- differs"
            };
            (
                row.name.clone(),
                cell(&row.expected),
                cell(&row.found),
                mark,
            )
        }));
        let width = |column: fn(&(String, String, String, &str)) -> usize| {
            table.iter().map(column).max().unwrap_or_default()
        };
        let names = width(|row| row.0.chars().count());
        let expecteds = width(|row| row.1.chars().count());
        let founds = width(|row| row.2.chars().count());
        for (name, expected, found, mark) in &table {
            let line = format!("  {name:names$}  {expected:expecteds$}  {found:founds$}{mark}");
            write!(f, "\n{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

/// Names and values.
pub(super) type Rows = Vec<(String, String)>;

pub(super) fn outcome(what: &str) -> (String, String) {
    ("outcome".into(), what.into())
}

pub(super) fn wait_rows(at_least: Option<usize>) -> Rows {
    let mut rows = vec![outcome("wait")];
    rows.extend(at_least.map(|bytes| ("at_least".into(), bytes.to_string())));
    rows
}

/// A refusal; only what `wanted` states of it, if that is given.
pub(super) fn refusal_rows(found: &Rejection, wanted: Option<&Rejection>) -> Rows {
    let stated = |part: fn(&Rejection) -> bool| wanted.is_none_or(part);
    let mut rows = vec![outcome(if found.limit { "limit" } else { "reject" })];
    let mut push = |name: &str, value: Option<String>, stated: bool| {
        rows.extend(value.filter(|_| stated).map(|value| (name.into(), value)));
    };
    push("rule", found.rule.clone(), stated(|w| w.rule.is_some()));
    let offset = found.offset.map(|offset| offset.to_string());
    push("offset", offset, stated(|w| w.offset.is_some()));
    push("field", found.field.clone(), stated(|w| w.field.is_some()));
    rows
}

pub(super) fn expected_rows(expect: &Expect) -> Rows {
    match expect {
        Expect::Anything => Vec::new(),
        Expect::Message => vec![outcome("a message")],
        Expect::Facts(facts) => {
            let facts = facts.rows();
            [outcome("a message")].into_iter().chain(facts).collect()
        }
        Expect::Wait { at_least } => wait_rows(*at_least),
        Expect::Reject(rejection) => refusal_rows(rejection, None),
    }
}

/// Pairs rows of one name, in order; the found ones that nobody expected come last.
pub(super) fn compare(expected: Rows, found: Rows) -> Vec<Row> {
    let same_order = |rows: &Rows| {
        let names = rows.iter().filter(|(name, _)| name.starts_with('['));
        names
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let orders = (same_order(&expected), same_order(&found));
    let mut found: Vec<Option<(String, String)>> = found.into_iter().map(Some).collect();
    let mut rows = Vec::new();
    for (name, value) in expected {
        let mut candidates = found.iter_mut();
        let same = candidates.find(|row| row.as_ref().is_some_and(|row| row.0 == name));
        rows.push(Row {
            found: same.and_then(Option::take).map(|(_, value)| value),
            expected: Some(value),
            name,
        });
    }
    rows.extend(found.into_iter().flatten().map(|(name, value)| Row {
        name,
        expected: None,
        found: Some(value),
    }));
    if rows.iter().all(|row| row.expected == row.found) && orders.0 != orders.1 {
        rows.push(Row {
            name: "order of properties".into(),
            expected: Some(orders.0),
            found: Some(orders.1),
        });
    }
    rows
}

/// Rows of bytes that a mismatch shows at most.
const SHOWN: usize = 4;
/// Bytes of such a row.
const ROW: usize = 16;

pub(super) fn edit_rows(
    expected: &EditResult,
    found: &Result<Vec<u8>, CodecError>,
) -> (Rows, Rows) {
    let refusal = |text: String| vec![outcome(&text)];
    let bytes = |bytes: &[u8]| {
        let length = ("length".to_owned(), bytes.len().to_string());
        vec![outcome("other bytes"), length]
    };
    let (mut left, mut right) = (
        match expected {
            EditResult::Unstated => Vec::new(),
            EditResult::Refused { rule } => refusal(print::refused(rule.as_deref())),
            EditResult::Becomes(expected) => bytes(expected),
        },
        match found {
            Ok(found) => bytes(found),
            Err(error) => refusal(print::refused(Some(error.fault().rule()))),
        },
    );
    if let (EditResult::Becomes(expected), Ok(found)) = (expected, found) {
        let end = expected.len().max(found.len());
        let at = |bytes: &[u8], start: usize| {
            let end = bytes.len().min(start + ROW);
            bytes.get(start..end).map(show_bytes)
        };
        let differing = (0..end)
            .step_by(ROW)
            .filter(|start| at(expected, *start) != at(found, *start));
        for start in differing.take(SHOWN) {
            let name = format!("{start:06x}");
            left.extend(at(expected, start).map(|row| (name.clone(), row)));
            right.extend(at(found, start).map(|row| (name.clone(), row)));
        }
    }
    (left, right)
}

fn show_bytes(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}
