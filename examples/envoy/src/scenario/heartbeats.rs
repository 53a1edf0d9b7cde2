//! Heartbeats of clients and of servers are answered in Envoy.

use anyhow::Context;
use metaproto_codec::{MessageType, RequestId};
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

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

        let mut client = Client::connect(wire, ingress).await?;
        for id in 900..905 {
            let ping = wire.ping(id).context("no heartbeats")?;
            client.send_bytes(&ping).await?;
            let pong = client.message().await?.context("closed")?;
            same("the answer", pong.kind(), MessageType::Pong)?;
            same("its id", pong.request_id(), Some(RequestId::Number(id)))?;
        }
        same(
            "heartbeats at the server",
            server.count(MessageType::Ping),
            0,
        )?;
        same(
            "a call",
            client.call(1).await?.from.as_deref(),
            Some("blue"),
        )?;

        server.send(&wire.ping(77).context("no heartbeats")?);
        let envoy = ground.envoy()?;
        // The counters of the upstream half are not told to Envoy before something is.
        for _ in 0..100 {
            client.call(1).await?;
            if server.count(MessageType::Pong) > 0 {
                break;
            }
        }
        same("answers at the server", server.count(MessageType::Pong), 1)?;
        let name = "*.downstream.messages.ping";
        envoy.stat_becomes(name, |count| count >= 5).await?;
        same("calls", client.calls(1, 20, 4).await?.from("blue"), 20)?;
        Ok(())
    })
}
