//! The JUnit file, read back with an XML parser that had no part in writing it.

use std::fs;

use metaproto_testkit::report::{Outcome, Report, Standing};
use roxmltree::{Document, Node};

use crate::{rendered, sample};

fn xml(name: &str, report: &Report) -> String {
    let dir = rendered(name, std::slice::from_ref(report));
    fs::read_to_string(dir.join("awesomerpc-AwesomeRpc.xml")).unwrap()
}

fn case<'a>(document: &'a Document<'_>, name: &str) -> Node<'a, 'a> {
    document
        .descendants()
        .find(|node| node.has_tag_name("testcase") && node.attribute("name") == Some(name))
        .unwrap()
}

fn child<'a>(case: Node<'a, 'a>, tag: &str) -> Option<Node<'a, 'a>> {
    case.children().find(|node| node.has_tag_name(tag))
}

#[test]
fn every_rule_is_a_test_case_and_the_counts_are_right() {
    let report = sample::report();
    let xml = xml("junit-counts", &report);
    let document = Document::parse(&xml).unwrap();
    let suite = document
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .unwrap();
    assert_eq!(suite.attribute("name"), Some("AwesomeRpc"));
    assert_eq!(suite.attribute("tests"), Some("53"));
    assert_eq!(suite.attribute("failures"), Some("3"));
    // The missed recommendation, the exempted failure, and three that do not apply.
    assert_eq!(suite.attribute("skipped"), Some("5"));
    for rule in &report.rules {
        let case = case(&document, &rule.name);
        assert_eq!(case.attribute("classname"), Some("AwesomeRpc"));
        let failed = rule.standing(report.strict) == Standing::Failed;
        assert_eq!(child(case, "failure").is_some(), failed, "{}", rule.id);
    }
}

#[test]
fn each_outcome_says_what_it_is() {
    let report = sample::report();
    let xml = xml("junit-outcomes", &report);
    let document = Document::parse(&xml).unwrap();

    let failure = child(case(&document, "d003"), "failure").unwrap();
    let rule = report.rules.iter().find(|rule| rule.id == "D003").unwrap();
    let Outcome::Failed(expected) = &rule.outcome else {
        panic!("the sample breaks D003");
    };
    assert_eq!(failure.text(), Some(expected.text.as_str()));
    assert_eq!(failure.attribute("type"), Some("D003"));

    let message = |name: &str| {
        let skipped = child(case(&document, name), "skipped").unwrap();
        skipped.attribute("message").unwrap().to_owned()
    };
    assert!(message("d009").starts_with("warning (should): D009"));
    assert!(message("e010").starts_with("allowed: version 1"));
    assert_eq!(
        message("v003"),
        "unsupported: no second implementation was given"
    );

    let spared = case(&document, "x005");
    assert!(child(spared, "skipped").is_none());
    let output = child(spared, "system-out").unwrap().text().unwrap();
    assert!(output.contains("messages are made by the gateway only"));
}

#[test]
fn strict_mode_fails_recommendations() {
    let report = Report {
        strict: true,
        ..sample::report()
    };
    let xml = xml("junit-strict", &report);
    let document = Document::parse(&xml).unwrap();
    assert!(child(case(&document, "d009"), "failure").is_some());
}

#[test]
fn there_is_no_time_in_it() {
    let xml = xml("junit-time", &sample::report());
    for attribute in ["timestamp=", "time=", "uuid="] {
        assert!(!xml.contains(attribute), "{attribute}");
    }
}
