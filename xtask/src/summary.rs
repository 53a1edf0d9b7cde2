//! Runs named steps and remembers how each ended.
//!
//! A failing step does not stop the ones after it, so one run shows everything there is to mend.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What ran, what failed, and what was skipped and why.
#[derive(Default)]
pub(crate) struct Summary {
    steps: Vec<Step>,
}

impl Summary {
    /// Runs one step and announces its name before and its duration after.
    pub(crate) fn step(&mut self, name: &'static str, run: impl FnOnce() -> Result<()>) {
        println!("==> {name}");
        let start = Instant::now();
        let result = run();
        let took = start.elapsed();
        println!("    {name}: {:.1} s", took.as_secs_f64());
        let outcome = match result {
            Ok(()) => Outcome::Passed(took),
            Err(error) => Outcome::Failed(format!("{error:#}")),
        };
        self.steps.push(Step { name, outcome });
    }

    /// Records that a step could not run here.
    pub(crate) fn skip(&mut self, name: &'static str, why: &str) {
        self.steps.push(Step {
            name,
            outcome: Outcome::Skipped(why.to_owned()),
        });
    }

    /// An error if a step failed, or, in CI, if one was skipped: there a gap must not look green.
    pub(crate) fn verdict(&self, ci: bool) -> Result<()> {
        let count = |test: fn(&Outcome) -> bool| {
            self.steps.iter().filter(|step| test(&step.outcome)).count()
        };
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        if failed > 0 {
            bail!("{failed} step(s) failed");
        }
        if ci && skipped > 0 {
            bail!("{skipped} step(s) skipped, which CI does not accept");
        }
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "summary")?;
        for Step { name, outcome } in &self.steps {
            match outcome {
                Outcome::Passed(took) => {
                    writeln!(f, "  ran      {name} ({:.1} s)", took.as_secs_f64())
                }
                Outcome::Failed(error) => writeln!(f, "  FAILED   {name}: {error}"),
                Outcome::Skipped(why) => writeln!(f, "  skipped  {name}: {why}"),
            }?;
        }
        Ok(())
    }
}

struct Step {
    name: &'static str,
    outcome: Outcome,
}

enum Outcome {
    Passed(Duration),
    Failed(String),
    Skipped(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_steps_are_accepted_everywhere() {
        let mut summary = Summary::default();
        summary.step("build", || Ok(()));
        assert!(summary.verdict(false).is_ok());
        assert!(summary.verdict(true).is_ok());
        assert!(summary.to_string().contains("ran      build"));
    }

    #[test]
    fn a_skip_fails_only_in_ci() {
        let mut summary = Summary::default();
        summary.skip("peer", "no python3 on PATH");
        assert!(summary.verdict(false).is_ok());
        assert!(summary.verdict(true).is_err());
        assert!(
            summary
                .to_string()
                .contains("skipped  peer: no python3 on PATH")
        );
    }

    #[test]
    fn a_failure_is_kept_and_later_steps_still_run() {
        let mut summary = Summary::default();
        let mut reached = false;
        summary.step("first", || bail!("broken"));
        summary.step("second", || {
            reached = true;
            Ok(())
        });
        assert!(reached);
        assert!(summary.verdict(false).is_err());
        assert!(summary.to_string().contains("FAILED   first: broken"));
    }
}
