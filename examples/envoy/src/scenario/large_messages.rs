//! Messages of 10 MB, or as large as the protocol's codec takes them, several at once.

use serde_json::json;
use tokio::task::JoinSet;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

const LARGE: usize = 10_000_000;
const CLIENTS: usize = 3;

/// What a message has beside its payload, at most, bytes.
const AROUND: usize = 4096;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;
        let most = wire.codec().capabilities().max_frame;
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn(async move {
                let mut client = Client::connect(wire, ingress).await?;
                client.fill(LARGE.min(most - AROUND));
                // One at a time: it does not read while it writes.
                same("large", client.calls(1, 2, 1).await?.from("blue"), 2)?;
                client.fill(0);
                same("then", client.calls(1, 20, 4).await?.from("blue"), 20)
            });
        }
        while let Some(client) = clients.join_next().await {
            client??;
        }
        Ok(())
    })
}
