//! Clusters.

use serde_json::{Value, json};

use super::Cluster;
use super::listener::MAX_STREAMS;
use crate::document::destination_rule::{Algorithm, Balancing, Outliers, Policy, Pool};
use crate::duration;
use crate::hosts::Endpoint;

/// As in Istio, what nobody limited has no limit.
const UNLIMITED: u64 = u32::MAX as u64;

pub(super) fn render(name: &str, cluster: &Cluster, socket: Option<Value>) -> Value {
    let kind = if cluster.reach.by_name {
        "STRICT_DNS"
    } else {
        "STATIC"
    };
    let mut rendered = json!({ "name": name, "type": kind });
    let pool = cluster.policy.pool.clone().unwrap_or_default();
    if let Some(timeout) = pool.connect_timeout {
        rendered["connect_timeout"] = json!(duration::render(timeout));
    }
    balance(&mut rendered, &cluster.policy);
    rendered["circuit_breakers"] = json!({ "thresholds": [{
        "max_connections": pool.max_connections.unwrap_or(UNLIMITED),
        "max_pending_requests": pool.max_pending_requests.unwrap_or(UNLIMITED),
        "max_requests": pool.max_requests.unwrap_or(UNLIMITED),
        "max_retries": pool.max_retries.unwrap_or(UNLIMITED),
    }] });
    if let Some(outliers) = &cluster.policy.outliers {
        rendered["outlier_detection"] = outlier_detection(outliers);
        rendered["common_lb_config"] =
            json!({ "healthy_panic_threshold": { "value": outliers.min_health_percent } });
    }
    rendered["typed_extension_protocol_options"] = json!({
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": protocol(&pool),
    });
    if let Some(socket) = socket {
        rendered["transport_socket"] = socket;
    }
    let endpoints: Vec<Value> = cluster.reach.endpoints.iter().map(endpoint).collect();
    rendered["load_assignment"] =
        json!({ "cluster_name": name, "endpoints": [{ "lb_endpoints": endpoints }] });
    rendered
}

/// Least requests where nothing is said, as in Istio.
fn balance(cluster: &mut Value, policy: &Policy) {
    cluster["lb_policy"] = match &policy.balancing {
        None => json!("LEAST_REQUEST"),
        Some(Balancing::Simple(simple)) => json!(simple),
        Some(Balancing::Hash { by, .. }) => match by {
            Algorithm::RingHash { minimum_size } => {
                cluster["ring_hash_lb_config"] = json!({ "minimum_ring_size": minimum_size });
                json!("RING_HASH")
            }
            Algorithm::Maglev { table_size } => {
                if let Some(size) = table_size {
                    cluster["maglev_lb_config"] = json!({ "table_size": size });
                }
                json!("MAGLEV")
            }
        },
    };
}

fn outlier_detection(outliers: &Outliers) -> Value {
    // The reference system ejects for nothing but consecutive errors.
    let mut detection = json!({ "enforcing_success_rate": 0 });
    for (name, errors) in [
        ("consecutive_5xx", outliers.consecutive_errors),
        (
            "consecutive_gateway_failure",
            outliers.consecutive_gateway_errors,
        ),
    ] {
        match errors {
            None => {}
            Some(0) => detection[format!("enforcing_{name}")] = json!(0),
            Some(errors) => {
                detection[name] = json!(errors);
                detection[format!("enforcing_{name}")] = json!(100);
            }
        }
    }
    if let Some(interval) = outliers.interval {
        detection["interval"] = json!(duration::render(interval));
    }
    if let Some(time) = outliers.base_ejection_time {
        detection["base_ejection_time"] = json!(duration::render(time));
    }
    if let Some(percent) = outliers.max_ejection_percent {
        detection["max_ejection_percent"] = json!(percent);
    }
    detection
}

fn protocol(pool: &Pool) -> Value {
    let mut options = json!({
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    });
    let mut common = json!({});
    if let Some(requests) = pool
        .max_requests_per_connection
        .filter(|requests| *requests > 0)
    {
        common["max_requests_per_connection"] = json!(requests);
    }
    if let Some(timeout) = pool.idle_timeout {
        common["idle_timeout"] = json!(duration::render(timeout));
    }
    if common != json!({}) {
        options["common_http_protocol_options"] = common;
    }
    options["explicit_http_config"] =
        json!({ "http2_protocol_options": { "max_concurrent_streams": MAX_STREAMS } });
    options
}

fn endpoint(endpoint: &Endpoint) -> Value {
    let address = json!({ "address": endpoint.address, "port_value": endpoint.port });
    let mut rendered = json!({ "endpoint": { "address": { "socket_address": address } } });
    if let Some(weight) = endpoint.weight {
        rendered["load_balancing_weight"] = json!(weight);
    }
    rendered
}
