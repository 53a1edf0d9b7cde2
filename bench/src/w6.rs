//! W6: what it costs to build a crate of 50 derived structs with 10 fields each, its dependencies being there.

mod source;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::Serialize;

use crate::machine::{self, Rival};
use source::{CRATES, Crate};

/// What one contender's crate costs.
#[derive(Serialize)]
pub(crate) struct Build {
    pub(crate) name: &'static str,
    /// CPU seconds, user and system, of `cargo build --release` for this crate alone.
    pub(crate) release: f64,
    /// The same of `cargo check`.
    pub(crate) check: f64,
}

/// The most that ours may cost, CPU seconds.
pub(crate) const TARGET: Build = Build {
    name: "ours headers",
    release: 1.0,
    check: 0.25,
};

/// Every figure is the least of so many runs.
const RUNS: usize = 3;

/// Writes the crates below `target/w6`, builds their dependencies, then builds each crate over and over. Prints a line
/// for every contender.
///
/// # Errors
///
/// A crate does not build.
pub(crate) fn measure(rivals: &[Rival]) -> Result<Vec<Build>> {
    let workspace = machine::home().join("target/w6");
    write(&workspace, rivals)?;
    for arguments in [&["build", "--release"][..], &["check"]] {
        cargo(&workspace, arguments)?;
    }
    CRATES
        .iter()
        .map(|it| {
            let build = Build {
                name: it.name,
                release: least(&workspace, it, &["build", "--release"])?,
                check: least(&workspace, it, &["check"])?,
            };
            println!(
                "{:<14} {:<22} {:>6.2} s to build {:>6.2} s to check",
                "w6", build.name, build.release, build.check
            );
            Ok(build)
        })
        .collect()
}

fn least(workspace: &Path, it: &Crate, arguments: &[&str]) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..RUNS {
        // Of the same content, but newer: cargo builds this crate and no other.
        fs::write(library(workspace, it), source::library(it))?;
        let before = spent()?;
        cargo(
            workspace,
            &[arguments, &["--package", &it.package()]].concat(),
        )?;
        least = least.min(spent()? - before);
    }
    Ok(least)
}

fn cargo(workspace: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(arguments)
        .arg("--quiet")
        .current_dir(workspace)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", workspace.join("target"));
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// CPU seconds of all processes that this one has waited for, and of those that they have.
fn spent() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Writes the workspace, with the versions of rivals that the other workloads use.
fn write(workspace: &Path, rivals: &[Rival]) -> Result<()> {
    let members: Vec<String> = CRATES.iter().map(Crate::package).collect();
    put(
        &workspace.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    )?;
    fs::copy(
        machine::home().join("Cargo.lock"),
        workspace.join("Cargo.lock"),
    )?;
    for it in CRATES {
        let manifest = workspace.join(it.package()).join("Cargo.toml");
        put(&manifest, &source::manifest(it, rivals))?;
        put(&library(workspace, it), &source::library(it))?;
    }
    Ok(())
}

fn library(workspace: &Path, it: &Crate) -> PathBuf {
    workspace.join(it.package()).join("src/lib.rs")
}

fn put(path: &Path, text: &str) -> Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}
