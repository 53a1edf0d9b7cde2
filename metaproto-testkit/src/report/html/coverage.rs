//! What of the protocol was exercised, and what was not.

use maud::{Markup, html};

use super::super::{Branch, Coverage, KindCoverage};
use super::text::{count, visible};

pub(super) fn section(coverage: &Coverage) -> Markup {
    html! {
        @if !coverage.kinds.is_empty() || !coverage.branches.is_empty() {
            section aria-labelledby="coverage" {
                h2 id="coverage" { "What was tried" }
                p class="lead" {
                    "Only vectors show that other implementations agree; generated messages show that the codec agrees "
                    "with itself."
                }
                (kinds(&coverage.kinds))
                (branches(&coverage.branches))
            }
        }
    }
}

/// How well something was tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Vectors,
    Generated,
    Never,
    Undeclared,
    Absent,
}

impl Grade {
    fn of(vectors: usize, generated: usize) -> Self {
        match (vectors, generated) {
            (0, 0) => Self::Never,
            (0, _) => Self::Generated,
            _ => Self::Vectors,
        }
    }

    fn of_kind(kind: &KindCoverage) -> Self {
        match (kind.declared, Self::of(kind.vectors, kind.generated)) {
            (true, grade) => grade,
            (false, Self::Never) => Self::Absent,
            (false, _) => Self::Undeclared,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Vectors => "passed",
            Self::Generated => "allowed",
            Self::Never | Self::Undeclared => "never",
            Self::Absent => "unsupported",
        }
    }

    fn glyph(self) -> &'static str {
        match self {
            Self::Vectors => "\u{2713}",
            Self::Generated => "~",
            Self::Never => "\u{2715}",
            Self::Undeclared => "!",
            Self::Absent => "\u{2013}",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Vectors => "in vectors",
            Self::Generated => "generated only",
            Self::Never => "never tried",
            Self::Undeclared => "seen undeclared",
            Self::Absent => "not declared",
        }
    }
}

fn kinds(kinds: &[KindCoverage]) -> Markup {
    let rows = kinds.iter().map(|kind| Row {
        direction: &kind.direction,
        name: &kind.kind,
        vectors: kind.vectors,
        generated: kind.generated,
        grade: Grade::of_kind(kind),
    });
    let rows: Vec<_> = rows.collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Message kinds" span { (tally(&rows)) } }
            (table("kind", &rows))
        }
    }
}

fn branches(branches: &[Branch]) -> Markup {
    let rows = branches.iter().map(|branch| Row {
        direction: &branch.direction,
        name: &branch.path,
        vectors: branch.vectors,
        generated: branch.generated,
        grade: Grade::of(branch.vectors, branch.generated),
    });
    let (never, tried): (Vec<_>, Vec<_>) = rows.partition(|row| row.grade == Grade::Never);
    html! {
        @if !branches.is_empty() {
            h3 {
                "Branches of the schema"
                span { (tally(&[never.as_slice(), tried.as_slice()].concat())) }
            }
            @if !never.is_empty() { (table("branch", &never)) }
            @if !tried.is_empty() {
                details class="tried" open[never.is_empty()] {
                    summary { (count(tried.len(), "branch", "branches")) " tried" }
                    (table("branch", &tried))
                }
            }
        }
    }
}

#[derive(Clone)]
struct Row<'a> {
    direction: &'a str,
    name: &'a str,
    vectors: usize,
    generated: usize,
    grade: Grade,
}

fn tally(rows: &[Row<'_>]) -> String {
    let of = |grade| rows.iter().filter(|row| row.grade == grade).count();
    let all = [
        Grade::Vectors,
        Grade::Generated,
        Grade::Never,
        Grade::Undeclared,
    ];
    let counts = all.into_iter().map(|grade| (of(grade), grade.words()));
    let counts = counts.filter(|(count, _)| *count > 0);
    counts
        .map(|(count, words)| format!("{count} {words}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn table(what: &str, rows: &[Row<'_>]) -> Markup {
    html! {
        div class="scroll" {
            table class="coverage" {
                thead {
                    tr {
                        th scope="col" { "direction" }
                        th scope="col" { (what) }
                        th scope="col" class="number" { "vectors" }
                        th scope="col" class="number" { "generated" }
                        th scope="col" { "verdict" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr class=(row.grade.class()) {
                            td { (visible(row.direction)) }
                            th scope="row" { code { (visible(row.name)) } }
                            td class="number" { (row.vectors) }
                            td class="number" { (row.generated) }
                            td class="verdict-cell" {
                                span class=(format!("badge {}", row.grade.class())) aria-hidden="true" { (row.grade.glyph()) }
                                " " (row.grade.words())
                            }
                        }
                    }
                }
            }
        }
    }
}
