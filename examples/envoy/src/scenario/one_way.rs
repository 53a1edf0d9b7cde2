//! One-way requests are forwarded, and not answered.

use std::time::Duration;

use anyhow::bail;
use metaproto_codec::MessageType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![route(wire, 1, json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        for _ in 0..20 {
            client.send_one_way(1).await?;
            // Nobody learns that there is no route.
            client.send_one_way(2).await?;
        }
        same(
            "between",
            client.call(1).await?.from.as_deref(),
            Some("blue"),
        )?;
        let envoy = ground.envoy()?;
        let answered = "http.ingress.downstream_rq_completed";
        envoy.stat_becomes(answered, |count| count == 41).await?;
        same("at the server", server.count(MessageType::OneWay), 20)?;
        tokio::select! {
            message = client.message() => bail!("a one-way request was answered: {message:?}"),
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
        Ok(())
    })
}
