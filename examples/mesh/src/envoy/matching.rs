//! Conditions on properties as conditions on headers.

use serde_json::{Value, json};

use super::module::header;
use crate::document::attributes::{Attribute, Test};

/// Matchers of headers, all of which must match.
pub(super) fn headers(attributes: &[Attribute]) -> Vec<Value> {
    attributes.iter().map(matcher).collect()
}

fn matcher(attribute: &Attribute) -> Value {
    let name = header(&attribute.key);
    match &attribute.test {
        Test::Exact(value) => json!({ "name": name, "string_match": { "exact": value } }),
        Test::Prefix(value) => json!({ "name": name, "string_match": { "prefix": value } }),
        Test::Regex(regex) => {
            json!({ "name": name, "string_match": { "safe_regex": { "regex": regex } } })
        }
        Test::Present => json!({ "name": name, "present_match": true }),
    }
}

/// The same where Envoy demands at least one: for every message, the path, which each has.
pub(super) fn headers_or_any(attributes: &[Attribute]) -> Vec<Value> {
    if attributes.is_empty() {
        return vec![json!({ "name": ":path", "present_match": true })];
    }
    headers(attributes)
}
