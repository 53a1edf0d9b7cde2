//! A report full of what markup takes for its own, in every text that there is.

use metaproto_testkit::report::{
    Branch, Coverage, DumpRow, Failure, KindCoverage, Level, Mark, Outcome, Report, RuleReport,
    VectorCount,
};

/// The text that is everywhere in it.
pub(crate) const TEXT: &str =
    "</code><script>alert(\"1\")</script>&amp;'\u{0}\u{202e}\u{1b}[31m]]>";

pub(crate) fn report() -> Report {
    let text = || TEXT.to_owned();
    let failure = || Failure {
        text: text(),
        expected: (text(), text()),
        actual: (text(), text() + TEXT),
        input: text(),
        dump: vec![DumpRow {
            offset: usize::MAX,
            bytes: vec![Some(b'<'); 40],
            cuts: vec![0, 16, usize::MAX],
            marks: vec![
                mark(0, usize::MAX),
                mark(usize::MAX, usize::MAX),
                mark(3, 0),
                mark(15, 9),
            ],
        }],
        saved: Some(text()),
        replay: text(),
    };
    let rule = |outcome| RuleReport {
        id: text(),
        name: text(),
        title: text(),
        level: Level::Must,
        why: text(),
        fix: text(),
        outcome,
        cases: usize::MAX,
    };
    Report {
        codec: text(),
        package: text(),
        strict: true,
        rules: vec![
            rule(Outcome::Failed(failure())),
            rule(Outcome::Unsupported { reason: text() }),
            rule(Outcome::Allowed {
                reason: text(),
                failure: Some(failure()),
            }),
        ],
        not_run: vec![text()],
        vectors: VectorCount::default(),
        coverage: Coverage {
            kinds: vec![KindCoverage {
                direction: text(),
                kind: text(),
                declared: false,
                vectors: 1,
                generated: 0,
            }],
            branches: vec![Branch {
                direction: text(),
                path: text(),
                vectors: 0,
                generated: 0,
            }],
        },
    }
}

fn mark(start: usize, len: usize) -> Mark {
    Mark {
        start,
        len,
        name: TEXT.into(),
        wrong: true,
    }
}
