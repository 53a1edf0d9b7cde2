//! Workloads of protocol codecs: ours beside other crates and code written by hand, counted and timed.

mod assembly;
mod machine;
mod record;
mod targets;
mod task;
mod valgrind;
mod w1;
mod w2;
mod w3;
mod w4;
mod w5;
mod w6;
mod w7;
mod w8;
mod wall;
mod workload;

use anyhow::{Context, Result};
use clap::Parser;

/// What to do.
#[derive(Parser)]
#[command(name = "metaproto-bench", about)]
enum Command {
    /// Measure all workloads and write `record/<date>.md` and `.json`. Takes some minutes and needs valgrind.
    Record {
        /// Measure these workloads alone, and name the record after them: `w1`, `w2` ...
        #[arg(long)]
        only: Vec<String>,
    },
    /// Print what the compiler made of reading a header of fixed width. Needs objdump.
    Assembly,
    /// Do a task so many turns over; this is what valgrind counts.
    #[command(hide = true)]
    Count {
        task: String,
        contender: String,
        turns: u64,
    },
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Record { only } => record::run(&only),
        Command::Assembly => {
            print!("{}", assembly::listing()?);
            Ok(())
        }
        Command::Count {
            task,
            contender,
            turns,
        } => count(&task, &contender, turns),
    }
}

fn count(task: &str, contender: &str, turns: u64) -> Result<()> {
    let task = workload::task(task).context("no such task")?;
    if contender == valgrind::IDLE {
        (task.idle)(turns);
        return Ok(());
    }
    let found = task.contenders.iter().find(|it| it.name == contender);
    (found.context("no such contender")?.run)(turns);
    Ok(())
}
