//! Bytes that are not the protocol cost the connection on which they come, and no other.

use std::time::Duration;

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

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
        let mut other = Client::connect(wire, ingress).await?;

        // What came before the malformed bytes is answered.
        server.behave(Behaviour::Late(Duration::from_millis(100)));
        let mut client = Client::connect(wire, ingress).await?;
        client.send(1).await?;
        client.send_bytes(&[0xFF; 40]).await?;
        let reply = client.receive().await?;
        let from = reply.and_then(|reply| reply.from);
        same("before", from.as_deref(), Some("blue"))?;
        same(
            "then",
            client.receive().await.ok().flatten().is_none(),
            true,
        )?;
        server.behave(Behaviour::Answer);
        same("another", other.calls(1, 20, 4).await?.from("blue"), 20)?;
        let envoy = ground.envoy()?;
        envoy
            .stat_becomes("*.downstream.refused", |count| count == 1)
            .await?;

        server.behave(Behaviour::Garbage);
        let bad = wire.code_of(ErrorType::BadResponse);
        same("a bad response", other.call(1).await?.code, bad)?;
        server.behave(Behaviour::Answer);
        same("another", other.calls(1, 20, 4).await?.from("blue"), 20)?;
        envoy
            .stat_becomes("*.upstream.refused", |count| count == 1)
            .await?;
        Ok(())
    })
}
