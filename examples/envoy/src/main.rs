//! Holds the module for Envoy against the real Envoy: each scenario starts Envoy, servers and clients on loopback, and
//! checks one feature for each protocol that has it.
//!
//! The table that it prints is part of `docs/envoy.md`.

mod bench;
mod config;
mod demo;
mod envoy;
mod ground;
mod guide;
mod helper;
mod hostile;
mod peer;
mod readme;
mod scenario;
mod serve;
mod soak;
mod table;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};

use crate::envoy::Programs;
use crate::ground::Ground;
use crate::scenario::Scenario;
use crate::table::{Cell, Table};
use crate::wire::Column;

/// How long a scenario may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds the module for Envoy against the real Envoy, feature by feature.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Envoy, if not the one that `cargo xtask envoy --install` has installed.
    #[arg(long, global = true)]
    envoy: Option<PathBuf>,
    /// The directory in which the modules are, if not that of this program.
    #[arg(long, global = true)]
    modules: Option<PathBuf>,
    /// Run only scenarios whose name contains this text; the table is then not compared.
    #[arg(long)]
    only: Option<String>,
    /// Run only the protocol of this name; the table is then not compared.
    #[arg(long)]
    protocol: Option<String>,
    /// Write the table to the documentation, instead of comparing it with what is there.
    #[arg(long)]
    write: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Put Envoy between real clients and servers, as `cargo run -p peers -- ... -- COMMAND` asks for it.
    Serve(serve::Options),
    /// Show one feature with the configuration of this name below `examples/envoy-module/demos`; without a name, all.
    Demo(demo::Options),
    /// Follow the guide to Envoy word by word.
    Guide,
    /// Load all protocols at once for a while, with connections that come and go, and watch Envoy's memory.
    Soak(soak::Options),
    /// Measure what the module costs, beside Envoy's own proxies.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let run = tokio::runtime::Runtime::new()
        .context("cannot start the runtime")
        .and_then(|runtime| runtime.block_on(run(&Arguments::parse())));
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("envoy-matrix: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
async fn run(arguments: &Arguments) -> Result<bool> {
    let programs = Programs {
        envoy: match &arguments.envoy {
            Some(path) => path.canonicalize().context("no Envoy there")?,
            None => envoy::installed()?,
        },
        modules: match &arguments.modules {
            Some(path) => path.canonicalize().context("no modules there")?,
            None => {
                let program = std::env::current_exe()?;
                program.parent().context("no directory")?.to_owned()
            }
        },
    };
    if let Some(command) = &arguments.command {
        match command {
            Command::Serve(options) => serve::run(options, programs).await?,
            Command::Demo(options) => demo::run(options, &programs).await?,
            Command::Guide => {
                readme::run(&programs).await?;
                guide::run(&programs).await?;
            }
            Command::Bench(options) => bench::run(options.clone(), programs).await?,
            Command::Soak(options) => soak::run(options, &programs).await?,
        }
        return Ok(true);
    }
    let columns: Vec<Column> = Column::all()
        .filter(|column| is_asked_for(arguments.protocol.as_deref(), column.name))
        .collect();
    for column in &columns {
        let name = format!("lib{}.so", column.wire.module());
        let path = programs.modules.join(name);
        ensure!(
            path.exists(),
            "{} is not there: build it first",
            path.display()
        );
    }
    let mut table = Table::new(&columns);
    let mut failures = 0;
    for scenario in scenario::ALL {
        if !is_asked_for(arguments.only.as_deref(), scenario.name) {
            continue;
        }
        let mut cells = Vec::new();
        for column in &columns {
            let cell = attempt(scenario, *column, &programs).await;
            failures += usize::from(cell == Cell::Failed);
            cells.push(cell);
        }
        table.row(scenario.name, cells);
    }
    println!("\n{table}");
    let is_complete = arguments.only.is_none() && arguments.protocol.is_none();
    if arguments.write {
        table.write()?;
    } else if is_complete && failures == 0 && !table.is_written()? {
        println!("FAILED docs/envoy.md has another table: run this with --write");
        failures += 1;
    }
    Ok(failures == 0)
}

fn is_asked_for(asked: Option<&str>, name: &str) -> bool {
    asked.is_none_or(|asked| name.contains(asked))
}

/// Runs one scenario with one protocol and tells of it.
async fn attempt(scenario: &Scenario, column: Column, programs: &Programs) -> Cell {
    if !(scenario.applies)(column.wire) || (column.sockets && !scenario.sockets) {
        return Cell::None;
    }
    let started = Instant::now();
    let mut ground = Ground::new(column, programs.clone());
    let run = tokio::time::timeout(PATIENCE, (scenario.run)(&mut ground)).await;
    let mut result = run.unwrap_or_else(|_| Err(anyhow::anyhow!("it does not end")));
    if result.is_ok() {
        result = ground.finish().await;
    }
    let took = started.elapsed().as_secs_f64();
    let name = format!("{}, {}", scenario.name, column.name);
    match result {
        Ok(()) => {
            println!("passed {name}: {took:.1} s");
            Cell::Passed
        }
        Err(error) => {
            println!("FAILED {name}: {error:#}\n{}", ground.log());
            Cell::Failed
        }
    }
}
