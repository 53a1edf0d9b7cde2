//! What the documents do not say.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What the documents do not say about the Envoy that is to be configured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address on which listeners are bound, each at the port of its host. Default 127.0.0.1.
    pub address: IpAddr,
    /// Listeners that are bound elsewhere, by `HOST` or, where a host has several ports, `HOST:PORT`.
    pub listen: BTreeMap<String, SocketAddr>,
    /// Whether only hosts with a `MetaRouter`, and those in `listen`, have listeners. Default: all hosts with a port of a
    /// known protocol.
    pub only_routed: bool,
    /// The name of the module: its file is `libNAME.so`.
    pub module: String,
    /// The domain of the cluster, in which the full names of services end. Default `cluster.local`.
    pub cluster_domain: String,
    /// Where Envoy's admin interface listens. Default: nowhere.
    pub admin: Option<SocketAddr>,
    /// How long a request may take before it is answered with an error. Default: as long as it takes.
    pub timeout: Option<Duration>,
}

impl Options {
    /// All as stated above, for the module of this name.
    #[must_use]
    pub fn new(module: &str) -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            listen: BTreeMap::new(),
            only_routed: false,
            module: module.to_owned(),
            cluster_domain: "cluster.local".to_owned(),
            admin: None,
            timeout: None,
        }
    }
}
