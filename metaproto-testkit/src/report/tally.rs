//! What the outcomes of the rules add up to.

use std::fmt;

use super::{Level, Outcome, Report, RuleReport};

/// What the outcome of a rule means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The codec keeps the rule.
    Passed,
    /// It breaks the rule, and that fails the run.
    Failed,
    /// It breaks the rule, and that does not fail the run.
    Warning,
    /// The author exempted it.
    Allowed,
    /// The rule does not apply to it.
    Unsupported,
}

impl Standing {
    /// All, the good ones first.
    pub const ALL: [Self; 5] = [
        Self::Passed,
        Self::Failed,
        Self::Warning,
        Self::Allowed,
        Self::Unsupported,
    ];

    /// The standing in one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Warning => "warning",
            Self::Allowed => "allowed",
            Self::Unsupported => "unsupported",
        }
    }
}

impl RuleReport {
    /// What the outcome means for a run that is `strict` or not.
    #[must_use]
    pub fn standing(&self, strict: bool) -> Standing {
        match (&self.outcome, self.level) {
            (Outcome::Passed, _) => Standing::Passed,
            (Outcome::Failed(_), Level::Must) => Standing::Failed,
            (Outcome::Failed(_), Level::Should) if strict => Standing::Failed,
            (Outcome::Failed(_), Level::Should | Level::Info) => Standing::Warning,
            (Outcome::Allowed { .. }, _) => Standing::Allowed,
            (Outcome::Unsupported { .. }, _) => Standing::Unsupported,
        }
    }
}

impl Report {
    /// How many rules have which standing.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(&self.rules, self.strict)
    }

    /// Inputs that were tried, over all rules.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.rules
            .iter()
            .fold(0, |sum, rule| sum.saturating_add(rule.cases))
    }
}

/// How many rules have which standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rules that are kept.
    pub passed: usize,
    /// Rules that are broken and fail the run.
    pub failed: usize,
    /// Rules that are broken without failing the run.
    pub warnings: usize,
    /// Rules from which the codec is exempted.
    pub allowed: usize,
    /// Rules that do not apply.
    pub unsupported: usize,
}

impl Tally {
    /// The tally of `rules` in a run that is `strict` or not.
    pub fn of<'a>(rules: impl IntoIterator<Item = &'a RuleReport>, strict: bool) -> Self {
        let mut tally = Self::default();
        for rule in rules {
            *match rule.standing(strict) {
                Standing::Passed => &mut tally.passed,
                Standing::Failed => &mut tally.failed,
                Standing::Warning => &mut tally.warnings,
                Standing::Allowed => &mut tally.allowed,
                Standing::Unsupported => &mut tally.unsupported,
            } += 1;
        }
        tally
    }

    /// How many rules have `standing`.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        match standing {
            Standing::Passed => self.passed,
            Standing::Failed => self.failed,
            Standing::Warning => self.warnings,
            Standing::Allowed => self.allowed,
            Standing::Unsupported => self.unsupported,
        }
    }

    /// All rules.
    #[must_use]
    pub fn total(&self) -> usize {
        Standing::ALL
            .iter()
            .map(|standing| self.count(*standing))
            .sum()
    }
}

/// `52 passed, 1 failed, 2 allowed`: what there is none of is left out.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.total() == 0 {
            return f.write_str("no rules ran");
        }
        let mut comma = "";
        for standing in Standing::ALL {
            let count = self.count(standing);
            if count == 0 {
                continue;
            }
            let plural = if standing == Standing::Warning && count > 1 {
                "s"
            } else {
                ""
            };
            write!(f, "{comma}{count} {}{plural}", standing.as_str())?;
            comma = ", ";
        }
        Ok(())
    }
}
