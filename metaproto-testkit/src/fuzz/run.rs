//! One input, tried on every rule that holds for any.

use metaproto_codec::{Change, Mutation};

use super::case::Cases;
use super::input::Input;
use crate::conformance::Suite;
use crate::conformance::case::Case;
use crate::conformance::finding::Finding;
use crate::conformance::rule::{Check, Rule, Scope, Trial};
use crate::conformance::shrink::shrink;
use crate::conformance::subject::Subject;

/// Tries the input that `bytes` are on every rule of the suite that holds for any input, and that the suite counts.
///
/// # Panics
///
/// If the codec breaks one: with the suite's account of it, the smallest input that was found, and the file to which
/// that was saved.
pub fn run(suite: &Suite, bytes: &[u8]) {
    if let Some(text) = find(suite, &Input::parse(bytes)) {
        panic!("a rule is broken\n\n{text}");
    }
}

/// As [`run`], without a panic: what is broken, as people read it. The smallest input is saved.
#[must_use]
pub fn find(suite: &Suite, input: &Input) -> Option<String> {
    let (rule, case, finding) = broken(suite, &Cases::new(&suite.subject, input))?;
    Some(account(suite, rule, case, finding))
}

/// The first rule that the codec breaks.
pub(super) fn broken(suite: &Suite, cases: &Cases) -> Option<(&'static Rule, Case, Finding)> {
    // A panic first: to the other rules it is a wrong answer among others.
    let (panics, others): (Vec<_>, Vec<_>) = suite.fuzzed().partition(|rule| rule.id == "R001");
    for rule in panics.into_iter().chain(others) {
        let Trial::Cases { check, scope, .. } = &rule.trial else {
            continue;
        };
        let Some(case) = cases.of(*scope).filter(|_| *scope != Scope::Own) else {
            continue;
        };
        if let Err(finding) = check(&suite.subject, &case) {
            return Some((rule, case, finding));
        }
    }
    None
}

/// The account of a broken rule, by the smallest case that breaks it.
pub(super) fn account(suite: &Suite, rule: &Rule, case: Case, finding: Finding) -> String {
    let Trial::Cases { check, .. } = &rule.trial else {
        return finding.actual.1;
    };
    let chunks: Vec<usize> = case.pieces().iter().map(bytes::Bytes::len).collect();
    let (case, finding) = plain(&suite.subject, case, finding, *check);
    let (case, finding) = shrink(&suite.subject, case, finding, *check);
    let left: Vec<usize> = case.pieces().iter().map(bytes::Bytes::len).collect();
    let before = (chunks.len() > 1 && chunks != left).then_some(chunks);
    let failure = suite.failure(rule, &case, &finding, before.as_deref());
    let mut text = failure.text;
    if let Some(saved) = failure.saved {
        text.push_str(&format!(
            "  keep:   cp {saved} tests/vectors/ of the codec's package\n"
        ));
    }
    text
}

/// The case without whatever of an input has nothing to do with the finding.
fn plain(
    subject: &Subject,
    case: Case,
    finding: Finding,
    check: fn(&Subject, &Case) -> Check,
) -> (Case, Finding) {
    const LEAVE_OUT: [fn(&mut Case); 4] = [
        |case| case.reply = None,
        |case| case.before.clear(),
        |case| case.chunks.clear(),
        |case| case.mutation = Mutation::new(),
    ];
    let mut left = (case, finding);
    let attempt = |left: &mut (Case, Finding), plainer: Case| {
        if let Err(finding) = check(subject, &plainer) {
            *left = (plainer, finding);
        }
    };
    for leave_out in LEAVE_OUT {
        let mut plainer = left.0.clone();
        leave_out(&mut plainer);
        attempt(&mut left, plainer);
    }
    let changes = left.0.mutation.changes();
    let without_id = changes.fold(Mutation::new(), |all, (key, change)| match change {
        Change::Set(value) => all.set(key, value),
        Change::Remove => all.remove(key),
    });
    let plainer = left.0.clone().mutated(without_id);
    attempt(&mut left, plainer);
    left
}
