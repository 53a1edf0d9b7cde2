//! Routes of the connection manager.

use serde_json::{Value, json};

use super::module::header;
use super::{GlobalLimit, Route, limits, matching};
use crate::document::destination_rule::HashOf;
use crate::document::meta_router::Change;
use crate::duration;
use crate::options::Options;

/// Renders routes. A limit that is for some messages only makes two of each: one for those, which the service is asked
/// about, and one for the others.
pub(super) fn render(
    routes: &[Route],
    limit: Option<&GlobalLimit>,
    options: &Options,
) -> Vec<Value> {
    let mut rendered = Vec::new();
    for route in routes {
        let attributes = limit.map(|limit| limit.attributes.as_slice());
        let plain = one(route, options);
        if let (Some(attributes), Some(limit)) = (attributes, limit) {
            let mut limited = plain.clone();
            let headers = [route.attributes.as_slice(), attributes].concat();
            limited["match"] = matches(&matching::headers(&headers));
            limited["route"]["rate_limits"] = limits::actions(limit);
            rendered.push(limited);
        }
        if attributes.is_none_or(|attributes| !attributes.is_empty()) {
            rendered.push(plain);
        }
    }
    rendered
}

fn one(route: &Route, options: &Options) -> Value {
    let mut rendered = json!({});
    if !route.name.is_empty() {
        rendered["name"] = json!(route.name);
    }
    rendered["match"] = matches(&matching::headers(&route.attributes));
    rendered["route"] = action(route, options);
    for (name, changes) in [("request", &route.request), ("response", &route.response)] {
        let (set, removed): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(|change| change.value.is_some());
        if !set.is_empty() {
            let set: Vec<Value> = set.into_iter().map(addition).collect();
            rendered[format!("{name}_headers_to_add")] = json!(set);
        }
        if !removed.is_empty() {
            let removed: Vec<String> = removed.iter().map(|change| header(&change.key)).collect();
            rendered[format!("{name}_headers_to_remove")] = json!(removed);
        }
    }
    rendered
}

fn matches(headers: &[Value]) -> Value {
    if headers.is_empty() {
        json!({ "prefix": "/" })
    } else {
        json!({ "prefix": "/", "headers": headers })
    }
}

fn action(route: &Route, options: &Options) -> Value {
    let mut action = match &route.clusters[..] {
        [(name, _)] => json!({ "cluster": name }),
        clusters => {
            let clusters = clusters.iter();
            let clusters: Vec<Value> = clusters
                .map(|(name, weight)| json!({ "name": name, "weight": weight }))
                .collect();
            json!({ "weighted_clusters": { "clusters": clusters } })
        }
    };
    action["timeout"] = json!(duration::render(options.timeout.unwrap_or_default()));
    if let Some(hash) = &route.hash {
        action["hash_policy"] = match hash {
            HashOf::Property(key) => json!([{ "header": { "header_name": header(key) } }]),
            HashOf::Source => json!([{ "connection_properties": { "source_ip": true } }]),
        };
    }
    if let Some(mirror) = &route.mirror {
        let fraction = json!({ "numerator": mirror.millionths, "denominator": "MILLION" });
        action["request_mirror_policies"] = json!([{
            "cluster": mirror.cluster,
            "runtime_fraction": { "default_value": fraction },
        }]);
    }
    action
}

/// A value is text and no format, so that Envoy must be kept from reading `%` as the beginning of a command; and it drops
/// empty ones unless told otherwise.
fn addition(change: &Change) -> Value {
    let value = change.value.as_deref().unwrap_or_default();
    let mut addition = json!({
        "header": { "key": header(&change.key), "value": value.replace('%', "%%") },
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    });
    if value.is_empty() {
        addition["keep_empty_value"] = json!(true);
    }
    addition
}
