//! The survivors that were reviewed, and the verdict on a run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::outcome::{Fate, Outcome};

/// Of the mutants that compile, the fewest that must be killed, percent.
const REQUIRED: usize = 95;

/// A mutant that nobody can tell from the original, with the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Survivor {
    /// The file, its path from the root of the workspace.
    file: String,
    /// What is changed, as cargo-mutants words it, without line and column: these move.
    mutant: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    survivor: Vec<Survivor>,
}

/// Reads the list of reviewed survivors.
pub(crate) fn read(path: &Path) -> Result<Vec<Survivor>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let list: List = toml::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(list.survivor)
}

/// A run beside the reviewed list.
pub(crate) struct Review<'a> {
    outcomes: &'a [Outcome],
    /// Survivors with the reason for which they may.
    known: Vec<(&'a Outcome, &'a str)>,
    /// Survivors that nobody has reviewed.
    unknown: Vec<&'a Outcome>,
    /// Entries of the list that no survivor bears out.
    stale: Vec<&'a Survivor>,
}

impl<'a> Review<'a> {
    pub(crate) fn new(outcomes: &'a [Outcome], reviewed: &'a [Survivor]) -> Self {
        let mut review = Self {
            outcomes,
            known: Vec::new(),
            unknown: Vec::new(),
            stale: reviewed.iter().collect(),
        };
        for outcome in outcomes {
            if outcome.fate != Fate::Missed {
                continue;
            }
            // Each entry speaks of one mutant: the same change in another line is another.
            let entry = review
                .stale
                .iter()
                .position(|entry| entry.file == outcome.file && entry.mutant == outcome.change);
            match entry {
                Some(at) => {
                    let entry = review.stale.remove(at);
                    review.known.push((outcome, &entry.reason));
                }
                None => review.unknown.push(outcome),
            }
        }
        review
    }

    /// An error if the suite has a hole, or the list of survivors is not true.
    pub(crate) fn verdict(&self) -> Result<()> {
        let viable = self.outcomes.len() - self.count(Fate::Unviable);
        if viable == 0 {
            bail!("there are no mutants that compile: nothing was measured");
        }
        if !self.unknown.is_empty() {
            bail!(
                "{} mutant(s) survived that are not in survivors.toml",
                self.unknown.len()
            );
        }
        if !self.stale.is_empty() {
            bail!(
                "{} entries of survivors.toml did not survive: remove them",
                self.stale.len()
            );
        }
        if self.killed() * 100 < REQUIRED * viable {
            bail!("{} of {viable} is less than {REQUIRED} %", self.killed());
        }
        Ok(())
    }

    fn count(&self, fate: Fate) -> usize {
        let of_fate = |outcome: &&Outcome| outcome.fate == fate;
        self.outcomes.iter().filter(of_fate).count()
    }

    /// A test that does not end fails as well.
    fn killed(&self) -> usize {
        self.count(Fate::Caught) + self.count(Fate::Timeout)
    }

    /// For each rule, how many mutants it killed, and how many of these no other rule did.
    fn rules(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut rules = BTreeMap::new();
        for outcome in self.outcomes {
            for rule in &outcome.rules {
                let (all, alone) = rules.entry(rule.as_str()).or_insert((0, 0));
                *all += 1;
                *alone += usize::from(outcome.rules.len() == 1);
            }
        }
        rules
    }
}

impl fmt::Display for Review<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rule, (all, alone)) in self.rules() {
            writeln!(f, "  {rule} killed {all:3}, alone {alone}")?;
        }
        for outcome in self.outcomes {
            if outcome.fate == Fate::Timeout {
                writeln!(f, "  no end:   {}", named(outcome))?;
            }
        }
        for (outcome, reason) in &self.known {
            writeln!(f, "  reviewed: {}\n            {reason}", named(outcome))?;
        }
        for outcome in &self.unknown {
            writeln!(f, "  SURVIVED: {}", named(outcome))?;
        }
        for Survivor { file, mutant, .. } in &self.stale {
            writeln!(f, "  STALE:    {file}: {mutant}")?;
        }
        let (all, unviable) = (self.outcomes.len(), self.count(Fate::Unviable));
        let (caught, missed) = (self.count(Fate::Caught), self.count(Fate::Missed));
        let (timeout, viable) = (self.count(Fate::Timeout), all - unviable);
        let share = 100.0 * self.killed() as f64 / viable.max(1) as f64;
        writeln!(
            f,
            "  {all} mutants: {caught} caught, {missed} missed, {timeout} timeout, {unviable} unviable; \
             {share:.1} % of the {viable} viable ones killed"
        )
    }
}

fn named(outcome: &Outcome) -> String {
    format!("{}:{}: {}", outcome.file, outcome.place, outcome.change)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(change: &str, fate: Fate) -> Outcome {
        Outcome {
            file: "src/a.rs".to_owned(),
            place: "1:2".to_owned(),
            change: change.to_owned(),
            fate,
            rules: Default::default(),
        }
    }

    fn survivor(mutant: &str) -> Survivor {
        Survivor {
            file: "src/a.rs".to_owned(),
            mutant: mutant.to_owned(),
            reason: "nobody can tell".to_owned(),
        }
    }

    /// `killed` mutants that are caught, and one survivor of each name.
    fn run(killed: usize, survivors: &[&str]) -> Vec<Outcome> {
        let caught = (0..killed).map(|_| outcome("any", Fate::Caught));
        let missed = survivors.iter().map(|name| outcome(name, Fate::Missed));
        caught.chain(missed).collect()
    }

    fn complaint(outcomes: &[Outcome], reviewed: &[Survivor]) -> String {
        let verdict = Review::new(outcomes, reviewed).verdict();
        verdict.map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn a_reviewed_survivor_is_accepted_once() {
        let reviewed = [survivor("x")];
        assert_eq!(complaint(&run(19, &["x"]), &reviewed), "fine");
        assert!(complaint(&run(98, &["x", "x"]), &reviewed).starts_with("1 mutant(s) survived"));
    }

    #[test]
    fn an_unknown_survivor_and_a_stale_entry_are_not() {
        assert!(complaint(&run(99, &["x"]), &[]).starts_with("1 mutant(s) survived"));
        assert!(complaint(&run(99, &[]), &[survivor("x")]).starts_with("1 entries"));
    }

    #[test]
    fn reviewed_survivors_count_as_not_killed() {
        let reviewed = [survivor("x")];
        assert_eq!(
            complaint(&run(18, &["x"]), &reviewed),
            "18 of 19 is less than 95 %"
        );
    }

    #[test]
    fn what_does_not_compile_does_not_count_and_what_does_not_end_is_killed() {
        let mut outcomes = run(0, &[]);
        assert!(complaint(&outcomes, &[]).contains("nothing was measured"));
        outcomes.push(outcome("y", Fate::Unviable));
        assert!(complaint(&outcomes, &[]).contains("nothing was measured"));
        outcomes.push(outcome("z", Fate::Timeout));
        assert_eq!(complaint(&outcomes, &[]), "fine");
    }

    #[test]
    fn rules_that_kill_alone_are_told_apart() {
        let mut outcomes = run(2, &[]);
        outcomes[0].rules.insert("D003".to_owned());
        outcomes[1]
            .rules
            .extend(["D003".to_owned(), "E001".to_owned()]);
        let text = Review::new(&outcomes, &[]).to_string();
        assert!(text.contains("D003 killed   2, alone 1"), "{text}");
        assert!(text.contains("E001 killed   1, alone 0"), "{text}");
        assert!(
            text.contains("100.0 % of the 2 viable ones killed"),
            "{text}"
        );
    }
}
