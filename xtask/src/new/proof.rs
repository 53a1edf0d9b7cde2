//! That the template makes a crate in which everything is green, outside of the workspace.
//!
//! What cargo builds stays below `target/new`, and the versions are those of a lock file here, so that what others release
//! does not matter.

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// A name that is not the same for cargo, in Rust and in Envoy.
const NAME: &str = "new-rpc";

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
        Ok(envoy) => summary.step(ENVOY, || protocol.configure(envoy)),
        Err(error) => summary.skip(ENVOY, &format!("{error:#}")),
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
            std::fs::copy(root().join(LOCK), path.join(lock)).context(lock)?;
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
        let report = std::fs::read_to_string(reports.join(format!("{NAME}-Rpc.json")))?;
        complete(&serde_json::from_str(&report)?)?;
        // Only linking takes the fuzzer itself, and a C++ compiler to build it.
        let mut fuzz = self.cargo("fuzz", &["check", "--quiet"]);
        check(fuzz.env("CUSTOM_LIBFUZZER_PATH", "libfuzzer.a"))
    }

    /// Builds the module, and asks Envoy whether it takes the configuration.
    fn configure(&self, envoy: &Path) -> Result<()> {
        let package = format!("{NAME}-envoy");
        check(&mut self.cargo("", &["build", "--quiet", "--package", &package]))?;
        let mut envoy = Command::new(envoy);
        envoy.args([
            "--mode",
            "validate",
            "--log-level",
            "warning",
            "--config-path",
        ]);
        envoy.arg(self.path.join("module/envoy.yaml"));
        check(envoy.env("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", target().join("debug")))
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
