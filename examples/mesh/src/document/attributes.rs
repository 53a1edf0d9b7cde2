//! `match.attributes`: conditions on the properties of a message.

use serde_json::Value;

use crate::problem::{Place, Problems};
use crate::reader::Fields;

/// A condition on one property.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// The property's name.
    pub(crate) key: String,
    pub(crate) test: Test,
}

/// What the value of a property must be.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// This text.
    Exact(String),
    /// A text that begins like this.
    Prefix(String),
    /// A text that this regular expression matches as a whole.
    Regex(String),
    /// Any text, as long as the property is there.
    Present,
}

/// The conditions in the `match` of what `fields` describes; all must hold, and none match every message.
pub(crate) fn read(fields: &Fields<'_>) -> Vec<Attribute> {
    let Some(matches) = fields.object("match") else {
        return Vec::new();
    };
    let entries = matches.entries("attributes").into_iter();
    entries
        .filter_map(|(key, place, value)| {
            let problems = matches.problems();
            let key = property(&key, &place, problems);
            let test = test(&place, value, problems)?;
            Some(Attribute { key: key?, test })
        })
        .collect()
}

/// The name of a property as headers spell it: lower-case, for properties are matched without regard to case.
pub(crate) fn property(key: &str, place: &Place, problems: &Problems) -> Option<String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if key.is_empty() || !key.bytes().all(is_token) {
        let message = format!(
            "{key:?} cannot be the name of a header: letters, digits and !#$%&'*+-.^_`|~ can; properties with other names \
             are invisible to routes"
        );
        problems.report(place, message);
        return None;
    }
    Some(key.to_ascii_lowercase())
}

fn test(place: &Place, value: &Value, problems: &Problems) -> Option<Test> {
    if value.is_null() {
        return Some(Test::Present);
    }
    let fields = Fields::of(place.clone(), value, problems)?;
    let is_null = |name: &str| value.get(name).is_some_and(Value::is_null);
    let exact = fields.text("exact").map(Test::Exact);
    let prefix = fields.text("prefix").map(Test::Prefix);
    let regex = fields.text("regex").map(Test::Regex);
    let mut tests: Vec<Test> = [exact, prefix, regex].into_iter().flatten().collect();
    if tests.len() > 1 {
        problems.report(place, "several of exact, prefix and regex: keep one");
    }
    let Some(test) = tests.pop() else {
        let is_presence =
            value.as_object().is_some_and(serde_json::Map::is_empty) || is_null("regex");
        return is_presence.then_some(Test::Present);
    };
    match test {
        Test::Regex(regex) if regex == "*" => Some(Test::Present),
        Test::Regex(regex) => {
            let fault = match regex::Regex::new(&regex) {
                _ if regex.is_empty() => Some("empty".to_owned()),
                Err(error) => Some(last_line(&error)),
                Ok(_) => None,
            };
            if let Some(fault) = fault {
                let message = format!("no regular expression: {fault}; for any value write \"*\"");
                fields.report("regex", message);
            }
            Some(Test::Regex(regex))
        }
        Test::Prefix(prefix) if prefix.is_empty() => {
            fields.report("prefix", "empty: for any value write regex: \"*\"");
            None
        }
        test => Some(test),
    }
}

fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}
