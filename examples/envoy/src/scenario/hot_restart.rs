//! Another process of Envoy takes over.

use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::envoy::Envoy;
use crate::ground::{Ground, INGRESS, free_address, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Late(Duration::from_millis(500)));
        // The new process finds the socket of the old one by its address.
        let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
        let config = Config::new(wire)
            .listener(listener.at(free_address()?))
            .cluster(Cluster::new("blue", [server.address()]));
        let first = ["--use-dynamic-base-id", "--base-id-path", "base-id"];
        let mut old = Envoy::start_with(&ground.programs, &config, &first).await?;
        let base_id = std::fs::read_to_string(old.path("base-id"))?;
        let ingress = old.listener(INGRESS).await?;
        let mut client = Client::connect(wire, ingress).await?;
        for _ in 0..8 {
            client.send(1).await?;
        }
        old.stat_becomes("*.downstream.messages.request", |count| count == 8)
            .await?;

        let second = ["--restart-epoch", "1", "--base-id", base_id.trim()];
        let new = Envoy::start_with(&ground.programs, &config, &second).await?;
        ground.keep(new).await?;
        // The old process answers what it has begun.
        for _ in 0..8 {
            let reply = client.receive().await?.context("a reply is lost")?;
            same("the server", reply.from.as_deref(), Some("blue"))?;
        }
        server.behave(Behaviour::Answer);
        let ingress = ground.envoy()?.listener(INGRESS).await?;
        let mut client = Client::connect(wire, ingress).await?;
        same("replies", client.calls(1, 100, 8).await?.from("blue"), 100)?;
        old.ended().await?;
        same("replies", client.calls(1, 100, 8).await?.from("blue"), 100)?;
        Ok(())
    })
}
