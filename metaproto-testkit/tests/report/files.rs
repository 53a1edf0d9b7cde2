//! The files: the same for the same results, whoever wrote them in whatever order.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use metaproto_testkit::report::{self, Branch, Report};
use tempfile::{TempDir, tempdir};

use crate::{hostile, sample};

/// All files that are not hidden, by name.
fn contents(dir: &Path) -> BTreeMap<String, String> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

fn written(report: &Report) -> TempDir {
    let dir = tempdir().unwrap();
    report::write(dir.path(), report).unwrap();
    dir
}

fn order(report: &Report) -> Vec<&str> {
    report.rules.iter().map(|rule| rule.id.as_str()).collect()
}

fn record(dir: &Path, report: &Report, rule: usize, run: &str) {
    report::record(dir, report, report.rules[rule].clone(), &order(report), run).unwrap();
}

fn read(dir: &Path) -> Report {
    let json = fs::read(dir.join("awesomerpc-AwesomeRpc.json")).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn the_same_report_gives_the_same_bytes_and_survives_json() {
    let report = sample::report();
    let (first, second) = (written(&report), written(&report));
    assert_eq!(contents(first.path()), contents(second.path()));
    let names: Vec<_> = contents(first.path()).into_keys().collect();
    assert_eq!(
        names,
        [
            "awesomerpc-AwesomeRpc.html",
            "awesomerpc-AwesomeRpc.json",
            "awesomerpc-AwesomeRpc.xml",
            "index.html"
        ]
    );
    assert_eq!(read(first.path()), report);
}

#[test]
fn bytes_are_legible_in_json() {
    let dir = written(&sample::report());
    let json = &contents(dir.path())["awesomerpc-AwesomeRpc.json"];
    assert!(json.contains("\"bytes\": \"01 00 00 00 07 00 00 00 15 00 05 00 00 68 65 6c\""));
    assert!(json.contains("\"bytes\": \"51 52 -- --\""));
}

#[test]
fn rules_recorded_one_by_one_give_what_they_give_at_once() {
    let report = sample::report();
    let expected = contents(written(&report).path());
    let dir = tempdir().unwrap();
    for rule in (0..report.rules.len()).rev() {
        record(dir.path(), &report, rule, "1");
    }
    assert_eq!(contents(dir.path()), expected);
}

#[test]
fn threads_do_not_lose_rules() {
    let report = sample::report();
    let expected = contents(written(&report).path());
    let dir = tempdir().unwrap();
    thread::scope(|scope| {
        for start in 0..4 {
            let (dir, report) = (dir.path(), &report);
            scope.spawn(move || {
                for rule in (start..report.rules.len()).step_by(4) {
                    record(dir, report, rule, "1");
                }
            });
        }
    });
    assert_eq!(contents(dir.path()), expected);
}

/// Where [`a_process_records_its_share`] writes, and which share it takes.
const CHILD_DIR: &str = "METAPROTO_TEST_REPORT_DIR";
const CHILD_START: &str = "METAPROTO_TEST_REPORT_START";

#[test]
#[ignore = "run by `processes_do_not_lose_rules`, in processes of its own"]
fn a_process_records_its_share() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let start: usize = std::env::var(CHILD_START).unwrap().parse().unwrap();
    let report = sample::report();
    for rule in (start..report.rules.len()).step_by(4) {
        record(Path::new(&dir), &report, rule, "run of all");
    }
}

#[test]
fn processes_do_not_lose_rules() {
    let report = sample::report();
    let expected = contents(written(&report).path());
    let dir = tempdir().unwrap();
    // What another run left must not survive.
    record(dir.path(), &sample::report(), 0, "run before");
    let children: Vec<_> = (0..4)
        .map(|start: usize| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "files::a_process_records_its_share"])
                .env(CHILD_DIR, dir.path())
                .env(CHILD_START, start.to_string())
                .output_later()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(contents(dir.path()), expected);
}

trait OutputLater {
    /// Starts the command and keeps what it says.
    fn output_later(&mut self) -> std::process::Child;
}

impl OutputLater for Command {
    fn output_later(&mut self) -> std::process::Child {
        use std::process::Stdio;
        self.stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

#[test]
fn a_new_run_starts_anew() {
    let report = sample::report();
    let dir = tempdir().unwrap();
    record(dir.path(), &report, 0, "1");
    record(dir.path(), &report, 1, "1");
    assert_eq!(read(dir.path()).rules.len(), 2);
    record(dir.path(), &report, 2, "2");
    let found = read(dir.path());
    assert_eq!(found.rules, [report.rules[2].clone()]);
    assert_eq!(found.not_run.len(), report.rules.len() - 1);
    assert!(!found.not_run.contains(&report.rules[2].id));
}

#[test]
fn nothing_is_added_to_a_whole_report() {
    let report = sample::report();
    let dir = tempdir().unwrap();
    record(dir.path(), &report, 0, "1");
    report::write(dir.path(), &report).unwrap();
    record(dir.path(), &report, 0, "1");
    assert_eq!(read(dir.path()).rules.len(), 1);
}

#[test]
fn a_rule_that_is_run_again_is_replaced() {
    let report = sample::report();
    let dir = tempdir().unwrap();
    record(dir.path(), &report, 0, "1");
    let mut again = report.rules[0].clone();
    again.cases += 1;
    report::record(dir.path(), &report, again.clone(), &order(&report), "1").unwrap();
    assert_eq!(read(dir.path()).rules, [again]);
}

#[test]
fn coverage_is_put_together() {
    let report = sample::report();
    let dir = tempdir().unwrap();
    record(dir.path(), &report, 0, "1");
    let mut other = report.clone();
    other.vectors.files = 2;
    other.coverage.branches[2].generated = 9;
    other.coverage.branches[0].generated = 1;
    record(dir.path(), &other, 1, "1");
    record(dir.path(), &report, 2, "1");
    let found = read(dir.path());
    assert_eq!(found.vectors.files, 2);
    let generated: Vec<_> = found
        .coverage
        .branches
        .iter()
        .map(|branch: &Branch| branch.generated)
        .collect();
    assert_eq!(generated, [97, 40, 9, 200, 64, 0]);
}

#[test]
fn a_spoilt_file_is_replaced() {
    let report = sample::report();
    let dir = tempdir().unwrap();
    record(dir.path(), &report, 0, "1");
    fs::write(dir.path().join("awesomerpc-AwesomeRpc.json"), "{").unwrap();
    record(dir.path(), &report, 1, "1");
    assert_eq!(read(dir.path()).rules.len(), 1);
}

#[test]
fn names_that_are_no_file_names_stay_in_the_directory_and_apart() {
    let outer = tempdir().unwrap();
    let dir = outer.path().join("reports");
    let mut report = sample::report();
    report.package = "../../outside".into();
    let codecs = ["HeaderCodec<A>", "HeaderCodec(A)", "/", ""];
    for codec in codecs {
        report.codec = codec.into();
        report::write(&dir, &report).unwrap();
    }
    report.codec = "x".repeat(1000);
    report::write(&dir, &report).unwrap();
    report::write(&dir, &hostile::report()).unwrap();
    let inside = contents(&dir);
    let json = inside.keys().filter(|name| name.ends_with(".json"));
    assert_eq!(json.count(), codecs.len() + 2);
    assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1);
    assert_eq!(
        inside["index.html"].matches("class=\"codec\"").count(),
        codecs.len() + 2
    );
}
