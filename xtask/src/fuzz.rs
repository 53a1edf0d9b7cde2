//! `cargo xtask fuzz`: runs the fuzz targets for a while, and shows what came of it.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::root;

/// How long, and what.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this target; all of them otherwise.
    #[arg(long)]
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Processes that fuzz a target at the same time.
    #[arg(long, default_value_t = 1)]
    jobs: u32,
}

/// Between two lines of progress.
const PACE: Duration = Duration::from_secs(5);

/// Lines of a fuzzer that are shown when it has found something.
const TAIL: usize = 60;

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut targets = targets()?;
    if let Some(target) = &options.target {
        ensure!(
            targets.contains(target),
            "no fuzz target {target:?}: there are {}",
            targets.join(", ")
        );
        targets = vec![target.clone()];
    }
    check_tools()?;
    for target in &targets {
        println!("==> building {target}");
        let status = cargo_fuzz(&["build", target]).status()?;
        ensure!(status.success(), "{target} does not build: {status}");
    }
    let mut runs = Vec::new();
    for target in &targets {
        println!("==> fuzzing {target} for {} s", options.seconds);
        runs.push(fuzz(target, options)?);
    }
    println!("\n{}", table(&runs));
    let found: Vec<_> = runs.iter().flat_map(|run| &run.findings).collect();
    if found.is_empty() {
        return Ok(());
    }
    for finding in &found {
        println!("  {finding}");
    }
    bail!("{} finding(s)", found.len());
}

/// What came of one target.
#[derive(Default)]
struct Run {
    target: String,
    progress: Progress,
    /// Files with inputs that fail, with the commands that try them again.
    findings: Vec<String>,
}

/// The numbers in a line of libFuzzer's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Progress {
    executions: u64,
    per_second: u64,
    coverage: u64,
    features: u64,
    corpus: u64,
}

fn check_tools() -> Result<()> {
    let works = |args: &[&str]| {
        let output = Command::new("cargo")
            .args(args)
            .current_dir(root())
            .output();
        output.is_ok_and(|output| output.status.success())
    };
    ensure!(
        works(&["+nightly", "--version"]),
        "fuzzing needs a nightly compiler: rustup toolchain install nightly"
    );
    ensure!(
        works(&["+nightly", "fuzz", "--version"]),
        "fuzzing needs cargo-fuzz: cargo install --locked cargo-fuzz"
    );
    Ok(())
}

/// `cargo +nightly fuzz`, whatever compiler runs this program.
fn cargo_fuzz(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["+nightly", "fuzz"])
        .args(args)
        .current_dir(root())
        // Set by the cargo that started this program; they would win over `+nightly`.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env_remove("RUSTC");
    command
}

/// All targets, as cargo-fuzz finds them; without it, so that a wrong name is told before anything is installed.
fn targets() -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        bin: Vec<Target>,
    }
    #[derive(serde::Deserialize)]
    struct Target {
        name: String,
    }
    let path = root().join("fuzz/Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let manifest: Manifest = toml::from_str(&text)?;
    let names = manifest.bin.into_iter().map(|target| target.name);
    Ok(names.collect())
}

fn fuzz(target: &str, options: &Options) -> Result<Run> {
    let artifacts = root().join("fuzz/artifacts").join(target);
    let corpus = format!("fuzz/corpus/{target}");
    let seeds = format!("fuzz/seeds/{target}");
    fs::create_dir_all(root().join(&corpus))?;
    let before = files(&artifacts);
    let time = format!("-max_total_time={}", options.seconds);
    let jobs = format!("-fork={}", options.jobs);
    let mut args = vec!["run", target, &corpus];
    if root().join(&seeds).is_dir() {
        args.push(&seeds);
    }
    args.extend(["--", &time]);
    if options.jobs > 1 {
        args.push(&jobs);
    }
    let mut child = cargo_fuzz(&args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo fuzz")?;
    let stderr = child.stderr.take().context("no output of the fuzzer")?;
    let mut run = Run {
        target: target.to_owned(),
        ..Run::default()
    };
    let mut tail = VecDeque::new();
    let (started, mut shown) = (Instant::now(), Instant::now());
    for line in BufReader::new(stderr).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if let Some(progress) = Progress::of(&line) {
            run.progress = progress;
            if shown.elapsed() >= PACE {
                shown = Instant::now();
                let elapsed = started.elapsed().as_secs();
                let crashes = files(&artifacts).len() - before.len();
                println!(
                    "{}",
                    run.progress.line(target, elapsed, options.seconds, crashes)
                );
            }
        }
        if tail.len() == TAIL {
            tail.pop_front();
        }
        tail.push_back(line);
    }
    let status = child.wait()?;
    let new = files(&artifacts)
        .into_iter()
        .filter(|file| !before.contains(file));
    let again =
        |file| format!("{target}: cargo +nightly fuzz run {target} fuzz/artifacts/{target}/{file}");
    run.findings = new.map(again).collect();
    if !status.success() && run.findings.is_empty() {
        run.findings
            .push(format!("{target}: the fuzzer ended with {status}"));
    }
    if !run.findings.is_empty() {
        for line in tail {
            println!("    {line}");
        }
    }
    Ok(run)
}

/// The names of files in a directory; none where there is none.
fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

impl Progress {
    /// `#4096  pulse  cov: 40 ft: 41 corp: 2/2b lim: 4 exec/s: 2048 rss: 33Mb`, or what `-fork` writes.
    fn of(line: &str) -> Option<Self> {
        let (count, rest) = line
            .strip_prefix('#')?
            .split_once(|it: char| !it.is_ascii_digit())?;
        let number = |names: &[&str]| {
            let mut words = rest.split_whitespace();
            words.find(|word| names.contains(word))?;
            let digits: String = words
                .next()?
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        };
        Some(Self {
            executions: count.parse().ok()?,
            per_second: number(&["exec/s:"]).unwrap_or(0),
            coverage: number(&["cov:"])?,
            features: number(&["ft:"])?,
            corpus: number(&["corp:"])?,
        })
    }

    fn line(&self, target: &str, elapsed: u64, total: u64, crashes: usize) -> String {
        format!(
            "    {target} {elapsed}/{total} s: {} executions, {} per second, coverage {}, corpus {}, {crashes} crashes",
            self.executions, self.per_second, self.coverage, self.corpus
        )
    }
}

fn table(runs: &[Run]) -> String {
    let mut table = format!(
        "{:<16} {:>11} {:>7} {:>7} {:>7} {:>7} {:>9}\n",
        "target", "executions", "exec/s", "cov", "ft", "corpus", "findings"
    );
    for Run {
        target,
        progress,
        findings,
    } in runs
    {
        table.push_str(&format!(
            "{target:<16} {:>11} {:>7} {:>7} {:>7} {:>7} {:>9}\n",
            progress.executions,
            progress.per_second,
            progress.coverage,
            progress.features,
            progress.corpus,
            findings.len()
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzers_lines_are_read() {
        let expected = Progress {
            executions: 15316,
            per_second: 957,
            coverage: 2753,
            features: 6368,
            corpus: 400,
        };
        let line =
            "#15316\tDONE   cov: 2753 ft: 6368 corp: 400/185Kb lim: 4096 exec/s: 957 rss: 519Mb";
        assert_eq!(Progress::of(line), Some(expected.clone()));
        let forked = "#15316: cov: 2753 ft: 6368 corp: 400 exec/s: 957 oom/timeout/crash: 0/0/0 time: 2s job: 1 dft_time: 0";
        assert_eq!(Progress::of(forked), Some(expected));
        assert_eq!(Progress::of("INFO: seed corpus: files: 2"), None);
        assert_eq!(Progress::of("#2\tINITED exec/s: 0 rss: 33Mb"), None);
    }

    #[test]
    fn the_table_has_a_row_for_each_target() {
        let run = Run {
            target: "rpc".to_owned(),
            progress: Progress::of("#7 pulse cov: 1 ft: 2 corp: 3/4b exec/s: 5 rss: 6Mb").unwrap(),
            findings: vec!["one".to_owned()],
        };
        let table = table(&[run]);
        let row: Vec<_> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(row, ["rpc", "7", "5", "1", "2", "3", "1"]);
    }
}
