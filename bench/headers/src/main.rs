//! Counts the lines of each header in each library and writes the table of `docs/gauntlet.md`.

mod lines;
mod table;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use similar::TextDiff;

/// Comparisons of the headers.
#[derive(Parser)]
#[command(version)]
enum Task {
    /// Count code lines, print the table and write it to `docs/gauntlet.md`.
    Lines {
        /// Write nothing: fail where the file is not what would be written.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<()> {
    let Task::Lines { check } = Task::parse();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let path = root.join("docs/gauntlet.md");
    let page = table::page(root)?;
    if check {
        let there = std::fs::read_to_string(&path).context("docs/gauntlet.md")?;
        let diff = TextDiff::from_lines(&there, &page);
        print!("{}", diff.unified_diff().header("docs/gauntlet.md", "now"));
        ensure!(there == page, "docs/gauntlet.md is out of date");
    } else {
        print!("{page}");
        std::fs::write(&path, page).context("docs/gauntlet.md")?;
    }
    Ok(())
}
