//! Exact figures: instructions, allocations and copies, counted by valgrind in a process of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use crate::task::Task;

/// What one operation costs, net of the loop that repeats it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) instructions: f64,
    /// Calls of the allocator that gave out memory.
    pub(crate) allocations: f64,
    /// Bytes that it gave out.
    pub(crate) allocated: f64,
    /// Bytes copied by `memcpy`, `memmove` and their like; copies of a few bytes are instructions and not calls.
    pub(crate) copied: f64,
}

/// The contender of a task that only runs the measuring loop.
pub(crate) const IDLE: &str = "idle";

/// The version of valgrind.
///
/// # Errors
///
/// It is not there.
pub(crate) fn version() -> Result<String> {
    let output = Command::new("valgrind")
        .arg("--version")
        .output()
        .context("cannot start valgrind, which counts the instructions; is it installed?")?;
    ensure!(
        output.status.success(),
        "valgrind --version: {}",
        output.status
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Counts what `contender` costs an operation of `task`, its loop included.
///
/// # Errors
///
/// Valgrind fails, or does not say what it found.
pub(crate) fn count(task: &Task, contender: &str) -> Result<Counts> {
    let runs = Runs::new(task, contender)?;
    std::thread::scope(|scope| {
        let instructions = scope
            .spawn(|| runs.difference(&["--tool=callgrind", "--callgrind-out-file=/dev/null"]));
        let copied = scope.spawn(|| {
            runs.difference(&["--tool=dhat", "--mode=copy", "--dhat-out-file=/dev/null"])
        });
        let heap = runs.difference(&["--tool=dhat", "--dhat-out-file=/dev/null"])?;
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<Found>>| match thread.join() {
            Ok(found) => found,
            Err(_) => bail!("the counting thread panicked"),
        };
        Ok(Counts {
            instructions: join(instructions)?.amount,
            allocations: heap.blocks,
            allocated: heap.amount,
            copied: join(copied)?.amount,
        })
    })
}

impl Counts {
    /// These counts without those of the loop.
    pub(crate) fn net_of(self, idle: Self) -> Self {
        Self {
            instructions: self.instructions - idle.instructions,
            allocations: self.allocations - idle.allocations,
            allocated: self.allocated - idle.allocated,
            copied: self.copied - idle.copied,
        }
    }
}

/// What a tool found: instructions, or bytes in blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    amount: f64,
    blocks: f64,
}

/// Two runs of this program that differ in the number of turns alone.
struct Runs {
    program: PathBuf,
    task: &'static str,
    contender: String,
    turns: u64,
    operations: f64,
}

impl Runs {
    fn new(task: &Task, contender: &str) -> Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            task: task.name,
            contender: contender.to_owned(),
            turns: task.turns,
            operations: (task.turns * task.operations) as f64,
        })
    }

    /// For one operation: the difference of the runs, by the operations in which they differ.
    fn difference(&self, tool: &[&str]) -> Result<Found> {
        // The first turn pays for what is loaded and bound late.
        let once = self.run(tool, 1)?;
        let more = self.run(tool, 1 + self.turns)?;
        Ok(Found {
            amount: (more.amount - once.amount) / self.operations,
            blocks: (more.blocks - once.blocks) / self.operations,
        })
    }

    fn run(&self, tool: &[&str], turns: u64) -> Result<Found> {
        let mut command = Command::new("valgrind");
        command.args(tool).arg(&self.program);
        // Of one width, so that both runs have arguments of the same length.
        command.args(["count", self.task, &self.contender, &format!("{turns:08}")]);
        let output = command.output().context("cannot start valgrind")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{command:?}: {}\n{said}",
            output.status
        );
        found(&said).with_context(|| format!("{command:?} does not say what it counted:\n{said}"))
    }
}

/// Reads `Collected : 1234` of callgrind and `Total: 1,234 bytes in 5 blocks` of dhat.
fn found(said: &str) -> Option<Found> {
    let number = |text: &str| text.replace(',', "").parse().ok();
    said.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        match words[..] {
            ["Collected", ":", count] => Some(Found {
                amount: number(count)?,
                blocks: 0.0,
            }),
            ["Total:", bytes, "bytes", "in", blocks, "blocks"] => Some(Found {
                amount: number(bytes)?,
                blocks: number(blocks)?,
            }),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_what_valgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 12345\n";
        assert_eq!(found(said).map(|found| found.amount), Some(12345.0));
        let said = "==7== \n==7== Total:     1,234,567 bytes in 1,089 blocks\n";
        let expected = Found {
            amount: 1_234_567.0,
            blocks: 1089.0,
        };
        assert_eq!(found(said), Some(expected));
        assert_eq!(found("==7== Command: x\n"), None);
    }
}
