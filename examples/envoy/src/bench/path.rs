//! The ways that a message may take, and the Envoy on most of them.

use std::net::SocketAddr;

use anyhow::Result;
use serde_json::{Value, json};

use super::traffic::Echo;
use crate::config::{Cluster, Config, Listener, address, any, filter, route, typed};
use crate::envoy::{Envoy, Programs};
use crate::wire::{AwesomeRpc, Dubbo, Thrift, Wire};

/// A way from the client to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// As in the record; of a listener, its name.
    pub(super) name: &'static str,
    pub(super) protocol: Protocol,
    pub(super) via: Via,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Dubbo,
    AwesomeRpc,
    Thrift,
}

/// Who stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Via {
    /// Nobody.
    Nothing,
    /// Envoy.
    Envoy,
    /// Envoy with the modules of an earlier build.
    Before,
}

/// All, in the order of the record.
pub(super) const PATHS: [Path; 9] = [
    Path::new("direct", Protocol::Dubbo, Via::Nothing),
    Path::new("tcp_proxy", Protocol::Dubbo, Via::Envoy),
    Path::new(GENERIC, Protocol::Dubbo, Via::Envoy),
    Path::new(THRIFT_PROXY, Protocol::Thrift, Via::Envoy),
    Path::new(OURS, Protocol::Dubbo, Via::Envoy),
    Path::new(SOCKETS, Protocol::Dubbo, Via::Envoy),
    Path::new(AWESOME, Protocol::AwesomeRpc, Via::Envoy),
    Path::new(THRIFT, Protocol::Thrift, Via::Envoy),
    Path::new(BEFORE, Protocol::Dubbo, Via::Before),
];

/// What others are held against.
pub(super) const GENERIC: &str = "generic_proxy, Dubbo";
pub(super) const TCP: &str = "tcp_proxy";
/// What is held against it: the downstream half as a network filter, and as a transport socket.
pub(super) const OURS: &str = "metaproto, Dubbo";
pub(super) const SOCKETS: &str = "metaproto, Dubbo, sockets";
pub(super) const BEFORE: &str = "metaproto before, Dubbo";

const THRIFT_PROXY: &str = "thrift_proxy";
const AWESOME: &str = "metaproto, awesomeRPC";
const THRIFT: &str = "metaproto, Thrift";

impl Path {
    const fn new(name: &'static str, protocol: Protocol, via: Via) -> Self {
        Self {
            name,
            protocol,
            via,
        }
    }

    /// The listener of that path, in its Envoy.
    pub(super) fn listener(&self) -> &'static str {
        if self.via == Via::Before {
            OURS
        } else {
            self.name
        }
    }
}

impl Protocol {
    pub(super) const ALL: [Self; 3] = [Self::Dubbo, Self::AwesomeRpc, Self::Thrift];

    pub(super) fn wire(self) -> &'static dyn Wire {
        match self {
            Self::Dubbo => &Dubbo,
            Self::AwesomeRpc => &AwesomeRpc::STOCK,
            Self::Thrift => &Thrift,
        }
    }
}

/// Starts an Envoy with a listener for each path; `servers` are in the order of [`Protocol::ALL`].
pub(super) async fn start(programs: &Programs, servers: &[Echo]) -> Result<Envoy> {
    let [dubbo, awesome, thrift] = servers else {
        anyhow::bail!("a server for each protocol");
    };
    // The service is the authority, and the operation the path: so that Dubbo and Thrift need no headers to be routed.
    let by_service = |name| {
        bare(name, vec![any(action("dubbo"))])
            .half(json!({"authority": "interface", "headers": {"request": "none"}}))
            .domain("demo.Vault")
    };
    let by_header = bare(
        AWESOME,
        vec![route(&AwesomeRpc::STOCK, 1, action("awesome"))],
    );
    let by_path = json!({"match": {"path": "/call1"}, "route": action("thrift")});
    let by_path = bare(THRIFT, vec![by_path]).half(json!({"headers": {"request": "none"}}));
    let config = Config::new(&Dubbo)
        .raw_listener(listener(TCP, filter::tcp_proxy("plain dubbo")))
        .raw_listener(listener(GENERIC, generic_proxy()))
        .raw_listener(listener(THRIFT_PROXY, thrift_proxy()))
        .cluster(unbounded("plain dubbo", dubbo.address()).plain())
        .cluster(unbounded("plain thrift", thrift.address()).plain())
        .listener(by_service(OURS))
        .socket_listener(by_service(SOCKETS))
        .cluster(unbounded("dubbo", dubbo.address()))
        .speaking(&AwesomeRpc::STOCK)
        .listener(by_header)
        .cluster(unbounded("awesome", awesome.address()))
        .speaking(&Thrift)
        .listener(by_path)
        .cluster(unbounded("thrift", thrift.address()));
    Envoy::start(programs, &config).await
}

/// As little as there can be beside the module.
fn bare(name: &'static str, routes: Vec<Value>) -> Listener {
    let router = filter::router_with(json!({"dynamic_stats": false}));
    Listener::new(name, routes)
        .manager(json!({"stream_idle_timeout": "0s", "http_filters": [router]}))
}

fn action(cluster: &str) -> Value {
    json!({"cluster": cluster, "timeout": "0s"})
}

/// A cluster that turns nothing away.
fn unbounded(name: &'static str, to: SocketAddr) -> Cluster {
    let many = 1_000_000;
    let thresholds = json!([{
        "max_connections": many,
        "max_pending_requests": many,
        "max_requests": many,
    }]);
    Cluster::new(name, [to]).set(json!({"circuit_breakers": {"thresholds": thresholds}}))
}

fn listener(name: &str, filter: Value) -> Value {
    json!({
        "name": name,
        "address": address(([127, 0, 0, 1], 0).into()),
        "filter_chains": [{"filters": [filter]}],
    })
}

/// Envoy's own proxy of any protocol, with its codec of Dubbo, which routes by the service.
fn generic_proxy() -> Value {
    let package = "envoy.extensions.filters.network.generic_proxy";
    let of = |name: &str, kind: &str, config| typed(name, &format!("{package}.{kind}"), config);
    let action = of(
        "route",
        "action.v3.RouteAction",
        json!({"cluster": "plain dubbo"}),
    );
    let service = of("request-service", "matcher.v3.ServiceMatchInput", json!({}));
    let routes = json!({"matcher_tree": {
        "input": service,
        "exact_match_map": {"map": {"demo.Vault": {"action": action}}},
    }});
    let codec = of(
        "envoy.generic_proxy.codecs.dubbo",
        "codecs.dubbo.v3.DubboCodecConfig",
        json!({}),
    );
    let router = of(
        "envoy.filters.generic.router",
        "router.v3.Router",
        json!({}),
    );
    of(
        "envoy.filters.network.generic_proxy",
        "v3.GenericProxy",
        json!({
            "stat_prefix": "generic",
            "codec_config": codec,
            "filters": [router],
            "route_config": {"name": "routes", "routes": routes},
        }),
    )
}

/// Envoy's own proxy of Thrift, which routes by the method.
fn thrift_proxy() -> Value {
    let to = json!({"match": {"method_name": "call1"}, "route": {"cluster": "plain thrift"}});
    typed(
        "envoy.filters.network.thrift_proxy",
        "envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy",
        json!({
            "stat_prefix": "thrift",
            "transport": "FRAMED",
            "protocol": "BINARY",
            "route_config": {"name": "routes", "routes": [to]},
        }),
    )
}
