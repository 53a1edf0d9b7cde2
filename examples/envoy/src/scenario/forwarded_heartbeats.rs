//! Heartbeats of clients are routed like requests, if the configuration says so.

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
        let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
        let config = Config::new(wire)
            .listener(listener.half(json!({"heartbeats": "forward"})))
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
        same("at the server", server.count(MessageType::Ping), 5)?;
        Ok(())
    })
}
