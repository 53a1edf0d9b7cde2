//! Standings as glyphs, words and a bar. Nothing is told by colour alone.

use maud::{Markup, html};

use super::super::{Report, Standing, Tally};

/// The verdict on a run.
pub(super) struct Verdict {
    /// Class for the style.
    pub(super) class: &'static str,
    /// One character.
    pub(super) glyph: &'static str,
    /// A few words.
    pub(super) words: String,
}

/// What a run says of the codec. A run that left out rules, or to which none applied, proves nothing.
pub(super) fn verdict_of(report: &Report) -> Verdict {
    let tally = report.tally();
    let (class, glyph, words) = if tally.failed > 0 {
        let rules = super::text::count(tally.failed, "rule is", "rules are");
        ("failed", glyph(Standing::Failed), format!("{rules} broken"))
    } else if !report.not_run.is_empty() {
        let all = tally.total() + report.not_run.len();
        let words = format!("Only {} of {all} rules ran", tally.total());
        ("warning", glyph(Standing::Warning), words)
    } else if tally.passed == 0 {
        ("warning", glyph(Standing::Warning), "Nothing proven".into())
    } else {
        let words = if report.vectors.files == 0 {
            "Conforms, but interoperability is unproven"
        } else {
            "Conforms"
        };
        ("passed", glyph(Standing::Passed), words.into())
    };
    Verdict {
        class,
        glyph,
        words,
    }
}

/// One character for a standing.
pub(super) fn glyph(standing: Standing) -> &'static str {
    match standing {
        Standing::Passed => "\u{2713}",
        Standing::Failed => "\u{2715}",
        Standing::Warning => "!",
        Standing::Allowed => "~",
        Standing::Unsupported => "\u{2013}",
    }
}

/// The bar of a tally. What it says stands beside it in words, so it is a picture for the eye only.
pub(super) fn bar(tally: &Tally) -> Markup {
    html! {
        div class="bar" aria-hidden="true" {
            @for standing in Standing::ALL {
                @let count = tally.count(standing);
                @if count > 0 {
                    span class=(standing.as_str()) style=(format!("flex-grow:{count}")) {
                        (glyph(standing))
                    }
                }
            }
        }
    }
}

/// The counts of a tally with their glyphs.
pub(super) fn legend(tally: &Tally) -> Markup {
    html! {
        ul class="legend" {
            @for standing in Standing::ALL {
                @let count = tally.count(standing);
                @if count > 0 {
                    li { (badge(standing)) " " b { (count) } " " (standing.as_str()) }
                }
            }
        }
    }
}

/// The glyph of a standing on its colour.
pub(super) fn badge(standing: Standing) -> Markup {
    html! {
        span class=(format!("badge {}", standing.as_str())) aria-hidden="true" { (glyph(standing)) }
    }
}
