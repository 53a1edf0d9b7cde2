//! The failures, first and open.

use maud::{Markup, html};

use super::super::{Failure, Report, RuleReport, Standing};
use super::bar::badge;
use super::diff::compare;
use super::grid::{Grid, grid};
use super::rules::anchor;
use super::text::{count, prose, visible};

const GRID: Grid<'static> = Grid {
    label: "The input's bytes, with the names of fields",
    value: None,
};

/// All rules that are broken, those that fail the run before those that do not.
pub(super) fn section(report: &Report) -> Markup {
    let of = |standing| {
        let broken = report.rules.iter();
        broken.filter(move |rule| rule.standing(report.strict) == standing)
    };
    let broken = of(Standing::Failed).chain(of(Standing::Warning));
    html! {
        @if of(Standing::Failed).chain(of(Standing::Warning)).next().is_some() {
            section aria-labelledby="failures" {
                h2 id="failures" {
                    @if of(Standing::Failed).next().is_some() { "What is broken" } @else { "What is missed" }
                }
                @for rule in broken {
                    @if let Some(failure) = rule.outcome.failure() {
                        (article(rule, rule.standing(report.strict), failure))
                    }
                }
            }
        }
    }
}

fn article(rule: &RuleReport, standing: Standing, failure: &Failure) -> Markup {
    html! {
        article class=(format!("failure {}", standing.as_str())) id=(anchor(rule)) {
            header {
                h3 {
                    (badge(standing))
                    span class="unseen" { (standing.as_str()) " " }
                    span class="id" { (visible(&rule.id)) }
                    " " (prose(&rule.title))
                }
                p class="tags" {
                    span class="tag" { (rule.level.as_str()) }
                    span class="tag" { (count(rule.cases, "case", "cases")) }
                }
            }
            (body(failure))
            (advice(rule))
            (replay(failure))
        }
    }
}

/// What was expected of which input, and what came.
pub(super) fn body(failure: &Failure) -> Markup {
    let (expected, actual) = compare(&failure.expected.1, &failure.actual.1);
    html! {
        dl class="compare" {
            (side("expected", &failure.expected.0, &expected))
            (side("actual", &failure.actual.0, &actual))
        }
        @if !failure.input.is_empty() {
            p class="input" { span class="label" { "input" } (visible(&failure.input)) }
        }
        @if !failure.dump.is_empty() { (grid(&failure.dump, GRID)) }
    }
}

/// Why the rule is one, and what to do.
pub(super) fn advice(rule: &RuleReport) -> Markup {
    html! {
        dl class="advice" {
            div { dt { "why" } dd { (prose(&rule.why)) } }
            div { dt { "how to fix" } dd { (prose(&rule.fix)) } }
        }
    }
}

/// How to see the failure again.
pub(super) fn replay(failure: &Failure) -> Markup {
    html! {
        @if !failure.replay.is_empty() {
            figure class="replay" {
                figcaption {
                    "replay"
                    @if let Some(saved) = &failure.saved {
                        span { " the input is saved in " code { (visible(saved)) } }
                    }
                }
                pre tabindex="0" { code { (visible(&failure.replay)) } }
            }
        }
        details class="plain" {
            summary { "As the terminal shows it" }
            pre tabindex="0" { code { (visible(&failure.text)) } }
        }
    }
}

fn side(role: &str, label: &str, value: &Markup) -> Markup {
    html! {
        div class=(role) {
            dt { (role) @if !label.is_empty() && label != role { span { (visible(label)) } } }
            dd { code { (value) } }
        }
    }
}
