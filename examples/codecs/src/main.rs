//! Sets the codecs of this workspace side by side, and beside the reference implementation: `docs/codecs.md`.
//!
//! Lines are counted in the sources, features are asked of the codecs, recordings are counted where the tests read them,
//! and the conformance suites run. Without `--write`, the page must be what is found.

mod features;
mod lines;
mod page;
mod proof;
mod reference;
mod subject;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Parser;

/// Sets the codecs side by side, and compares that with docs/codecs.md.
#[derive(Parser)]
struct Arguments {
    /// Write the page, instead of comparing it with what is there.
    #[arg(long)]
    write: bool,
}

fn main() -> Result<()> {
    let Arguments { write } = Arguments::parse();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let page = page::render(root)?;
    let path = root.join("docs/codecs.md");
    if write {
        return std::fs::write(path, page).context("cannot write docs/codecs.md");
    }
    let there = std::fs::read_to_string(path).context("cannot read docs/codecs.md")?;
    for (there, found) in there.lines().zip(page.lines()) {
        if there != found {
            println!("written: {there}\nfound:   {found}");
        }
    }
    ensure!(
        there == page,
        "docs/codecs.md is not what is found: run this with --write, and review the difference"
    );
    Ok(())
}
