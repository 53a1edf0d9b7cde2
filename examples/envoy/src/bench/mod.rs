//! What a message through Envoy costs: the module beside Envoy's own proxies, which take turns in one run.
//!
//! Envoy has one core, with one worker thread; clients and servers, in one thread, have the other.

mod instructions;
mod machine;
mod path;
mod record;
mod traffic;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::runtime::Builder;
use tokio::time::sleep;

use self::path::{PATHS, Path, Protocol, Via};
use self::record::{Record, Shot, Table};
use self::traffic::{Clients, Echo, Load, Traffic};
use crate::envoy::{Envoy, Programs};
use crate::peer::PATIENCE;

/// Before a measurement, until connections are there and rooms are made; again while nothing has come.
const WARM_UP: Duration = Duration::from_millis(200);

/// What is measured.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// How often each path has its turn.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of a turn.
    #[arg(long, default_value_t = 1.2)]
    seconds: f64,
    /// Measure only what has this text in its name: a workload's size, or `latency`.
    #[arg(long)]
    workload: Option<String>,
    /// Measure only paths with one of these texts in their names.
    #[arg(long)]
    path: Vec<String>,
    /// A directory with the modules of an earlier build, to be held against these.
    #[arg(long)]
    before: Option<PathBuf>,
    /// Count the instructions of a message instead, which takes valgrind, and no quiet machine.
    #[arg(long)]
    instructions: bool,
    /// Keep the record in this file.
    #[arg(long)]
    write: Option<PathBuf>,
}

/// What is asked of every path.
struct Workload {
    name: &'static str,
    payload: usize,
    load: Load,
}

const WORKLOADS: [Workload; 3] = [
    Workload {
        name: "100 B, 4 connections, 8 requests on each",
        payload: 100,
        load: MANY,
    },
    Workload {
        name: "64 KiB, 4 connections, 8 requests on each",
        payload: 64 << 10,
        load: MANY,
    },
    Workload {
        name: "latency: 100 B, one request at a time",
        payload: 100,
        load: Load {
            clients: 1,
            depth: 1,
        },
    },
];

const MANY: Load = Load {
    clients: 4,
    depth: 8,
};

/// Measures, on a thread of its own.
pub(crate) async fn run(options: Options, programs: Programs) -> Result<()> {
    let measured = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(measure(&options, &programs))
    });
    measured.await?
}

async fn measure(options: &Options, programs: &Programs) -> Result<()> {
    if options.instructions {
        print!("{}", instructions::count(programs).await?);
        return Ok(());
    }
    let cores = std::thread::available_parallelism()?.get();
    ensure!(cores >= 2, "Envoy and its clients want a core each");
    machine::pin(std::process::id(), 1)?;
    let mut record = Record::begin(programs)?;
    for workload in &WORKLOADS {
        if options
            .workload
            .as_deref()
            .is_none_or(|name| workload.name.contains(name))
        {
            record
                .tables
                .push(turns(workload, options, programs).await?);
        }
    }
    record.end();
    println!("{record}");
    if let Some(path) = &options.write {
        fs::write(path, record.to_string()).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// All rounds of one workload, with an Envoy of their own.
async fn turns(workload: &Workload, options: &Options, programs: &Programs) -> Result<Table> {
    let mut traffics = Vec::new();
    let mut servers = Vec::new();
    for protocol in Protocol::ALL {
        let traffic = Arc::new(Traffic::new(protocol.wire(), workload.payload)?);
        servers.push(Echo::start(Arc::clone(&traffic)).await?);
        traffics.push(traffic);
    }
    let envoy = start(programs, &servers).await?;
    let before = match &options.before {
        None => None,
        Some(modules) => {
            let modules = modules.canonicalize().context("no modules there")?;
            let programs = Programs {
                modules,
                ..programs.clone()
            };
            Some(start(&programs, &servers).await?)
        }
    };
    let wanted = |path: &&Path| {
        let is_asked_for = |text: &String| path.name.contains(text.as_str());
        (path.via != Via::Before || before.is_some())
            && (options.path.is_empty() || options.path.iter().any(is_asked_for))
    };
    let mut paths: Vec<&Path> = PATHS.iter().filter(wanted).collect();
    let mut table = Table::new(workload.name, &paths);
    for round in 0..options.rounds {
        for path in &paths {
            let protocol = path.protocol as usize;
            let (traffic, server) = (&traffics[protocol], &servers[protocol]);
            let envoy = match path.via {
                Via::Nothing => None,
                Via::Envoy => Some(&envoy),
                Via::Before => before.as_ref(),
            };
            let to = match envoy {
                None => server.address(),
                Some(envoy) => envoy.listener(path.listener()).await?,
            };
            let clients = Clients::start(to, traffic, workload.load).await?;
            let shot = shoot(clients, envoy, options.seconds).await;
            let shot = shot.with_context(|| format!("{}, {}", path.name, workload.name))?;
            eprintln!("{round} {}: {shot}", path.name);
            table.add(path, shot);
        }
        paths.rotate_left(1);
    }
    Ok(table)
}

async fn start(programs: &Programs, servers: &[Echo]) -> Result<Envoy> {
    let envoy = path::start(programs, servers).await?;
    machine::pin(envoy.process()?, 0)?;
    Ok(envoy)
}

/// Lets clients run, and measures.
async fn shoot(mut clients: Clients, envoy: Option<&Envoy>, seconds: f64) -> Result<Shot> {
    let used = || envoy.map_or(Ok(Duration::ZERO), |envoy| machine::used(envoy.process()?));
    let until = Instant::now() + PATIENCE;
    loop {
        sleep(WARM_UP).await;
        if !clients.replies().is_empty() || Instant::now() > until {
            break;
        }
    }
    let (started, used_before) = (Instant::now(), used()?);
    sleep(Duration::from_secs_f64(seconds)).await;
    let replies = clients.replies();
    let (took, used) = (started.elapsed(), used()? - used_before);
    clients.stop().await?;
    ensure!(!replies.is_empty(), "nothing comes back");
    Ok(Shot::new(replies, took, used))
}
