//! The configuration of Envoy: what is to be in it, and how it is written.

mod cluster;
mod limits;
mod listener;
mod matching;
mod module;
mod route;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::document::attributes::Attribute;
use crate::document::destination_rule::{HashOf, Policy};
use crate::document::meta_router::{Change, LocalLimit};
use crate::hosts::Reach;
use crate::options::Options;

/// What the file says of itself.
const HEAD: &str = "# Written by metaproto-mesh for Envoy 1.40. Change the documents of the mesh and write it anew.\n";

/// A complete configuration of Envoy 1.40.
#[derive(Clone, Debug)]
pub struct Envoy {
    config: Value,
    skipped: Vec<String>,
}

impl Envoy {
    pub(crate) fn of(plan: Plan, options: &Options, skipped: Vec<String>) -> Self {
        let shown = |codec: &str| plan.shown.get(codec).cloned().unwrap_or_default();
        let listeners = plan.listeners.iter();
        let listeners: Vec<Value> = listeners
            .map(|it| listener::render(it, &shown(&it.codec), options))
            .collect();
        let clusters = plan.clusters.iter();
        let clusters: Vec<Value> = clusters
            .map(|(name, it)| {
                let codec = it.codec.as_deref();
                let socket = codec.map(|codec| module::socket(codec, &shown(codec), options));
                cluster::render(name, it, socket)
            })
            .collect();
        let mut config = json!({});
        if let Some(admin) = options.admin {
            config["admin"] = json!({ "address": address(admin) });
        }
        config["static_resources"] = json!({ "listeners": listeners, "clusters": clusters });
        Self { config, skipped }
    }

    /// The configuration as YAML.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let yaml = serde_saphyr::to_string_with_options(&self.config, options);
        // Writing to a string does not fail, and JSON has no value that YAML could not express.
        HEAD.to_owned() + &yaml.unwrap_or_default()
    }

    /// The configuration as JSON, which Envoy reads as well.
    #[must_use]
    pub fn config(&self) -> &Value {
        &self.config
    }

    /// Documents that have nothing to do with the mesh, such as a `Deployment`, and of which nothing is here.
    #[must_use]
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }
}

/// What is to be in a configuration.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) listeners: Vec<Listener>,
    /// By name.
    pub(crate) clusters: BTreeMap<String, Cluster>,
    /// By codec. Both halves of the module must be told the same, and clusters serve all listeners of a codec.
    pub(crate) shown: BTreeMap<String, Shown>,
}

/// Properties of messages that routes, limits and changes look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) request: BTreeSet<String>,
    pub(crate) response: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) codec: String,
    pub(crate) address: SocketAddr,
    pub(crate) routes: Vec<Route>,
    pub(crate) local_limit: Option<LocalLimit>,
    pub(crate) global_limit: Option<GlobalLimit>,
}

#[derive(Debug)]
pub(crate) struct Route {
    /// Empty where it has none.
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    /// Names and weights.
    pub(crate) clusters: Vec<(String, u64)>,
    pub(crate) hash: Option<HashOf>,
    pub(crate) mirror: Option<Mirror>,
    pub(crate) request: Vec<Change>,
    pub(crate) response: Vec<Change>,
}

#[derive(Debug)]
pub(crate) struct Mirror {
    pub(crate) cluster: String,
    /// Millionths of the messages.
    pub(crate) millionths: u32,
}

#[derive(Debug)]
pub(crate) struct GlobalLimit {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) domain: String,
    pub(crate) timeout: Duration,
    pub(crate) deny_on_fail: bool,
    pub(crate) cluster: String,
    /// Properties and keys.
    pub(crate) descriptors: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct Cluster {
    /// `None` for a service that speaks gRPC.
    pub(crate) codec: Option<String>,
    pub(crate) reach: Reach,
    pub(crate) policy: Policy,
}

fn address(address: SocketAddr) -> Value {
    json!({ "socket_address": { "address": address.ip(), "port_value": address.port() } })
}
