//! What passed, as a table in the documentation.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::wire::Column;

/// The lines between which the table stands.
const START: &str = "<!-- table -->\n";
const END: &str = "<!-- end of the table -->\n";

/// What became of a scenario with a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Passed,
    Failed,
    /// The protocol has nothing of the kind.
    None,
}

/// Scenarios by protocols.
pub(crate) struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    /// A column for each of these.
    pub(crate) fn new(columns: &[Column]) -> Self {
        let names = columns.iter().map(|column| column.name.to_owned());
        let heads: Vec<String> = ["feature".to_owned()].into_iter().chain(names).collect();
        let rule = vec!["---".to_owned(); heads.len()];
        let lines = vec![heads, rule];
        Self { lines }
    }

    /// A row.
    pub(crate) fn row(&mut self, name: &str, cells: Vec<Cell>) {
        let cells = cells.into_iter().map(|cell| match cell {
            Cell::Passed => "passed",
            Cell::Failed => "FAILED",
            Cell::None => "",
        });
        let line = [name].into_iter().chain(cells).map(str::to_owned);
        self.lines.push(line.collect());
    }

    /// Whether the documentation has this table.
    pub(crate) fn is_written(&self) -> Result<bool> {
        let [_, there, _] = parts()?;
        Ok(there == self.to_string())
    }

    /// Writes the table to the documentation.
    pub(crate) fn write(&self) -> Result<()> {
        let [before, _, after] = parts()?;
        let text = [&before, START, &self.to_string(), END, &after].concat();
        fs::write(page(), text).context("cannot write docs/envoy.md")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.lines.iter();
        lines.try_for_each(|cells| writeln!(f, "| {} |", cells.join(" | ")))
    }
}

/// What stands before the table, the table, and what stands after it.
fn parts() -> Result<[String; 3]> {
    let text = fs::read_to_string(page()).context("cannot read docs/envoy.md")?;
    let start = text.split_once(START);
    let (before, rest) = start.context("docs/envoy.md has no place for the table")?;
    let end = rest.split_once(END);
    let (there, after) = end.context("the table in docs/envoy.md has no end")?;
    Ok([before, there, after].map(str::to_owned))
}

fn page() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../docs/envoy.md"]
        .iter()
        .collect()
}
