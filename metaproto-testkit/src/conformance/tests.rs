//! The catalogue holds together.

use std::collections::BTreeSet;

use super::*;

#[test]
fn ids_and_names_are_unique_and_belong_together() {
    let mut ids = BTreeSet::new();
    for rule in Rule::all() {
        assert!(ids.insert(rule.id), "{} is used twice", rule.id);
        assert!(
            rule.name
                .starts_with(&format!("{}_", rule.id.to_ascii_lowercase())),
            "{}",
            rule.name
        );
        for text in [rule.title, rule.why, rule.fix] {
            assert!(
                !text.is_empty() && !text.ends_with('.'),
                "{}: {text:?}",
                rule.id
            );
        }
    }
}

/// The list in the macro is written by hand: macros cannot see the catalogue.
#[test]
fn the_macro_has_a_test_for_every_rule() {
    let source = include_str!("mod.rs");
    for rule in Rule::all() {
        let line = format!("{} = \"{}\";", rule.name, rule.id);
        assert!(source.contains(&line), "conformance! lacks `{line}`");
    }
    let listed = source
        .lines()
        .filter(|line| line.ends_with("\";") && line.contains(" = \""))
        .count();
    assert_eq!(listed, Rule::all().count());
}
