//! Connections are spread over two worker threads, each with a store of its own.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let config = Config::new(wire)
            .concurrency(2)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;
        let all = Load {
            operation: 1,
            clients: 16,
            count: 50,
            depth: 4,
        };
        same("replies", load(wire, ingress, all).await?.from("blue"), 800)?;
        if wire.has_ids() {
            same("connections", server.connections(), 2)?;
        }
        Ok(())
    })
}
