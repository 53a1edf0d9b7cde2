//! Clients go away before they are answered: nothing is left of their requests, and others go on.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Silent);
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut clients = Vec::new();
        for _ in 0..5 {
            let mut client = Client::connect_to_abort(wire, ingress).await?;
            for _ in 0..10 {
                client.send(1).await?;
            }
            clients.push(client);
        }
        let envoy = ground.envoy()?;
        let active = "cluster.blue.upstream_rq_active";
        envoy.stat_becomes(active, |active| active == 50).await?;
        drop(clients);
        envoy.stat_becomes(active, |active| active == 0).await?;

        server.behave(Behaviour::Answer);
        let mut client = Client::connect(wire, ingress).await?;
        same("others", client.calls(1, 50, 8).await?.from("blue"), 50)?;
        Ok(())
    })
}
