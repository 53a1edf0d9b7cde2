//! Configurations of Envoy, as JSON: listeners with the downstream half of the module, clusters with the upstream half.

mod cluster;
pub(crate) mod filter;
mod listener;
mod route;

use serde_json::{Value, json};

pub(crate) use cluster::Cluster;
pub(crate) use listener::Listener;
pub(crate) use route::{any, replace_file, route, route_by};

use crate::wire::Wire;

/// The configuration of one Envoy.
#[derive(Clone)]
pub(crate) struct Config {
    wire: &'static dyn Wire,
    bootstrap: Value,
    /// Worker threads.
    pub(crate) concurrency: u32,
}

impl Config {
    /// Without listeners and clusters.
    pub(crate) fn new(wire: &'static dyn Wire) -> Self {
        let internal = typed(
            "envoy.bootstrap.internal_listener",
            "envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
            json!({}),
        );
        let bootstrap = json!({
            "node": {"id": "matrix", "cluster": "matrix"},
            "admin": {"address": address(([127, 0, 0, 1], 0).into())},
            "bootstrap_extensions": [internal],
            "static_resources": {"listeners": [], "clusters": []},
        });
        Self {
            wire,
            bootstrap,
            concurrency: 1,
        }
    }

    /// What is added from now on is of this protocol.
    pub(crate) fn of(mut self, wire: &'static dyn Wire) -> Self {
        self.wire = wire;
        self
    }

    /// Adds a listener.
    pub(crate) fn listener(mut self, listener: Listener) -> Self {
        push(
            &mut self.bootstrap["static_resources"]["listeners"],
            listener.render(self.wire),
        );
        self
    }

    /// Adds a listener whose downstream half is a transport socket.
    pub(crate) fn socket_listener(mut self, listener: Listener) -> Self {
        let mut listener = listener.render(self.wire);
        listener::over_sockets(&mut listener);
        push(
            &mut self.bootstrap["static_resources"]["listeners"],
            listener,
        );
        self
    }

    /// Adds a cluster with the upstream half.
    pub(crate) fn cluster(mut self, cluster: Cluster) -> Self {
        push(
            &mut self.bootstrap["static_resources"]["clusters"],
            cluster.render(self.wire),
        );
        self
    }

    /// What is added from now on speaks this.
    pub(crate) fn speaking(mut self, wire: &'static dyn Wire) -> Self {
        self.wire = wire;
        self
    }

    /// Adds a listener that is written as Envoy reads it.
    pub(crate) fn raw_listener(mut self, listener: Value) -> Self {
        push(
            &mut self.bootstrap["static_resources"]["listeners"],
            listener,
        );
        self
    }

    /// With so many worker threads, instead of one.
    pub(crate) fn concurrency(mut self, threads: u32) -> Self {
        self.concurrency = threads;
        self
    }

    /// The same with each downstream half as the transport socket of its listener, and a filter in its place that counts.
    pub(crate) fn over_sockets(&self) -> Self {
        let mut config = self.clone();
        let listeners = &mut config.bootstrap["static_resources"]["listeners"];
        let listeners = listeners.as_array_mut().into_iter();
        listeners.flatten().for_each(listener::over_sockets);
        config
    }

    /// The whole, as Envoy reads it.
    pub(crate) fn render(&self) -> String {
        format!("{:#}", self.bootstrap)
    }
}

/// An extension by name, with a configuration of this type.
pub(crate) fn typed(name: &str, r#type: &str, config: Value) -> Value {
    json!({"name": name, "typed_config": any_of(r#type, config)})
}

/// A configuration of this type.
pub(crate) fn any_of(r#type: &str, config: Value) -> Value {
    let mut any = json!({"@type": format!("type.googleapis.com/{type}")});
    merge(&mut any, config);
    any
}

/// The address of a socket.
pub(crate) fn address(address: std::net::SocketAddr) -> Value {
    json!({"socket_address": {"address": address.ip(), "port_value": address.port()}})
}

/// The name of a module and what is common to all that name one.
pub(crate) fn module(wire: &dyn Wire) -> Value {
    json!({"name": wire.module(), "do_not_close": true})
}

/// What a half is told.
pub(crate) fn half(wire: &dyn Wire, more: &Value) -> Value {
    let mut value = json!({"codec": wire.codec_name()});
    merge(&mut value, more.clone());
    any_of("google.protobuf.Struct", json!({"value": value}))
}

/// The module as a network filter: its downstream half, or its upstream half in an internal listener.
pub(crate) fn network_filter(wire: &dyn Wire, half_name: &str, more: &Value) -> Value {
    let config = json!({
        "dynamic_module_config": module(wire),
        "filter_name": half_name,
        "filter_config": half(wire, more),
    });
    typed(
        "envoy.filters.network.dynamic_modules",
        "envoy.extensions.filters.network.dynamic_modules.v3.DynamicModuleNetworkFilter",
        config,
    )
}

/// The module as a transport socket: its upstream half in a cluster, or its downstream half in a listener.
pub(crate) fn transport_socket(half_name: &str, module: Value, config: Value) -> Value {
    typed(
        "envoy.transport_sockets.dynamic_modules",
        "envoy.extensions.transport_sockets.dynamic_modules.v3.DynamicModuleTransportSocket",
        json!({
            "dynamic_module_config": module,
            "transport_socket_name": half_name,
            "transport_socket_config": config,
        }),
    )
}

/// Objects are merged, all else is replaced.
pub(crate) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn push(list: &mut Value, value: Value) {
    if let Value::Array(list) = list {
        list.push(value);
    }
}
