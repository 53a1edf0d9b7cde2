//! HTTP filters, access logs and what else has a type of its own.

use std::path::Path;

use serde_json::{Value, json};

use super::{any_of, merge, typed};

const FAULT: &str = "envoy.extensions.filters.http.fault.v3.HTTPFault";
const LOCAL_RATELIMIT: &str = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";
const RBAC: &str = "envoy.extensions.filters.http.rbac.v3.RBAC";
const RATELIMIT: &str = "envoy.extensions.filters.http.ratelimit.v3.RateLimit";

/// What sends requests to clusters; the last of all.
pub(crate) fn router() -> Value {
    router_with(json!({}))
}

/// The same, told more.
pub(crate) fn router_with(more: Value) -> Value {
    let mut config = json!({"suppress_envoy_headers": true});
    merge(&mut config, more);
    typed(
        "envoy.filters.http.router",
        "envoy.extensions.filters.http.router.v3.Router",
        config,
    )
}

/// Makes faults.
pub(crate) fn fault(config: Value) -> Value {
    typed("envoy.filters.http.fault", FAULT, config)
}

/// Lets so many requests pass, and no more for a minute.
pub(crate) fn local_ratelimit(allowed: u32) -> Value {
    let always = json!({"default_value": {"numerator": 100}});
    typed(
        "envoy.filters.http.local_ratelimit",
        LOCAL_RATELIMIT,
        json!({
            "stat_prefix": "local",
            "token_bucket": {"max_tokens": allowed, "tokens_per_fill": allowed, "fill_interval": "60s"},
            "filter_enabled": always,
            "filter_enforced": always,
        }),
    )
}

/// Asks the cluster `limiter` whether requests may pass.
pub(crate) fn ratelimit() -> Value {
    let service = json!({
        "grpc_service": {"envoy_grpc": {"cluster_name": "limiter"}, "timeout": "5s"},
        "transport_api_version": "V3",
    });
    typed(
        "envoy.filters.http.ratelimit",
        RATELIMIT,
        json!({"domain": "matrix", "timeout": "5s", "failure_mode_deny": true, "rate_limit_service": service}),
    )
}

/// Denies what has this header with this value.
pub(crate) fn deny(name: &str, value: &str) -> Value {
    let header = json!({"name": name, "string_match": {"exact": value}});
    let policy = json!({"permissions": [{"header": header}], "principals": [{"any": true}]});
    typed(
        "envoy.filters.http.rbac",
        RBAC,
        json!({"rules": {"action": "DENY", "policies": {"denied": policy}}}),
    )
}

/// Writes one line for each request.
pub(crate) fn access_log(path: &Path, format: &str) -> Value {
    let format = json!({"text_format_source": {"inline_string": format!("{format}\n")}});
    let config = json!({"path": path, "log_format": format});
    typed(
        "envoy.access_loggers.file",
        "envoy.extensions.access_loggers.file.v3.FileAccessLog",
        config,
    )
}

/// Sends spans to the cluster `collector`.
pub(crate) fn zipkin() -> Value {
    typed(
        "envoy.tracers.zipkin",
        "envoy.config.trace.v3.ZipkinConfig",
        json!({
            "collector_cluster": "collector",
            "collector_endpoint": "/api/v2/spans",
            "collector_endpoint_version": "HTTP_JSON",
            "shared_span_context": false,
        }),
    )
}

/// TLS, with the certificate and key in these files, for a listener.
pub(crate) fn tls_server(certificate: &Path, key: &Path) -> Value {
    let pair = json!({
        "certificate_chain": {"filename": certificate},
        "private_key": {"filename": key},
    });
    typed(
        "envoy.transport_sockets.tls",
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        json!({"common_tls_context": {"tls_certificates": [pair]}}),
    )
}

/// TLS to a server `name` whose certificate this file has.
pub(crate) fn tls_client(certificate: &Path, name: &str) -> Value {
    let names = json!([{"san_type": "DNS", "matcher": {"exact": name}}]);
    let trusted = json!({
        "trusted_ca": {"filename": certificate},
        "match_typed_subject_alt_names": names,
    });
    typed(
        "envoy.transport_sockets.tls",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        json!({"sni": name, "common_tls_context": {"validation_context": trusted}}),
    )
}

/// A change of a header: sets it, whatever it was.
pub(crate) fn set_header(name: &str, value: &str) -> Value {
    json!([{
        "header": {"key": name, "value": value},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }])
}

/// To the host of an internal upstream connection, its metadata is passed on.
pub(crate) fn internal_upstream() -> Value {
    typed(
        "envoy.transport_sockets.internal_upstream",
        "envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport",
        json!({
            "passthrough_metadata": [{"kind": {"host": {}}, "name": "envoy.filters.listener.original_dst"}],
            "transport_socket": typed(
                "envoy.transport_sockets.raw_buffer",
                "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer",
                json!({}),
            ),
        }),
    )
}

/// Takes the destination from the metadata of an internal connection.
pub(crate) fn original_dst() -> Value {
    typed(
        "envoy.filters.listener.original_dst",
        "envoy.extensions.filters.listener.original_dst.v3.OriginalDst",
        json!({}),
    )
}

/// Passes bytes on to `cluster`.
pub(crate) fn tcp_proxy(cluster: &str) -> Value {
    typed(
        "envoy.filters.network.tcp_proxy",
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        json!({"stat_prefix": "inner", "cluster": cluster}),
    )
}

/// The same type, without a name, as routes read it.
pub(crate) fn fault_of_route(config: Value) -> Value {
    json!({"envoy.filters.http.fault": any_of(FAULT, config)})
}
