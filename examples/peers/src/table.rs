//! What passed, as a table in the documentation.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::check::passed;
use crate::pair::{Pair, Seen};

/// What a client sees, and the head of its column.
const COLUMNS: &[(&str, &str)] = &[
    ("routed", "routed by method"),
    ("large", "100 KiB"),
    ("pipelined", "200 at once"),
    ("one_way", "one-way"),
    ("heartbeat", "heartbeat"),
    ("declared", "a service's own exception"),
    ("no_route", "no route"),
    ("no_endpoint", "no endpoint"),
    ("changed", "changed on the way"),
];

/// The lines between which the table stands.
const START: &str = "<!-- table -->\n";
const END: &str = "<!-- end of the table -->\n";

/// The row of a pair.
pub(crate) fn row(pair: &Pair, seen: &Seen) -> Vec<String> {
    let client = seen.client["peer"].as_str().unwrap_or_default();
    let dialect = pair.dialect.join(", ");
    let cell = |what: &str| match passed(pair, seen, what) {
        _ if pair.expected[what].is_null() => "",
        true => "passed",
        false => "FAILED",
    };
    let first = [pair.protocol, client, &seen.server, &dialect].into_iter();
    let cells = first.chain(COLUMNS.iter().map(|(what, _)| cell(what)));
    cells.map(str::to_owned).collect()
}

/// The whole table, in Markdown.
pub(crate) fn render(rows: &[Vec<String>]) -> String {
    let first = ["protocol", "client", "server", "spoken as"].into_iter();
    let heads = first.chain(COLUMNS.iter().map(|(_, head)| *head));
    let heads: Vec<String> = heads.map(str::to_owned).collect();
    let rule = vec!["---".to_owned(); heads.len()];
    let lines = [&heads, &rule].into_iter().chain(rows);
    lines
        .map(|cells| format!("| {} |\n", cells.join(" | ")))
        .collect()
}

/// Whether the documentation has this table.
pub(crate) fn is_written(table: &str) -> anyhow::Result<bool> {
    let [_, there, _] = parts()?;
    Ok(there == table)
}

/// Writes the table to the documentation.
pub(crate) fn write(table: &str) -> anyhow::Result<()> {
    let [before, _, after] = parts()?;
    let text = [&before, START, table, END, &after].concat();
    fs::write(page(), text).context("cannot write docs/peers.md")
}

/// What stands before the table, the table, and what stands after it.
fn parts() -> anyhow::Result<[String; 3]> {
    let text = fs::read_to_string(page()).context("cannot read docs/peers.md")?;
    let start = text.split_once(START);
    let (before, rest) = start.context("docs/peers.md has no place for the table")?;
    let end = rest.split_once(END);
    let (there, after) = end.context("the table in docs/peers.md has no end")?;
    Ok([before, there, after].map(str::to_owned))
}

fn page() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../docs/peers.md"]
        .iter()
        .collect()
}
