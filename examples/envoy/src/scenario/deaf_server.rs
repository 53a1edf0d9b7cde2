//! A server accepts connections and never reads: what Envoy holds for it is bounded, and requests for others pass.

use serde_json::json;
use tokio::net::TcpListener;

use super::Run;
use super::deaf_client::{send_until_stuck, within_bound};
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS};
use crate::peer::{Bystander, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.forget();
        // The kernel accepts connections for it; nobody else does anything.
        let deaf = TcpListener::bind(("127.0.0.1", 0)).await?;
        let never = json!({"cluster": "red", "timeout": "0s"});
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![
                    route(wire, 1, json!({"cluster": "blue"})),
                    route(wire, 2, never),
                ],
            ))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("red", [deaf.local_addr()?]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(wire, ingress, 1).await?;
        let before = ground.envoy()?.resident()?;
        let mut clients = Vec::new();
        for _ in 0..2 {
            let mut client = Client::connect_to_abort(wire, ingress).await?;
            send_until_stuck(&mut client, 2).await?;
            clients.push(client);
        }
        within_bound(ground, before, clients.len() as u64)?;
        other.finish().await?;
        Ok(())
    })
}
