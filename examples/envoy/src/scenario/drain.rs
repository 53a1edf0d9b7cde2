//! Envoy drains: what is under way is answered, and connections end.

use std::time::Duration;

use anyhow::Context;
use bytes::Buf;
use metaproto_codec::Output;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Late(Duration::from_millis(300)));
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        for _ in 0..8 {
            client.send(1).await?;
        }
        let envoy = ground.envoy()?;
        envoy
            .stat_becomes("*.downstream.messages.request", |count| count == 8)
            .await?;
        envoy.post("/drain_listeners?graceful").await?;
        for _ in 0..8 {
            let reply = client.receive().await?.context("a reply is lost")?;
            same("the server", reply.from.as_deref(), Some("blue"))?;
        }
        // What comes while Envoy drains is answered too, or the connection has ended.
        server.behave(Behaviour::Answer);
        while client.send(1).await.is_ok() {
            match client.receive().await {
                Ok(Some(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                Ok(None) | Err(_) => break,
            }
        }
        // A protocol that has words for it says so once.
        let mut words = Output::new();
        wire.codec().go_away(&mut words)?;
        let words = usize::from(words.has_remaining());
        same("goodbyes", client.events(), words)
    })
}
