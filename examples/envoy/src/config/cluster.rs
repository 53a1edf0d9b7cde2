//! Clusters.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{address, any_of, half, merge, module, transport_socket};
use crate::wire::Wire;

/// A cluster.
pub(crate) struct Cluster {
    name: &'static str,
    endpoints: Vec<Value>,
    half: Option<Value>,
    more: Value,
}

impl Cluster {
    /// A cluster with these endpoints, which speak the protocol.
    pub(crate) fn new(name: &'static str, endpoints: impl IntoIterator<Item = SocketAddr>) -> Self {
        let endpoint = |to| json!({"endpoint": {"address": address(to)}});
        Self {
            name,
            endpoints: endpoints.into_iter().map(endpoint).collect(),
            half: Some(json!({})),
            more: json!({}),
        }
    }

    /// A cluster with these endpoints, as Envoy reads them.
    pub(crate) fn of(name: &'static str, endpoints: Vec<Value>) -> Self {
        Self {
            endpoints,
            ..Self::new(name, [])
        }
    }

    /// Tells the upstream half more than the codec's name.
    pub(crate) fn half(mut self, config: Value) -> Self {
        self.half = Some(config);
        self
    }

    /// Without the module: the endpoints speak HTTP.
    pub(crate) fn plain(mut self) -> Self {
        self.half = None;
        self
    }

    /// Adds to, or replaces, what Envoy reads.
    pub(crate) fn set(mut self, more: Value) -> Self {
        merge(&mut self.more, more);
        self
    }

    pub(super) fn render(self, wire: &dyn Wire) -> Value {
        let Self {
            name,
            endpoints,
            half: config,
            more,
        } = self;
        let streams = json!({
            // Without ids, the first requests would otherwise wait for each other on one connection.
            "max_concurrent_streams": if wire.has_ids() { 1_000_000 } else { 1 },
            "initial_stream_window_size": 16_777_216,
            "initial_connection_window_size": 268_435_456,
        });
        let options = any_of(
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            json!({"explicit_http_config": {"http2_protocol_options": streams}}),
        );
        let mut cluster = json!({
            "name": name,
            "type": "STATIC",
            "connect_timeout": "1s",
            "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options,
            },
            "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
        });
        if let Some(config) = config {
            cluster["transport_socket"] =
                transport_socket("upstream", module(wire), half(wire, &config));
        }
        merge(&mut cluster, more);
        cluster
    }
}
