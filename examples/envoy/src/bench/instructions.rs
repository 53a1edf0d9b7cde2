//! How many instructions a message costs: Envoy runs in valgrind, whose counts no other load on the machine changes.
//!
//! What the kernel does is not among them, and Envoy's allocator takes its slower way there.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use super::path::{self, GENERIC, OURS, Protocol, SOCKETS};
use super::traffic::{Clients, Echo, Traffic};
use super::{WORKLOADS, Workload};
use crate::envoy::Programs;

/// What is counted, all of them of Dubbo.
const COUNTED: [&str; 3] = [GENERIC, OURS, SOCKETS];

/// For how long requests are made, twice: the first ones make connections and rooms.
const LOADED: Duration = Duration::from_secs(2);

/// Counts, and answers with a table.
pub(super) async fn count(programs: &Programs) -> Result<String> {
    let directory = tempfile::tempdir()?;
    let in_valgrind = Programs {
        envoy: directory.path().join("envoy"),
        modules: programs.modules.clone(),
    };
    let start = format!(
        "#!/bin/sh\nexec valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=counts '{}' \"$@\"\n",
        programs.envoy.display()
    );
    fs::write(&in_valgrind.envoy, start)?;
    fs::set_permissions(&in_valgrind.envoy, fs::Permissions::from_mode(0o755))?;

    let mut text = "| workload | path | instructions for each reply | of the module | of all others, ratio to generic_proxy |\n\
                    |---|---|--:|--:|--:|\n"
        .to_owned();
    for workload in WORKLOADS.iter().take(2) {
        let mut generic = None;
        for name in COUNTED {
            let counts = of_path(name, workload, &in_valgrind).await?;
            let Counts { all, module } = counts.with_context(|| name.to_owned())?;
            let ratio = (all - module) as f64 / *generic.get_or_insert(all) as f64;
            let workload = workload.name;
            writeln!(
                text,
                "| {workload} | {name} | {all} | {module} | {ratio:.2} |"
            )?;
        }
    }
    Ok(text)
}

/// Of one path, for each reply.
async fn of_path(name: &str, workload: &Workload, programs: &Programs) -> Result<Option<Counts>> {
    let mut servers = Vec::new();
    for protocol in Protocol::ALL {
        let traffic = Traffic::new(protocol.wire(), workload.payload)?;
        servers.push(Echo::start(Arc::new(traffic)).await?);
    }
    let traffic = Arc::new(Traffic::new(Protocol::Dubbo.wire(), workload.payload)?);
    let envoy = path::start(programs, &servers).await?;
    let to = envoy.listener(name).await?;
    let load = async || {
        let clients = Clients::start(to, &traffic, workload.load).await?;
        sleep(LOADED).await;
        clients.stop().await
    };
    load().await?;
    control("--instr=on", envoy.process()?)?;
    let replies = load().await?.len() as u64;
    control("--dump", envoy.process()?)?;
    let counts = fs::read_to_string(envoy.path("counts.1")).context("valgrind wrote nothing")?;
    Ok(Counts::read(&counts, &programs.modules).each(replies))
}

/// Tells valgrind what to do with the counts of a process, and waits until it is done.
fn control(what: &str, process: u32) -> Result<()> {
    let mut command = Command::new("callgrind_control");
    command.arg(what).arg(process.to_string());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.context("cannot start callgrind_control, of valgrind")?;
    ensure!(status.success(), "callgrind_control: {status}");
    Ok(())
}

/// Instructions.
struct Counts {
    all: u64,
    module: u64,
}

impl Counts {
    /// Reads valgrind's file, in which costs follow the object whose they are; lines after `calls=` repeat costs of others.
    fn read(text: &str, modules: &Path) -> Self {
        let mut counts = Self { all: 0, module: 0 };
        let mut in_modules = HashMap::new();
        let (mut is_module, mut repeats) = (false, false);
        for line in text.lines() {
            let object = line.strip_prefix("ob=").or(line.strip_prefix("cob="));
            if let Some((id, name)) =
                object.map(|object| object.split_once(' ').unwrap_or((object, "")))
            {
                if !name.is_empty() {
                    in_modules.insert(id, Path::new(name).starts_with(modules));
                }
                if line.starts_with("ob=") {
                    is_module = in_modules.get(id).copied().unwrap_or_default();
                }
            } else if line.starts_with("calls=") {
                repeats = true;
            } else if line
                .starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first))
                && !std::mem::take(&mut repeats)
            {
                let cost = line
                    .rsplit(' ')
                    .next()
                    .and_then(|cost| cost.parse::<u64>().ok());
                counts.all += cost.unwrap_or_default();
                counts.module += cost.filter(|_| is_module).unwrap_or_default();
            }
        }
        counts
    }

    /// For each of so many; `None` without any.
    fn each(self, count: u64) -> Option<Self> {
        let all = self.all.checked_div(count).filter(|all| *all > 0)?;
        let module = self.module.checked_div(count)?;
        Some(Self { all, module })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_belong_to_the_object_before_them_and_those_of_calls_to_nobody() {
        let text = "version: 1\nsummary: 99\n\nob=(1) /m/libx.so\nfn=(1) f\n12 5\n+2 7\ncob=(2) /e/envoy\ncfn=(2) g\n\
                    calls=1 0\n* 1000\n- 1\n\nob=(2)\nfn=(2)\n0 30\n\nob=(1)\nfn=(3) h\n7 4\n";
        let counts = Counts::read(text, Path::new("/m"));
        assert_eq!((counts.all, counts.module), (47, 17));
        assert!(counts.each(0).is_none());
    }
}
