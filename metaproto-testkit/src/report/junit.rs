//! The report for CI: one JUnit test suite per codec, one test case per rule.

use std::io;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Outcome, Report, RuleReport, Standing};

/// The whole document. It has no time, duration or random id.
pub(super) fn render(report: &Report) -> io::Result<String> {
    let mut suite = TestSuite::new(&report.codec);
    suite.add_properties([
        ("package".to_owned(), report.package.clone()),
        ("strict".to_owned(), report.strict.to_string()),
        ("vectors".to_owned(), report.vectors.files.to_string()),
    ]);
    suite.add_test_cases(report.rules.iter().map(|rule| case(report, rule)));
    let mut document = quick_junit::Report::new(&report.package);
    document.add_test_suite(suite);
    document.to_string().map_err(io::Error::other)
}

fn case(report: &Report, rule: &RuleReport) -> TestCase {
    let mut case = TestCase::new(&rule.name, status(report, rule));
    case.set_classname(&report.codec);
    case.add_properties([
        ("id", rule.id.as_str()),
        ("title", rule.title.as_str()),
        ("level", rule.level.as_str()),
        ("cases", rule.cases.to_string().as_str()),
    ]);
    if let Outcome::Allowed {
        reason,
        failure: None,
    } = &rule.outcome
    {
        case.set_system_out(format!("passes, although allowed to fail: {reason}"));
    }
    case
}

fn status(report: &Report, rule: &RuleReport) -> TestCaseStatus {
    let title = format!("{} {}", rule.id, rule.title);
    match &rule.outcome {
        Outcome::Passed | Outcome::Allowed { failure: None, .. } => TestCaseStatus::success(),
        Outcome::Failed(failure) if rule.standing(report.strict) == Standing::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(title).set_type(&rule.id);
            status.set_description(&failure.text);
            status
        }
        Outcome::Failed(failure) => skipped(
            format!("warning ({}): {title}", rule.level.as_str()),
            Some(&failure.text),
        ),
        Outcome::Allowed {
            reason,
            failure: Some(failure),
        } => skipped(format!("allowed: {reason}"), Some(&failure.text)),
        Outcome::Unsupported { reason } => skipped(format!("unsupported: {reason}"), None),
    }
}

fn skipped(message: String, text: Option<&str>) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    if let Some(text) = text {
        status.set_description(text);
    }
    status
}
