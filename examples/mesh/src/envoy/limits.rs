//! Rate limits as HTTP filters.

use serde_json::{Value, json};

use super::module::header;
use super::{GlobalLimit, matching};
use crate::document::meta_router::{Bucket, LocalLimit};
use crate::duration;

/// The filter that limits by itself.
///
/// The first condition that matches chooses the bucket. Envoy would take from the buckets of all that match, so that the
/// descriptor of each condition also says that none of those before matched.
pub(super) fn local(limit: &LocalLimit, host: &str) -> Value {
    let all = json!({ "default_value": { "numerator": 100 } });
    let mut config = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
        "stat_prefix": host,
        "filter_enabled": all,
        "filter_enforced": all,
    });
    if let Some(found) = &limit.bucket {
        config["token_bucket"] = bucket(found);
    }
    let mut buckets = Vec::new();
    let mut actions = Vec::new();
    for (index, (attributes, found)) in limit.conditions.iter().enumerate() {
        let earlier = limit.conditions.iter().take(index).enumerate();
        let mut texts: Vec<String> = Vec::new();
        let mut matchers = Vec::new();
        for (index, (attributes, _)) in earlier {
            texts.push(format!("not {index}"));
            matchers.push((attributes, false));
        }
        texts.push(format!("{index}"));
        matchers.push((attributes, true));
        let entries = texts
            .iter()
            .zip(matchers)
            .map(|(text, (attributes, expected))| {
                json!({ "header_value_match": {
                "descriptor_key": "condition",
                "descriptor_value": text,
                "expect_match": expected,
                "headers": matching::headers_or_any(attributes),
            } })
            });
        actions.push(json!({ "actions": entries.collect::<Vec<_>>() }));
        let entries: Vec<Value> = texts
            .iter()
            .map(|text| json!({ "key": "condition", "value": text }))
            .collect();
        buckets.push(json!({ "entries": entries, "token_bucket": bucket(found) }));
    }
    if !buckets.is_empty() {
        config["always_consume_default_token_bucket"] = json!(false);
        config["rate_limits"] = json!(actions);
        config["descriptors"] = json!(buckets);
    }
    json!({ "name": "envoy.filters.http.local_ratelimit", "typed_config": config })
}

/// The filter that asks a service.
pub(super) fn global(limit: &GlobalLimit) -> Value {
    let mut config = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
        "domain": limit.domain,
        "timeout": duration::render(limit.timeout),
        "failure_mode_deny": limit.deny_on_fail,
        "rate_limit_service": {
            "grpc_service": { "envoy_grpc": { "cluster_name": limit.cluster } },
            "transport_api_version": "V3",
        },
    });
    if limit.deny_on_fail {
        // To the client it is over the limit, not an error of the server.
        config["status_on_error"] = json!({ "code": "TooManyRequests" });
    }
    json!({ "name": "envoy.filters.http.ratelimit", "typed_config": config })
}

/// What a route asks the service: one descriptor for each property.
pub(super) fn actions(limit: &GlobalLimit) -> Value {
    let descriptors = limit.descriptors.iter();
    let actions = descriptors.map(|(property, key)| {
        json!({ "actions": [
            { "request_headers": { "header_name": header(property), "descriptor_key": key } },
        ] })
    });
    actions.collect()
}

fn bucket(bucket: &Bucket) -> Value {
    json!({
        "max_tokens": bucket.max_tokens,
        "tokens_per_fill": bucket.tokens_per_fill,
        "fill_interval": duration::render(bucket.fill_interval),
    })
}
