//! The machine: which process runs where, and what it used.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Lets a process, with all its threads, run on this core alone.
pub(super) fn pin(process: u32, core: usize) -> Result<()> {
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", &core.to_string()]);
    let status = command
        .arg(process.to_string())
        .stdout(Stdio::null())
        .status();
    let status = status.context("cannot start taskset, of util-linux")?;
    ensure!(status.success(), "taskset: {status}");
    Ok(())
}

/// The time that all threads of a process were on a core, in the kernel and outside.
pub(super) fn used(process: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let times = fs::read_to_string(thread?.path().join("schedstat"))?;
        let time = times.split(' ').next().unwrap_or_default();
        nanoseconds += time.parse::<u64>().with_context(|| times.clone())?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Processes that want a core, on average of the last minute.
pub(super) fn load() -> String {
    first_word("/proc/loadavg")
}

pub(super) fn kernel() -> String {
    first_word("/proc/sys/kernel/osrelease")
}

/// The name of the processor.
pub(super) fn cpu() -> String {
    let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut names = all
        .lines()
        .filter_map(|line| line.strip_prefix("model name"));
    let name = names.next().unwrap_or("unknown");
    name.trim_matches([' ', '\t', ':']).to_owned()
}

/// What a program says first.
pub(super) fn said(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Result<String> {
    let program = program.as_ref();
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output();
    let output = output.with_context(|| format!("cannot start {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim().lines().next().unwrap_or_default().to_owned())
}

fn first_word(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}
