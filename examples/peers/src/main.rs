//! Runs real clients against real servers through the development proxy, on loopback, and prints what passed.
//!
//! `cargo xtask test` installs the peers below `target/peers` and runs this. The table that it prints is part of
//! `docs/peers.md`.

mod check;
mod host;
mod installed;
mod pair;
mod pairs;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use crate::installed::Installed;

/// Runs real clients against real servers through the development proxy.
#[derive(Parser)]
struct Arguments {
    /// Where the peers were installed.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/peers"))]
    installed: PathBuf,
    /// Write the table to the documentation, instead of comparing it with what is there.
    #[arg(long)]
    write: bool,
    /// Run only the pairs whose name contains this text; the table is then not compared.
    #[arg(long)]
    only: Option<String>,
    /// What stands between clients and servers instead of the development proxy, see the module `host`; the table is then
    /// not compared.
    #[arg(last = true, value_name = "COMMAND")]
    through: Vec<String>,
}

fn main() -> ExitCode {
    let run = tokio::runtime::Runtime::new()
        .context("cannot start the runtime")
        .and_then(|runtime| runtime.block_on(run(&Arguments::parse())));
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("peers: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
async fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let installed = Installed::new(&arguments.installed);
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    let mut is_complete = arguments.only.is_none() && arguments.through.is_empty();
    for pair in pairs::all() {
        let name = pair.name();
        let is_asked_for = |only: &String| name.contains(only);
        if !arguments.only.as_ref().is_none_or(is_asked_for) {
            continue;
        }
        if let Some(missing) = installed.missing(&pair) {
            println!("skipped {name}: {} is missing", missing.display());
            is_complete = false;
            continue;
        }
        match pair::run(&pair, &installed, &arguments.through).await {
            Ok(seen) => {
                let found = check::faults(&pair, &seen).into_iter();
                faults.extend(found.map(|fault| format!("{name}: {fault}")));
                rows.push(table::row(&pair, &seen));
            }
            Err(error) => {
                faults.push(format!("{name}: {error:#}"));
                is_complete = false;
            }
        }
    }
    let table = table::render(&rows);
    println!("{table}");
    if arguments.write {
        table::write(&table)?;
    } else if is_complete && !table::is_written(&table)? {
        faults.push("docs/peers.md has another table: run this with --write".to_owned());
    }
    for fault in &faults {
        println!("FAILED {fault}");
    }
    Ok(faults.is_empty())
}
