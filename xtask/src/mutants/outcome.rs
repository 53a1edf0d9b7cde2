//! What cargo-mutants leaves behind: what became of each mutant, and which tests failed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// A mutant and what became of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The file, its path from the root of the workspace.
    pub(crate) file: String,
    /// Line and column.
    pub(crate) place: String,
    /// What was changed, as cargo-mutants words it.
    pub(crate) change: String,
    pub(crate) fate: Fate,
    /// Ids of the conformance rules that failed: `D003`.
    pub(crate) rules: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The conformance test failed.
    Caught,
    /// The conformance test did not end.
    Timeout,
    /// The conformance test passed.
    Missed,
    /// It does not compile.
    Unviable,
}

/// Reads the directory `mutants.out`.
pub(crate) fn read(directory: &Path) -> Result<Vec<Outcome>> {
    let path = directory.join("outcomes.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let outcomes = parse(&text, |log| {
        let path = directory.join(log);
        std::fs::read_to_string(&path).with_context(|| path.display().to_string())
    });
    outcomes.with_context(|| path.display().to_string())
}

fn parse(outcomes: &str, log: impl Fn(&str) -> Result<String>) -> Result<Vec<Outcome>> {
    let file: File = serde_json::from_str(outcomes)?;
    let mut found = Vec::new();
    for raw in file.outcomes {
        let Scenario::Mutant(mutant) = raw.scenario else {
            continue;
        };
        let fate = match raw.summary.as_str() {
            "CaughtMutant" => Fate::Caught,
            "Timeout" => Fate::Timeout,
            "MissedMutant" => Fate::Missed,
            "Unviable" => Fate::Unviable,
            other => anyhow::bail!("unknown outcome {other} of {}", mutant.name),
        };
        let rules = if fate == Fate::Caught {
            broken_rules(&log(&raw.log_path)?)
        } else {
            BTreeSet::new()
        };
        let (place, change) = mutant
            .name
            .strip_prefix(&mutant.file)
            .and_then(|rest| rest.strip_prefix(':')?.split_once(": "))
            .with_context(|| format!("the name of the mutant {}", mutant.name))?;
        found.push(Outcome {
            place: place.to_owned(),
            change: change.to_owned(),
            file: mutant.file,
            fate,
            rules,
        });
    }
    Ok(found)
}

/// The ids at the start of the names of failed tests: `test d003_chunking_is_invisible ... FAILED`.
fn broken_rules(log: &str) -> BTreeSet<String> {
    let failed = log.lines().filter_map(|line| {
        let test = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
        Some(test.split_once('_')?.0.to_ascii_uppercase())
    });
    failed.collect()
}

#[derive(Deserialize)]
struct File {
    outcomes: Vec<Raw>,
}

#[derive(Deserialize)]
struct Raw {
    scenario: Scenario,
    summary: String,
    log_path: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(Mutant),
}

#[derive(Deserialize)]
struct Mutant {
    name: String,
    file: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOMES: &str = r#"{ "total_mutants": 2, "outcomes": [
        { "scenario": "Baseline", "summary": "Success", "log_path": "log/baseline.log", "phase_results": [] },
        { "scenario": { "Mutant": { "name": "src/a.rs:20:9: replace A::b -> C with D: e", "file": "src/a.rs" } },
          "summary": "CaughtMutant", "log_path": "log/a.log" },
        { "scenario": { "Mutant": { "name": "src/a.rs:7:1: replace < with <= in f", "file": "src/a.rs" } },
          "summary": "MissedMutant", "log_path": "log/b.log" } ] }"#;

    #[test]
    fn mutants_have_a_place_a_change_and_a_fate() {
        let log = "test d001_empty ... ok\ntest x004_any ... FAILED\ntest d003_cut ... FAILED\n";
        let outcomes = parse(OUTCOMES, |_| Ok(log.to_owned())).unwrap();
        assert_eq!(outcomes.len(), 2, "the baseline is no mutant");
        assert_eq!(outcomes[0].place, "20:9");
        assert_eq!(outcomes[0].change, "replace A::b -> C with D: e");
        assert_eq!(outcomes[0].fate, Fate::Caught);
        let rules: Vec<_> = outcomes[0].rules.iter().collect();
        assert_eq!(rules, ["D003", "X004"]);
        assert_eq!(outcomes[1].fate, Fate::Missed);
        assert!(outcomes[1].rules.is_empty());
    }

    #[test]
    fn an_unknown_outcome_is_an_error() {
        let text = OUTCOMES.replace("MissedMutant", "Vanished");
        let error = parse(&text, |_| Ok(String::new())).unwrap_err();
        assert!(error.to_string().contains("Vanished"), "{error}");
    }
}
