//! Clients vanish with requests under way, and in the middle of one, while another is under load.

use anyhow::ensure;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS};
use crate::peer::{Behaviour, Bystander, Client, Server};

const CLIENTS: usize = 10;
const REQUESTS: usize = 10;

/// Bytes of a payload.
const LARGE: usize = 32 << 10;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let silent = Server::start(wire, "green").await?;
        silent.behave(Behaviour::Silent);
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![
                    route(wire, 1, json!({"cluster": "blue"})),
                    route(wire, 2, json!({"cluster": "green"})),
                ],
            ))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("green", [silent.address()]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(wire, ingress, 1).await?;
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let mut client = Client::connect_to_abort(wire, ingress).await?;
            client.fill(LARGE);
            for _ in 0..REQUESTS {
                client.send(2).await?;
            }
            let half = client.compose(2, &[])?;
            client.send_bytes(&half[..half.len() / 2]).await?;
            clients.push(client);
        }
        let envoy = ground.envoy()?;
        let all = (CLIENTS * REQUESTS) as u64;
        let active = "cluster.green.upstream_rq_active";
        envoy.stat_becomes(active, |active| active == all).await?;
        let kept = envoy.stat("*.store_bytes").await?;
        ensure!(kept >= all * LARGE as u64, "only {kept} bytes are kept");
        drop(clients);
        envoy.stat_becomes(active, |active| active == 0).await?;
        // The bystander has a few under way, and some that linger; all of them are small.
        envoy
            .stat_becomes("*.store_bytes", |kept| kept < LARGE as u64)
            .await?;
        other.finish().await?;
        Ok(())
    })
}
