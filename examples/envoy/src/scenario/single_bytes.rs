//! Client and server write every byte for itself.

use anyhow::Context;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.drip();
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;
        let mut client = Client::connect(wire, ingress).await?;
        for _ in 0..10 {
            for byte in client.compose(1, &[])? {
                client.send_bytes(&[byte]).await?;
                tokio::task::yield_now().await;
            }
        }
        for _ in 0..10 {
            let reply = client.receive().await?.context("closed")?;
            same("a reply", reply.from.as_deref(), Some("blue"))?;
        }
        Ok(())
    })
}
