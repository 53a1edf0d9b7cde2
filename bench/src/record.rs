//! A record: what was asked, who answered, what was found, on which machine.

mod markdown;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::machine::{self, Machine};
use crate::targets::TARGETS;
use crate::task::Task;
use crate::valgrind::{self, Counts};
use crate::w6::{self, Build};
use crate::wall::{self, Wall};
use crate::workload::{self, WORKLOADS};

/// Everything that is written down.
#[derive(Serialize)]
pub(crate) struct Record {
    machine: Machine,
    tasks: Vec<Measured>,
    targets: Vec<Verdict>,
    /// What crates of derived structs cost to build, where that was measured.
    builds: Vec<Build>,
}

/// A task and what it costs whom.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    about: &'static str,
    contenders: Vec<Figures>,
}

/// What one operation costs a contender.
#[derive(Serialize)]
struct Figures {
    name: &'static str,
    #[serde(flatten)]
    counts: Counts,
    /// Instructions by those of `hand`.
    ratio: f64,
    wall: Wall,
}

/// A target and what was found.
#[derive(Serialize)]
struct Verdict {
    task: &'static str,
    contender: &'static str,
    /// The most instructions, allocations and copied bytes.
    instructions: f64,
    allocations: f64,
    copied: Option<f64>,
    /// Instructions of `hand` and `limit` in the same run.
    hand: Option<f64>,
    limit: Option<f64>,
    /// What was found; nothing where ours does not do the task yet.
    found: Option<Counts>,
    met: bool,
}

/// The workload that is measured by building crates.
const BUILDS: &str = "w6";

/// Measures the workloads of these names, or all, and writes the record. Prints a line for every contender.
///
/// # Errors
///
/// An unknown workload, no valgrind, or a file that cannot be written.
pub(crate) fn run(only: &[String]) -> Result<()> {
    for name in only {
        let is_known = name == BUILDS || WORKLOADS.iter().any(|it| it.0 == name);
        ensure!(is_known, "there is no workload {name}");
    }
    let mut record = Record {
        machine: Machine::look(valgrind::version()?)?,
        tasks: Vec::new(),
        targets: Vec::new(),
        builds: Vec::new(),
    };
    let wanted = |name: &str| only.is_empty() || only.iter().any(|it| it == name);
    for (name, _) in WORKLOADS.iter().filter(|it| wanted(it.0)) {
        for task in workload::tasks(name) {
            record.tasks.push(measure(&task)?);
        }
    }
    if wanted(BUILDS) {
        record.builds = w6::measure(&record.machine.rivals)?;
    }
    record.targets = verdicts(&record.tasks);
    let suffix: String = only.iter().map(|name| format!("-{name}")).collect();
    let path = write(&record, &suffix)?;
    let missed = record.targets.iter().filter(|it| !it.met).count();
    println!("{missed} of {} targets missed", record.targets.len());
    println!("{}", path.display());
    Ok(())
}

fn measure(task: &Task) -> Result<Measured> {
    let idle = valgrind::count(task, valgrind::IDLE)?;
    let walls = wall::time(task);
    let mut contenders: Vec<Figures> = Vec::new();
    for (contender, wall) in task.contenders.iter().zip(walls) {
        let counts = valgrind::count(task, contender.name)?.net_of(idle);
        let hand = contenders
            .first()
            .map_or(counts.instructions, |it| it.counts.instructions);
        let figures = Figures {
            name: contender.name,
            counts,
            ratio: counts.instructions / hand,
            wall,
        };
        println!(
            "{:<26} {:<24} {:>12.1} instructions {:>9.3} allocations {:>12.1} ns",
            task.name, figures.name, counts.instructions, counts.allocations, wall.nanoseconds
        );
        contenders.push(figures);
    }
    Ok(Measured {
        name: task.name,
        about: task.about,
        contenders,
    })
}

/// How the tasks that were measured compare with their targets.
fn verdicts(tasks: &[Measured]) -> Vec<Verdict> {
    let verdict = |target: &crate::targets::Target| {
        let task = tasks.iter().find(|task| task.name == target.task)?;
        let of = |name: &str| task.contenders.iter().find(|it| it.name == name);
        let instructions = |name: &str| of(name).map(|it| it.counts.instructions);
        let hand = instructions("hand").unwrap_or_default();
        let found = of(target.contender).map(|it| it.counts);
        let most = target.instructions(hand, instructions("limit"));
        Some(Verdict {
            task: target.task,
            contender: target.contender,
            instructions: most,
            allocations: target.allocations,
            copied: target.copied,
            hand: instructions("hand"),
            limit: instructions("limit"),
            found,
            met: found.is_some_and(|counts| target.is_met(&counts, most)),
        })
    };
    TARGETS.iter().filter_map(verdict).collect()
}

/// Writes `record/<date><suffix>.md` and `.json`.
fn write(record: &Record, suffix: &str) -> Result<PathBuf> {
    let directory = machine::home().join("record");
    fs::create_dir_all(&directory)?;
    let path = directory.join(format!("{}{suffix}.md", record.machine.date));
    let put = |path: &PathBuf, text: String| {
        fs::write(path, text).with_context(|| path.display().to_string())
    };
    put(&path, markdown::render(record, suffix))?;
    put(
        &path.with_extension("json"),
        serde_json::to_string_pretty(record)? + "\n",
    )?;
    Ok(path)
}
