//! That the template makes a crate in which everything is green, outside of the workspace.
//!
//! What cargo builds stays below `target/new`, and the versions are those of a lock file here, so that what others release
//! does not matter.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use crate::summary::Summary;
use crate::{check, root};

/// The names of the steps.
const CODEC: &str = "a new protocol";
const ENVOY: &str = "a new protocol in Envoy";

/// The rules that say whether the vectors hold, refuse what they must, and show every kind of message.
const VECTORS: [&str; 3] = ["V001", "V002", "M007"];

/// The versions, also those of what a fuzz target needs.
const LOCK: &str = "fuzz/Cargo.lock";

/// The ports in what is made: Envoy's, and those of the servers.
const PORTS: [&str; 3] = ["10000", "9001", "9002"];

/// What the example prints where Envoy routes as it should, and refuses what has no route.
const ROUTED: &str = "\
command 1: response \"blue\"
command 2: response \"green\"
command 3: error \"\"
";

/// How long Envoy may take to start, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A name that cargo and Rust write differently, and that sorts before those of the SDK.
const NAME: &str = "echo-rpc";

/// Makes a protocol in a directory of its own and does with it what its README says, with `envoy` as far as it could be
/// installed.
pub(crate) fn run(summary: &mut Summary, envoy: &Result<PathBuf>) {
    let mut made = None;
    summary.step(CODEC, || {
        let protocol = made.insert(Protocol::make()?);
        protocol.prove()
    });
    let Some(protocol) = made else {
        return summary.skip(ENVOY, "there is none");
    };
    match envoy {
        Ok(envoy) => summary.step(ENVOY, || protocol.route(envoy)),
        Err(error) => summary.skip(ENVOY, &format!("{error:#}")),
    }
}

/// An Envoy, which ends when this is dropped.
struct Running(Child);

impl Running {
    /// Waits until it listens.
    fn await_port(&mut self, port: u16) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.0.try_wait()?;
            ensure!(ended.is_none(), "Envoy has ended: {ended:?}");
            ensure!(
                started.elapsed() < PATIENCE,
                "Envoy does not listen at port {port}"
            );
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A crate that was made of the template.
struct Protocol {
    /// Its directory.
    path: PathBuf,
    /// In which that is.
    place: TempDir,
}

impl Protocol {
    fn make() -> Result<Self> {
        let place = tempfile::Builder::new().prefix("protocol-").tempdir()?;
        let path = super::make(NAME, Some(place.path()))?;
        for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
            fs::copy(root().join(LOCK), path.join(lock)).context(lock)?;
        }
        Ok(Self { path, place })
    }

    /// Its own checks, as in its README and its CI.
    fn prove(&self) -> Result<()> {
        check(&mut self.cargo("", &["fmt", "--all", "--check"]))?;
        let clippy = ["clippy", "--quiet", "--workspace", "--all-targets"];
        check(self.cargo("", &clippy).args(["--", "-D", "warnings"]))?;
        let reports = self.place.path().join("reports");
        let mut tests = self.cargo("", &["test", "--quiet", "--workspace"]);
        check(tests.env("METAPROTO_REPORT", &reports))?;
        let report = fs::read_to_string(reports.join(format!("{NAME}-Rpc.json")))?;
        complete(&serde_json::from_str(&report)?)?;
        // Only linking takes the fuzzer itself, and a C++ compiler to build it.
        let mut fuzz = self.cargo("fuzz", &["check", "--quiet"]);
        check(fuzz.env("CUSTOM_LIBFUZZER_PATH", target().join("libfuzzer.a")))
    }

    /// Builds the module, and sends the messages of the example through Envoy.
    fn route(&self, envoy: &Path) -> Result<()> {
        let package = format!("{NAME}-envoy");
        check(&mut self.cargo("", &["build", "--quiet", "--package", &package]))?;
        let port = self.use_free_ports()?;
        let envoy = || {
            let mut command = Command::new(envoy);
            command.args(["--log-level", "warning", "--use-dynamic-base-id"]);
            command
                .arg("--config-path")
                .arg(self.path.join("module/envoy.yaml"));
            command.env("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", target().join("debug"));
            command
        };
        check(envoy().args(["--mode", "validate"]))?;
        let mut running = Running(envoy().spawn()?);
        running.await_port(port)?;
        let mut example = self.cargo("", &["run", "--quiet", "--example", "through_envoy"]);
        let output = example.stderr(Stdio::inherit()).output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        print!("{printed}");
        ensure!(output.status.success(), "the example: {}", output.status);
        ensure!(
            printed == ROUTED,
            "the example prints something else than {ROUTED:?}"
        );
        Ok(())
    }

    /// Has Envoy and the example use ports that are free here; answers the one at which Envoy listens.
    fn use_free_ports(&self) -> Result<u16> {
        let mut listeners = Vec::new();
        for _ in PORTS {
            listeners.push(TcpListener::bind("127.0.0.1:0")?);
        }
        let ports = listeners
            .iter()
            .map(|listener| Ok(listener.local_addr()?.port()));
        let ports = ports.collect::<Result<Vec<_>>>()?;
        for file in ["module/envoy.yaml", "examples/through_envoy.rs"] {
            let path = self.path.join(file);
            let mut text = fs::read_to_string(&path)?;
            // In two steps, for a free port may have another port's digits in it.
            for (place, port) in PORTS.into_iter().enumerate() {
                ensure!(text.contains(port), "{file} does not mention port {port}");
                text = text.replace(port, &format!("@{place}@"));
            }
            for (place, port) in ports.iter().enumerate() {
                text = text.replace(&format!("@{place}@"), &port.to_string());
            }
            fs::write(&path, text)?;
        }
        Ok(ports[0])
    }

    /// A cargo command in `directory` of the crate.
    fn cargo(&self, directory: &str, args: &[&str]) -> Command {
        let mut command = crate::cargo(args);
        command.current_dir(self.path.join(directory));
        // Nobody debugs it, and it is built faster without.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        command.env("CARGO_TARGET_DIR", target());
        command
    }
}

/// Where all of it is built.
fn target() -> PathBuf {
    root().join("target/new")
}

/// An error unless every rule holds, also those that are advice, and unless they were tried on the vectors.
fn complete(report: &Report) -> Result<()> {
    let broken: Vec<_> = report
        .rules
        .iter()
        .filter(|rule| rule.outcome.result == "failed")
        .collect();
    ensure!(broken.is_empty(), "the conformance suite warns: {broken:?}");
    let has_tried = |id: &str| {
        let mut rules = report.rules.iter();
        rules.any(|rule| rule.id == id && rule.outcome.result == "passed")
    };
    for rule in VECTORS {
        ensure!(has_tried(rule), "{rule} has not seen the vectors");
    }
    Ok(())
}

/// What is read of a report of the conformance suite.
#[derive(Deserialize)]
struct Report {
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    id: String,
    outcome: Outcome,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    result: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(results: &[(&str, &str)]) -> Report {
        let rule = |(id, result): &(&str, &str)| Rule {
            id: (*id).to_owned(),
            outcome: Outcome {
                result: (*result).to_owned(),
            },
        };
        Report {
            rules: results.iter().map(rule).collect(),
        }
    }

    #[test]
    fn a_report_without_vectors_or_with_warnings_is_refused() {
        let all = [
            ("M007", "passed"),
            ("V001", "passed"),
            ("V002", "passed"),
            ("E004", "unsupported"),
        ];
        complete(&report(&all)).unwrap();
        let error = |results: &[(&str, &str)]| complete(&report(results)).unwrap_err().to_string();
        assert!(error(&all[..2]).contains("V002 has not seen"));
        let mut warned = all;
        warned[3].1 = "failed";
        assert!(error(&warned).contains("E004"));
    }
}
