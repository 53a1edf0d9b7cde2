//! What was measured, as Markdown.

use std::fmt;
use std::time::Duration;

use anyhow::Result;

use super::machine;
use super::path::{BEFORE, GENERIC, OURS, Path, SOCKETS, TCP};
use crate::envoy::Programs;

/// What one path gave in one round.
pub(super) struct Shot {
    /// Replies per second.
    rate: f64,
    /// Microseconds.
    p50: f64,
    p99: f64,
    /// Envoy's time on its core for each reply, microseconds.
    cpu: f64,
}

impl Shot {
    /// Of replies that took so long each, in a time in which Envoy used so much of its core.
    pub(super) fn new(mut replies: Vec<Duration>, took: Duration, used: Duration) -> Self {
        replies.sort_unstable();
        let count = replies.len();
        let quantile = |of: usize| micros(replies[(count * of / 100).min(count - 1)]);
        Self {
            rate: count as f64 / took.as_secs_f64(),
            p50: quantile(50),
            p99: quantile(99),
            cpu: micros(used) / count as f64,
        }
    }
}

impl fmt::Display for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rate,
            p50,
            p99,
            cpu,
        } = self;
        write!(
            f,
            "{rate:.0}/s, p50 {p50:.0} us, p99 {p99:.0} us, CPU {cpu:.1} us"
        )
    }
}

/// One workload.
pub(super) struct Table {
    name: &'static str,
    rows: Vec<(Path, Vec<Shot>)>,
}

impl Table {
    pub(super) fn new(name: &'static str, paths: &[&Path]) -> Self {
        Self {
            name,
            rows: paths.iter().map(|path| (**path, Vec::new())).collect(),
        }
    }

    pub(super) fn add(&mut self, path: &Path, shot: Shot) {
        let mut rows = self.rows.iter_mut();
        if let Some((_, shots)) = rows.find(|(this, _)| this == path) {
            shots.push(shot);
        }
    }

    fn shots(&self, name: &str) -> Option<&[Shot]> {
        let mut rows = self.rows.iter();
        let (_, shots) = rows.find(|(path, _)| path.name == name)?;
        Some(shots)
    }

    /// The median of what `each` says of the shots of two paths in the same round.
    fn compare(&self, name: &str, with: &str, each: impl Fn(&Shot, &Shot) -> f64) -> Option<f64> {
        let pairs = self.shots(name)?.iter().zip(self.shots(with)?);
        median(pairs.map(|(this, other)| each(this, other)).collect())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.name)?;
        writeln!(
            f,
            "| path | replies/s | p50, us | p99, us | CPU of Envoy, us/reply | replies/s, ratio | CPU, ratio | p50 over tcp_proxy, us |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
        for (path, shots) in &self.rows {
            let of = |each: fn(&Shot) -> f64| {
                median(shots.iter().map(each).collect()).unwrap_or_default()
            };
            let rates = shots.iter().map(|shot| shot.rate);
            let (low, high) = (
                rates.clone().fold(f64::MAX, f64::min),
                rates.fold(0.0, f64::max),
            );
            write!(
                f,
                "| {} | {:.0} ({low:.0}-{high:.0}) | {:.0} | {:.0} | {:.1} |",
                path.name,
                of(|shot| shot.rate),
                of(|shot| shot.p50),
                of(|shot| shot.p99),
                of(|shot| shot.cpu),
            )?;
            let ratio =
                |each: fn(&Shot, &Shot) -> f64| shown(self.compare(path.name, GENERIC, each), 2);
            writeln!(
                f,
                " {} | {} | {} |",
                ratio(rate),
                ratio(cpu),
                shown(self.compare(path.name, TCP, latency), 0),
            )?;
        }
        if let Some(ratio) = self.compare(OURS, BEFORE, rate) {
            let cpu = shown(self.compare(OURS, BEFORE, cpu), 3);
            let latency = shown(self.compare(OURS, BEFORE, latency), 1);
            writeln!(
                f,
                "\n{OURS}, to the build before: replies/s {ratio:.3}, CPU {cpu}, p50 {latency} us"
            )?;
        }
        Ok(())
    }
}

/// All that was measured in one run.
pub(super) struct Record {
    date: String,
    envoy: String,
    rustc: String,
    commit: String,
    load: (String, String),
    pub(super) tables: Vec<Table>,
}

/// What we want, of the workload whose name begins so.
struct Target {
    workload: &'static str,
    what: &'static str,
    against: &'static str,
    each: fn(&Shot, &Shot) -> f64,
    /// A bound, below or above.
    bound: f64,
    at_most: bool,
}

const TARGETS: [Target; 4] = [
    Target {
        workload: "100 B",
        what: "replies/s, ratio to generic_proxy",
        against: GENERIC,
        each: rate,
        bound: 0.95,
        at_most: false,
    },
    Target {
        workload: "64 KiB",
        what: "replies/s, ratio to generic_proxy",
        against: GENERIC,
        each: rate,
        bound: 1.1,
        at_most: false,
    },
    Target {
        workload: "64 KiB",
        what: "CPU of Envoy per reply, ratio to generic_proxy",
        against: GENERIC,
        each: cpu,
        bound: 0.9,
        at_most: true,
    },
    Target {
        workload: "latency",
        what: "p50 over that of tcp_proxy, us",
        against: TCP,
        each: latency,
        bound: 60.0,
        at_most: true,
    },
];

impl Target {
    /// What was found of a path, and whether that is too little.
    fn found(&self, table: Option<&Table>, name: &str) -> String {
        let found = table.and_then(|table| table.compare(name, self.against, self.each));
        let digits = if self.bound < 10.0 { 2 } else { 0 };
        let is_met = found.is_none_or(|found| (found <= self.bound) == self.at_most);
        shown(found, digits) + if is_met { "" } else { ", missed" }
    }
}

impl Record {
    pub(super) fn begin(programs: &Programs) -> Result<Self> {
        let status = machine::said("git", &["status", "--porcelain"]).unwrap_or_default();
        let commit = machine::said("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_default();
        let version = machine::said(&programs.envoy, &["--version"])?;
        Ok(Self {
            date: machine::said("date", &["--iso-8601"])?,
            // "PATH  version: COMMIT/VERSION/STATE/KIND/TLS"
            envoy: version
                .split("version: ")
                .last()
                .unwrap_or_default()
                .to_owned(),
            rustc: machine::said("rustc", &["--version"])?,
            commit: commit + if status.is_empty() { "" } else { "+" },
            load: (machine::load(), String::new()),
            tables: Vec::new(),
        })
    }

    pub(super) fn end(&mut self) {
        self.load.1 = machine::load();
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Through Envoy, {}\n", self.date)?;
        writeln!(
            f,
            "- machine: {}, kernel {}",
            machine::cpu(),
            machine::kernel()
        )?;
        writeln!(f, "- Envoy: {}, one worker thread", self.envoy)?;
        writeln!(f, "- commit: {}, {}", self.commit, self.rustc)?;
        writeln!(
            f,
            "- load average, before and at the end (which has that of the measurement): {}, {}",
            self.load.0, self.load.1
        )?;
        writeln!(
            f,
            "- rounds: {}, in which the paths take turns; figures are medians, in brackets the extremes, and ratios",
            self.rounds()
        )?;
        writeln!(f, "  medians of those of each round, to `{GENERIC}`\n")?;
        for table in &self.tables {
            writeln!(f, "{table}")?;
        }
        writeln!(f, "## Targets\n")?;
        writeln!(f, "| workload | what | target | {OURS} | {SOCKETS} |")?;
        writeln!(f, "|---|---|--:|--:|--:|")?;
        for target in &TARGETS {
            let mut tables = self.tables.iter();
            let table = tables.find(|table| table.name.starts_with(target.workload));
            let found = |name| target.found(table, name);
            let sign = if target.at_most { "<=" } else { ">=" };
            writeln!(
                f,
                "| {} | {} | {sign} {} | {} | {} |",
                target.workload,
                target.what,
                target.bound,
                found(OURS),
                found(SOCKETS),
            )?;
        }
        Ok(())
    }
}

impl Record {
    fn rounds(&self) -> usize {
        let shots = self.tables.iter().flat_map(|table| &table.rows);
        shots
            .map(|(_, shots)| shots.len())
            .max()
            .unwrap_or_default()
    }
}

fn rate(this: &Shot, other: &Shot) -> f64 {
    this.rate / other.rate
}

fn cpu(this: &Shot, other: &Shot) -> f64 {
    this.cpu / other.cpu
}

fn latency(this: &Shot, other: &Shot) -> f64 {
    this.p50 - other.p50
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or("-".to_owned(), |number| format!("{number:.digits$}"))
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        len if len.is_multiple_of(2) => Some(f64::midpoint(numbers[middle - 1], numbers[middle])),
        _ => Some(numbers[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::PATHS;
    use super::*;

    /// A round in which the machine is slow is slow for both.
    #[test]
    fn what_is_compared_is_of_the_same_round() {
        let [ours, generic] = [OURS, GENERIC].map(|name| {
            let mut paths = PATHS.iter();
            paths.find(|path| path.name == name).unwrap()
        });
        let mut table = Table::new("any", &[ours, generic]);
        for slowness in [1, 10, 3] {
            for (path, micros) in [(ours, 30), (generic, 20)] {
                let took = Duration::from_micros(micros * slowness);
                table.add(path, Shot::new(vec![took; 4], 4 * took, took));
            }
        }
        type Figure = fn(&Shot, &Shot) -> f64;
        let of = |figure: Figure| table.compare(OURS, GENERIC, figure).unwrap();
        assert!((of(cpu) - 1.5).abs() < 1e-9);
        assert!((of(rate) - 2.0 / 3.0).abs() < 1e-9);
        assert!((of(latency) - 30.0).abs() < 1e-9);
    }
}
