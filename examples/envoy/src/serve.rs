//! Envoy between real clients and servers: the methods `whose` go to `green`, `down` to a cluster without endpoints, those
//! of the list below to `blue`, and others nowhere.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::config::{Cluster, Config, Listener, filter, route_by};
use crate::envoy::Programs;
use crate::ground::{Ground, INGRESS};
use crate::wire::WIRES;

/// The methods that go to the server `blue`, as a regular expression.
const BLUE: &str = "who|echo|list|divide|add|fail|note|notes|header|attachment";

/// Between whom Envoy stands.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The protocol's codec in the module.
    codec: String,
    blue: SocketAddr,
    green: SocketAddr,
    /// The method whose calls get the property `zone` with the value `blue`.
    changed: Option<String>,
}

/// Says where Envoy listens, and ends with the standard input.
pub(crate) async fn run(options: &Options, programs: Programs) -> Result<()> {
    let mut wires = WIRES.into_iter();
    let wire = wires.find(|wire| wire.codec_name() == options.codec);
    let wire = wire.with_context(|| format!("no codec {}", options.codec))?;
    let key = format!("mp-{}", wire.key());
    let to = |matcher: serde_json::Value, cluster: &str| {
        route_by(&key, matcher, json!({"cluster": cluster, "timeout": "20s"}))
    };
    let mut routes = vec![
        to(json!({"exact": "whose"}), "green"),
        to(json!({"exact": "down"}), "empty"),
    ];
    if let Some(method) = &options.changed {
        let mut changed = to(json!({"exact": method}), "blue");
        changed["request_headers_to_add"] = filter::set_header("mp-zone", "blue");
        routes.push(changed);
    }
    routes.push(to(json!({"safe_regex": {"regex": BLUE}}), "blue"));
    let config = Config::new(wire)
        .listener(Listener::new(INGRESS, routes))
        .cluster(Cluster::new("blue", [options.blue]))
        .cluster(Cluster::new("green", [options.green]))
        .cluster(Cluster::new("empty", []));
    let mut ground = Ground::new(wire.into(), programs);
    let ingress = ground.start(&config).await?;
    println!("listening {}", ingress.port());
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    let finished = ground.finish().await;
    finished.with_context(|| ground.log())
}
