//! Where and with what a record was made.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Machine, tools and versions.
#[derive(Serialize)]
pub(crate) struct Machine {
    pub(crate) date: String,
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    /// Processes that wanted a core in the minute before the record. Counts do not depend on it, times do.
    pub(crate) load: String,
    pub(crate) rustc: String,
    pub(crate) valgrind: String,
    /// The commit of this repository, `+` where files differ from it.
    pub(crate) commit: String,
    /// The crates beside which ours is measured, with their versions.
    pub(crate) rivals: Vec<Rival>,
}

/// A crate as the lock file names it.
#[derive(Deserialize, Serialize)]
pub(crate) struct Rival {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// The crates that are rivals, as far as a workload uses them.
const RIVALS: [&str; 14] = [
    "binary-layout",
    "binrw",
    "bytes",
    "deku",
    "nom",
    "packed_struct",
    "pilota",
    "prost",
    "scroll",
    "speedy",
    "thrift",
    "tokio-util",
    "winnow",
    "zerocopy",
];

impl Machine {
    /// Looks at this machine.
    ///
    /// # Errors
    ///
    /// The lock file or the compiler is not there.
    pub(crate) fn look(valgrind: String) -> Result<Self> {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpus
            .lines()
            .find_map(|line| line.strip_prefix("model name"));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let status = said("git", &["status", "--porcelain"]).unwrap_or_default();
        let commit = said("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_default();
        Ok(Self {
            date: jiff::Zoned::now().date().to_string(),
            cpu: cpu
                .unwrap_or("unknown")
                .trim_matches([' ', '\t', ':'])
                .into(),
            cores: std::thread::available_parallelism()?.get(),
            kernel: kernel.trim().into(),
            load: load.split(' ').next().unwrap_or_default().into(),
            rustc: said("rustc", &["--version"])?,
            valgrind,
            commit: commit + if status.is_empty() { "" } else { "+" },
            rivals: rivals()?,
        })
    }
}

/// The directory of this crate.
pub(crate) fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn said(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(home()).output();
    let output = output.with_context(|| format!("cannot start {program}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn rivals() -> Result<Vec<Rival>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Rival>,
    }
    let path = home().join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut lock: Lock = toml::from_str(&text)?;
    lock.package.retain(|it| RIVALS.contains(&it.name.as_str()));
    // Of a crate that is there twice, the newer one is ours and comes later.
    let mut found: Vec<Rival> = Vec::new();
    for rival in lock.package {
        found.retain(|known| known.name != rival.name);
        found.push(rival);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rival_has_a_version() {
        let found = rivals().unwrap();
        let names: Vec<&str> = found.iter().map(|rival| rival.name.as_str()).collect();
        assert_eq!(names, RIVALS);
        assert!(found.iter().all(|rival| rival.version.contains('.')));
    }
}
