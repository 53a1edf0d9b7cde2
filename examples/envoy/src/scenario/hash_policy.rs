//! The same value of a property goes to the same endpoint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let policy = json!([{"header": {"header_name": format!("mp-{}", wire.key())}}]);
        let action = json!({"cluster": "both", "hash_policy": policy});
        let both = Cluster::new("both", [blue.address(), green.address()]);
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, vec![any(action)]))
            .cluster(both.set(json!({"lb_policy": "RING_HASH"})));
        let ingress = ground.start(&config).await?;

        let mut homes = BTreeMap::<u16, BTreeSet<Option<String>>>::new();
        for _ in 0..5 {
            let mut client = Client::connect(wire, ingress).await?;
            for operation in 1..=20 {
                let reply = client.call(operation).await?;
                homes.entry(operation).or_default().insert(reply.from);
            }
        }
        let strays = homes.values().filter(|home| home.len() != 1).count();
        same("operations with several homes", strays, 0)?;
        let used: BTreeSet<_> = homes.into_values().flatten().flatten().collect();
        same("endpoints", used.len(), 2)?;
        Ok(())
    })
}
