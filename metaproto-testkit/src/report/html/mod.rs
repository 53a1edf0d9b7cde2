//! The report for people: one page per codec, and the index of all.
//!
//! A page stands alone: its style is in it, it loads nothing and runs no script. It forbids itself both, so that not even
//! a mistake here could let a peer's bytes do so.

mod bar;
mod coverage;
mod diff;
mod failure;
pub(crate) mod grid;
mod index;
mod rules;
mod summary;
mod text;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Report;

pub(super) use index::index;
pub(crate) use summary::grouped;
pub(crate) use text::count;

const STYLE: &str = include_str!("style.css");

/// The page of one codec.
pub(super) fn page(report: &Report) -> String {
    let title = format!(
        "{} {}: metaproto conformance",
        bar::verdict_of(report).glyph,
        report.codec
    );
    let body = html! {
        (summary::header(report))
        main {
            (failure::section(report))
            (rules::section(report))
            (coverage::section(&report.coverage))
        }
    };
    document(&title, &body, CONFORMANCE)
}

/// What pages of one sort have in common.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// What their style has beside that of all.
    pub(crate) style: &'static str,
    /// Their last line.
    pub(crate) footer: &'static str,
}

const CONFORMANCE: Kind = Kind {
    style: "",
    footer: "Written by the metaproto conformance suite.",
};

/// A whole document around `body`.
pub(crate) fn document(title: &str, body: &Markup, kind: Kind) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                title { (text::visible(title)) }
                style { (PreEscaped(STYLE)) (PreEscaped(kind.style)) }
            }
            body {
                (body)
                footer { p { (kind.footer) } }
            }
        }
    };
    markup.into_string() + "\n"
}
