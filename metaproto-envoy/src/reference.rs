//! The page of the reference, `docs/envoy-reference.md`, beside the code that it speaks of.

use std::collections::BTreeSet;

use metaproto_codec::Fault;
use serde_json::{Value, json};

use crate::config::Config;
use crate::tally::{Counter, Histogram};

const PAGE: &str = include_str!("../../docs/envoy-reference.md");

/// The part of the page between `<!-- NAME -->` and `<!-- end of the NAME -->`.
fn part(name: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("<!-- {name} -->\n")).unwrap();
    let (part, _) = rest
        .split_once(&format!("<!-- end of the {name} -->"))
        .unwrap();
    part
}

/// The cells of the table in a part, but for its head.
pub(crate) fn rows(name: &str) -> Vec<Vec<String>> {
    let lines = part(name).lines().skip(2);
    lines
        .map(|line| {
            let line = line.trim().trim_matches('|');
            line.split('|').map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// What stands in backquotes.
pub(crate) fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The keys of a configuration, dots between those of objects in objects, with their values.
fn flatten(value: &Value, name: &str, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(value, &format!("{name}{dot}{key}"), into);
            }
        }
        value => into.push((name.to_owned(), value.clone())),
    }
}

/// The configuration of codec `x` with this value of the key, dots and all.
fn with(key: &str, value: &Value) -> Result<Config, String> {
    let value = key
        .rsplit('.')
        .fold(value.clone(), |value, key| json!({ key: value }));
    let mut config = json!({"codec": "x"});
    for (key, value) in value.as_object().unwrap() {
        config[key] = value.clone();
    }
    Config::parse(config.to_string().as_bytes())
}

#[test]
fn every_key_has_a_row_with_its_default() {
    let mut keys = Vec::new();
    let defaults = serde_json::to_value(Config::of("x")).unwrap();
    flatten(&defaults, "", &mut keys);
    keys.sort_by(|(one, _), (other, _)| one.cmp(other));
    let rows = rows("keys").into_iter().map(|row| {
        let key = quoted(&row[0])[0].to_owned();
        let default = match quoted(&row[1])[..] {
            [default] => serde_json::from_str(default).unwrap(),
            _ => {
                assert!(Config::parse(b"{}").unwrap_err().contains(&key), "{row:?}");
                json!("x")
            }
        };
        (key, default)
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(rows, keys);
}

#[test]
fn every_word_that_is_a_value_is_named_and_no_other() {
    let mut checked = 0;
    for row in rows("keys") {
        let key = quoted(&row[0])[0];
        let Err(error) = with(key, &json!("?")) else {
            continue;
        };
        // What serde says is expected, the given word apart.
        let expected: BTreeSet<&str> = quoted(&error).into_iter().filter(|it| *it != "?").collect();
        if expected.is_empty() || key == "header_prefix" {
            continue;
        }
        let named: BTreeSet<&str> = quoted(&row[2]).into_iter().collect();
        assert_eq!(named, expected, "{key}: {error}");
        for word in named {
            with(key, &json!(word)).unwrap();
        }
        checked += 1;
    }
    // `body`, `heartbeats` and both of `headers`.
    assert_eq!(checked, 4);
}

#[test]
fn every_counter_and_histogram_is_named() {
    let rows = rows("counters");
    let named: Vec<&str> = rows.iter().flat_map(|row| quoted(&row[0])).collect();
    let histograms = Histogram::NAMES.map(str::to_owned);
    let all: Vec<String> = Counter::names().chain(histograms).collect();
    assert_eq!(named, all);
}

#[test]
fn every_rule_is_named() {
    assert_eq!(quoted(part("rules")), Fault::RULES);
}
