//! What a rule is, and the catalogue of all rules.

use super::bench::Bench;
use super::case::Case;
use super::finding::Finding;
use super::rules;
use super::subject::Subject;
use crate::report::Level;

/// One thing that a codec must obey: its text, the inputs on which it is tried, and the check.
#[derive(Debug)]
pub struct Rule {
    /// Stable and never used again for another rule: `D003`.
    pub id: &'static str,
    /// The name of its test: `d003_chunking_is_invisible`.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// The rule in one line.
    pub title: &'static str,
    /// What goes wrong in the field where it is broken.
    pub why: &'static str,
    /// Where the mistake usually is, and the way out.
    pub fix: &'static str,
    pub(crate) trial: Trial,
}

/// How a rule is tried.
#[derive(Debug)]
pub(crate) enum Trial {
    /// On one case after the other, until one fails; that one is then made smaller.
    Cases {
        /// The cases for this codec, or why the rule does not apply to it.
        cases: fn(&Bench) -> Result<Vec<Case>, String>,
        /// The property.
        check: fn(&Subject, &Case) -> Check,
        /// For which other inputs it holds.
        scope: Scope,
    },
    /// At once, on whatever it needs.
    Whole(fn(&Bench) -> Whole),
}

/// For which inputs the property of a rule holds, beside the cases that are made for it: what a fuzzer may try it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// For no others, or another rule has the same check.
    Own,
    /// For any stream in any chunks, with any change and reply, after messages that the codec accepts.
    Stream,
    /// For any frame alone, with any change and reply.
    Frame,
    /// For any frame alone that the schema takes for a message, with any change and reply.
    Message,
    /// For any frame alone, answered with an ordinary text.
    Answer,
    /// For any request alone, answered with an ordinary text.
    Request,
    /// For any request alone, answered with any text.
    Text,
}

/// What a check finds in one case.
pub(crate) type Check = Result<Applied, Finding>;

/// Whether a case could tell anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// The property was put to the test.
    Yes,
    /// The case lacks what the property speaks of, as a message that another rule already found wanting.
    No,
}

/// What a rule that is tried at once says.
#[derive(Debug)]
pub(crate) enum Whole {
    /// It holds, in so many cases.
    Holds(usize),
    /// It is broken, and by what.
    Broken(Box<(Case, Finding)>, usize),
    /// It does not apply, and why.
    Unsupported(String),
}

impl Rule {
    /// All rules, in the order of their ids.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        rules::FAMILIES.iter().flat_map(|family| family.iter())
    }

    /// The rule with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.id == id)
    }
}
