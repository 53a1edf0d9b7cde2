//! What a codec was held against.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use metaproto_codec::Direction;
use metaproto_testkit::report::Report;

use crate::subject::{SUBJECTS, Subject};

/// Streams and inputs in the repository.
pub(crate) struct Data {
    /// Recorded connections.
    pub(crate) connections: usize,
    /// Messages in them.
    pub(crate) messages: usize,
    /// Inputs of hostile and broken peers.
    pub(crate) hostile: usize,
    /// Rows of the protocol in `docs/peers.md`.
    pub(crate) peers: usize,
}

impl Data {
    /// Counts where the tests read.
    pub(crate) fn of(subject: &Subject, root: &Path) -> Result<Self> {
        let tests = root.join("examples").join(subject.package).join("tests");
        let recorded = tests.join("recorded");
        let cases = if recorded.exists() {
            recorded::cases(&recorded)
        } else {
            Vec::new()
        };
        let messages = cases.iter().map(|case| {
            let directions = [Direction::ClientToServer, Direction::ServerToClient];
            let count = |direction| case.messages(direction).len();
            directions.into_iter().map(count).sum::<usize>()
        });
        let page = fs::read_to_string(root.join("docs/peers.md")).context("docs/peers.md")?;
        let start = format!("| {} |", subject.protocol);
        Ok(Self {
            connections: cases.len(),
            messages: messages.sum(),
            hostile: recorded::hostile(&tests.join("hostile")).len(),
            peers: page.lines().filter(|line| line.starts_with(&start)).count(),
        })
    }
}

/// Runs the conformance suites of all codecs, as their own tests do.
///
/// The reports are those of one codec after the other; Thrift has one for each transport.
pub(crate) fn reports(root: &Path) -> Result<Vec<Report>> {
    let path = root.join("target/codecs");
    if path.exists() {
        fs::remove_dir_all(&path).context("cannot remove old reports")?;
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // As the workspace's tests are built, so that nothing is built again; suites of other packages run too.
    let args = ["test", "--quiet", "--workspace", "--all-features"];
    cargo.current_dir(root).args(args);
    cargo.args(["--test", "conformance"]);
    cargo.env("METAPROTO_REPORT", &path);
    let status = cargo.stdout(Stdio::null()).status();
    ensure!(
        status.context("cannot start cargo")?.success(),
        "a codec does not conform"
    );
    let place = |report: &Report| {
        let mut packages = SUBJECTS.iter().map(|subject| subject.package);
        packages.position(|package| package == report.package)
    };
    let mut reports = Vec::new();
    for entry in fs::read_dir(&path).context("there are no reports")? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let report: Report = serde_json::from_slice(&fs::read(&path)?)?;
            let missing = report.not_run.is_empty();
            ensure!(missing, "{}: not all rules have run", report.codec);
            reports.push(report);
        }
    }
    reports.retain(|report| place(report).is_some());
    reports.sort_by_key(|report| (place(report), report.codec.clone()));
    Ok(reports)
}
