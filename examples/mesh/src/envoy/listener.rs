//! Listeners.

use serde_json::{Value, json};

use super::{Listener, Shown, address, limits, module, route};
use crate::options::Options;

/// Streams of one connection that the connection manager takes. The module opens fewer: its own limit, `in_flight`, is
/// what counts.
pub(super) const MAX_STREAMS: u32 = 1_000_000;

pub(super) fn render(listener: &Listener, shown: &Shown, options: &Options) -> Value {
    let manager = json!({
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": manager(listener, options),
    });
    let filters = [module::filter(&listener.codec, shown, options), manager];
    json!({
        "name": listener.name,
        "address": address(listener.address),
        "filter_chains": [{ "filters": filters }],
    })
}

fn manager(listener: &Listener, options: &Options) -> Value {
    let limit = listener.global_limit.as_ref();
    let mut filters = Vec::new();
    filters.extend(
        listener
            .local_limit
            .as_ref()
            .map(|it| limits::local(it, &listener.host)),
    );
    filters.extend(limit.map(limits::global));
    filters.push(json!({
        "name": "envoy.filters.http.router",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
            "suppress_envoy_headers": true,
        },
    }));
    // No headers are made up, for each costs time; and what a message waits for, the documents say.
    json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": listener.name,
        "codec_type": "HTTP2",
        "generate_request_id": false,
        "server_header_transformation": "PASS_THROUGH",
        "skip_xff_append": true,
        "stream_idle_timeout": "0s",
        "common_http_protocol_options": { "idle_timeout": "0s" },
        "http2_protocol_options": { "max_concurrent_streams": MAX_STREAMS },
        "http_filters": filters,
        "route_config": {
            "name": listener.name,
            "virtual_hosts": [{
                "name": listener.host,
                "domains": ["*"],
                "routes": route::render(&listener.routes, limit, options),
            }],
        },
    })
}
