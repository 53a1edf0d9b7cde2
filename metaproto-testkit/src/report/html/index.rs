//! The list of all codecs.

use maud::{Markup, html};

use super::super::Report;
use super::bar::{bar, legend, verdict_of};
use super::text::{count, visible};
use super::{CONFORMANCE, document};

/// The page that lists `reports`, each with the name of its file without extension.
pub(in super::super) fn index(reports: &[(String, Report)]) -> String {
    let failing = reports
        .iter()
        .filter(|(_, report)| report.tally().failed > 0)
        .count();
    let body = html! {
        header {
            h1 { "metaproto conformance" }
            p class="package" {
                (count(reports.len(), "codec", "codecs"))
                @if failing > 0 { ", " (failing) " with broken rules" }
            }
        }
        main {
            @for (stem, report) in reports { (entry(stem, report)) }
        }
    };
    document("metaproto conformance", &body, CONFORMANCE)
}

fn entry(stem: &str, report: &Report) -> Markup {
    let verdict = verdict_of(report);
    let tally = report.tally();
    html! {
        article class="codec" {
            h2 { a href=(format!("{stem}.html")) { (visible(&report.codec)) } }
            p class="package" { "package " code { (visible(&report.package)) } }
            p class=(format!("short {}", verdict.class)) {
                span class=(format!("badge {}", verdict.class)) aria-hidden="true" { (verdict.glyph) }
                " " b { (verdict.words) }
            }
            (bar(&tally))
            (legend(&tally))
            @if report.vectors.files == 0 {
                p class="unproven" { strong { "vectors: 0 - interoperability unproven" } }
            }
            p class="files" {
                a href=(format!("{stem}.json")) { "JSON" } " "
                a href=(format!("{stem}.xml")) { "JUnit" }
            }
        }
    }
}
