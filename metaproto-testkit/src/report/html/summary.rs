//! The head of the page: which codec, which verdict, on what grounds.

use maud::{Markup, html};

use super::super::{Report, RuleReport};
use super::bar::{badge, bar, legend, verdict_of};
use super::rules::{anchor, families};
use super::text::{count, visible};

pub(super) fn header(report: &Report) -> Markup {
    let verdict = verdict_of(report);
    let tally = report.tally();
    html! {
        header {
            p class="eyebrow" { a href="index.html" { "metaproto conformance" } }
            h1 { (visible(&report.codec)) }
            p class="package" { "package " code { (visible(&report.package)) } }
            div class=(format!("verdict {}", verdict.class)) {
                span class="mark" aria-hidden="true" { (verdict.glyph) }
                div {
                    p class="words" { (verdict.words) }
                    p { (tally.to_string()) }
                }
            }
            (bar(&tally))
            (legend(&tally))
            @if report.vectors.files == 0 {
                (unproven())
            }
            @if !report.not_run.is_empty() {
                (not_run(&report.not_run))
            }
            (facts(report))
            @if !report.rules.is_empty() {
                (map(report))
            }
        }
    }
}

fn unproven() -> Markup {
    html! {
        div class="notice" role="note" {
            p { strong { "vectors: 0 - interoperability unproven" } }
            p {
                "All that this run held the codec against is the codec itself. One that is wrong the same way in both "
                "directions passes. Record at least one message of an independent implementation."
            }
        }
    }
}

fn not_run(ids: &[String]) -> Markup {
    html! {
        div class="notice" role="note" {
            p { strong { (count(ids.len(), "rule", "rules")) " did not run" } }
            p { @for id in ids { code { (visible(id)) } " " } }
        }
    }
}

fn facts(report: &Report) -> Markup {
    let vectors = report.vectors;
    html! {
        dl class="facts" {
            div { dt { "rules" } dd { (report.rules.len()) } }
            div { dt { "cases" } dd { (grouped(report.cases())) } }
            div {
                dt { "vectors" }
                dd {
                    (count(vectors.files, "file", "files")) ", "
                    (count(vectors.messages, "message", "messages")) ", "
                    (count(vectors.rejects, "reject", "rejects"))
                }
            }
            div {
                dt { "mode" }
                dd { @if report.strict { "strict: a missed " i { "should" } " fails" } @else { "normal: a missed " i { "should" } " warns" } }
            }
        }
    }
}

/// All rules at a glance.
fn map(report: &Report) -> Markup {
    html! {
        nav class="map" aria-label="All rules" {
            @for family in families(&report.rules) {
                div {
                    span class="family" { (family.title) }
                    ul {
                        @for rule in &family.rules { li { (tile(rule, report.strict)) } }
                    }
                }
            }
        }
    }
}

fn tile(rule: &RuleReport, strict: bool) -> Markup {
    let standing = rule.standing(strict);
    let label = format!("{} {}: {}", rule.id, standing.as_str(), rule.title);
    html! {
        a class=(standing.as_str()) href=(format!("#{}", anchor(rule))) title=(visible(&label)) {
            (badge(standing)) (visible(&rule.id))
            span class="unseen" { " " (standing.as_str()) }
        }
    }
}

/// A number with its digits in groups of three.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_in_threes() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(812), "812");
        assert_eq!(grouped(1812), "1\u{202f}812");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
