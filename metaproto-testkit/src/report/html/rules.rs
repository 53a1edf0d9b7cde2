//! All rules by family.

use maud::{Markup, html};

use super::super::{Outcome, Report, RuleReport, Standing, Tally};
use super::bar::badge;
use super::failure::{advice, body, replay};
use super::text::{count, prose, visible};

/// The rules whose ids start with the same letter.
pub(super) struct Family<'a> {
    pub(super) title: &'static str,
    pub(super) rules: Vec<&'a RuleReport>,
}

const FAMILIES: [(&str, &str); 6] = [
    ("D", "Decode and framing"),
    ("M", "Metadata and roles"),
    ("E", "Encode and mutation"),
    ("X", "Local replies"),
    ("R", "Robustness and resources"),
    ("V", "Vectors and cross-checks"),
];

/// The families that have rules.
pub(super) fn families(rules: &[RuleReport]) -> Vec<Family<'_>> {
    let known = |rule: &RuleReport| {
        FAMILIES
            .iter()
            .any(|(letter, _)| rule.id.starts_with(letter))
    };
    let named = FAMILIES.iter().map(|(letter, title)| Family {
        title,
        rules: rules
            .iter()
            .filter(|rule| rule.id.starts_with(letter))
            .collect(),
    });
    let others = Family {
        title: "Other rules",
        rules: rules.iter().filter(|rule| !known(rule)).collect(),
    };
    named
        .chain([others])
        .filter(|family| !family.rules.is_empty())
        .collect()
}

/// Where on the page a rule is.
pub(super) fn anchor(rule: &RuleReport) -> String {
    let id = rule.id.chars().filter(char::is_ascii_alphanumeric);
    format!("rule-{}", id.collect::<String>())
}

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if !report.rules.is_empty() {
            section aria-labelledby="rules" {
                h2 id="rules" { "All rules" }
                @for family in families(&report.rules) {
                    h3 class="family" {
                        (family.title)
                        span { (Tally::of(family.rules.iter().copied(), report.strict).to_string()) }
                    }
                    div class="rules" {
                        @for rule in &family.rules { (entry(rule, rule.standing(report.strict))) }
                    }
                }
            }
        }
    }
}

fn entry(rule: &RuleReport, standing: Standing) -> Markup {
    let shown_above = matches!(standing, Standing::Failed | Standing::Warning);
    // A rule that is broken has its place on the page above, and only one element may have it.
    let id = (!shown_above).then(|| anchor(rule));
    html! {
        details class=(standing.as_str()) id=[id] {
            summary {
                (badge(standing))
                span class="id" { (visible(&rule.id)) }
                span class="title" { (prose(&rule.title)) }
                span class="outcome" { (standing.as_str()) }
                span class="level" { (rule.level.as_str()) }
                span class="cases" {
                    @if standing != Standing::Unsupported { (count(rule.cases, "case", "cases")) }
                }
            }
            div class="more" {
                @if shown_above {
                    p { a href=(format!("#{}", anchor(rule))) { "How it failed" } }
                }
                (reason(&rule.outcome))
                (advice(rule))
                p class="test" { "test " code { (visible(&rule.name)) } }
            }
        }
    }
}

fn reason(outcome: &Outcome) -> Markup {
    html! {
        @match outcome {
            Outcome::Passed | Outcome::Failed(_) => {}
            Outcome::Unsupported { reason } => {
                p { b { "Does not apply: " } (visible(reason)) }
            }
            Outcome::Allowed { reason, failure: None } => {
                p { b { "Allowed to fail: " } (visible(reason)) }
                p { "It passes all the same. The exemption can go." }
            }
            Outcome::Allowed { reason, failure: Some(failure) } => {
                p { b { "Allowed to fail: " } (visible(reason)) }
                (body(failure))
                (replay(failure))
            }
        }
    }
}
