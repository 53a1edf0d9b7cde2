//! Listeners.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::{address, filter, merge, network_filter, transport_socket, typed};
use crate::wire::Wire;

/// A listener: the downstream half, then the HTTP connection manager.
pub(crate) struct Listener {
    name: &'static str,
    address: SocketAddr,
    half: Value,
    routes: Value,
    filters: Vec<Value>,
    manager: Value,
    chain: Value,
}

impl Listener {
    /// A listener whose routes these are.
    pub(crate) fn new(name: &'static str, routes: Vec<Value>) -> Self {
        Self::with(name, json!({"route_config": table(routes)}))
    }

    /// A listener whose routes are read from a file, and read again whenever it is replaced.
    pub(crate) fn from_file(name: &'static str, routes: &Path) -> Self {
        let source = json!({"path_config_source": {"path": routes}, "resource_api_version": "V3"});
        let rds = json!({"route_config_name": "routes", "config_source": source});
        Self::with(name, json!({"rds": rds}))
    }

    fn with(name: &'static str, routes: Value) -> Self {
        Self {
            name,
            address: ([127, 0, 0, 1], 0).into(),
            half: json!({}),
            routes,
            filters: Vec::new(),
            manager: json!({}),
            chain: json!({}),
        }
    }

    /// Listens at this address, and not at a free port.
    pub(crate) fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Tells the downstream half more than the codec's name.
    pub(crate) fn half(mut self, config: Value) -> Self {
        self.half = config;
        self
    }

    /// Calls come to the virtual host of this domain; all else has no route.
    pub(crate) fn domain(mut self, name: &str) -> Self {
        self.routes["route_config"]["virtual_hosts"][0]["domains"] = json!([name]);
        self
    }

    /// Adds an HTTP filter before the router.
    pub(crate) fn filter(mut self, filter: Value) -> Self {
        self.filters.push(filter);
        self
    }

    /// Adds to, or replaces, what Envoy reads of the connection manager.
    pub(crate) fn manager(mut self, more: Value) -> Self {
        merge(&mut self.manager, more);
        self
    }

    /// Adds to, or replaces, what Envoy reads of the filter chain.
    pub(crate) fn chain(mut self, more: Value) -> Self {
        merge(&mut self.chain, more);
        self
    }

    pub(super) fn render(self, wire: &dyn Wire) -> Value {
        let mut filters = self.filters;
        filters.push(filter::router());
        let mut manager = json!({
            "stat_prefix": self.name,
            "codec_type": "HTTP2",
            "generate_request_id": false,
            "server_header_transformation": "PASS_THROUGH",
            "skip_xff_append": true,
            "http2_protocol_options": {"max_concurrent_streams": 1_000_000},
            "http_filters": filters,
        });
        merge(&mut manager, self.routes);
        merge(&mut manager, self.manager);
        let manager = typed(
            "envoy.filters.network.http_connection_manager",
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            manager,
        );
        let downstream = network_filter(wire, "downstream", &self.half);
        let mut chain = json!({"filters": [downstream, manager]});
        merge(&mut chain, self.chain);
        json!({
            "name": self.name,
            "address": address(self.address),
            "filter_chains": [chain],
        })
    }
}

/// Makes the downstream half the transport socket of its filter chains; the filter in its place counts.
pub(super) fn over_sockets(listener: &mut Value) {
    let chains = listener["filter_chains"].as_array_mut();
    for chain in chains.into_iter().flatten() {
        let filter = &mut chain["filters"][0]["typed_config"];
        if filter["filter_name"] == "downstream" {
            filter["filter_name"] = "counters".into();
            let module = filter["dynamic_module_config"].clone();
            let config = filter["filter_config"].clone();
            chain["transport_socket"] = transport_socket("downstream", module, config);
        }
    }
}

/// A table of these routes.
pub(super) fn table(routes: Vec<Value>) -> Value {
    let host = json!({"name": "all", "domains": ["*"], "routes": routes});
    json!({"name": "routes", "virtual_hosts": [host]})
}
