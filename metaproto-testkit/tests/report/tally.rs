//! What the outcomes add up to.

use metaproto_testkit::report::{Level, Standing, Tally};

use crate::sample;

#[test]
fn strictness_decides_what_a_recommendation_weighs() {
    let mut rule = sample::failing("D009", Level::Should);
    assert_eq!(rule.standing(false), Standing::Warning);
    assert_eq!(rule.standing(true), Standing::Failed);
    rule.level = Level::Must;
    assert_eq!(rule.standing(false), Standing::Failed);
    rule.level = Level::Info;
    assert_eq!(rule.standing(true), Standing::Warning);
}

#[test]
fn the_tally_in_words() {
    let report = sample::report();
    assert_eq!(
        report.tally().to_string(),
        "44 passed, 3 failed, 1 warning, 2 allowed, 3 unsupported"
    );
    assert_eq!(report.tally().total(), report.rules.len());
    assert_eq!(Tally::default().to_string(), "no rules ran");
}
