//! A reply that does not come in time is an error; when it comes, it is dropped.

use std::time::Duration;

use anyhow::ensure;
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
        server.behave(Behaviour::Late(Duration::from_millis(600)));
        let action = json!({"cluster": "blue", "timeout": "0.2s"});
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, vec![any(action)]))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 4, 4).await?;
        same(
            "in time",
            replies.code(wire.code_of(ErrorType::BadResponse)),
            4,
        )?;
        for reply in &replies.0 {
            let took = reply.took.as_millis();
            ensure!(took >= 190, "a reply took {took} ms");
        }
        server.behave(Behaviour::Answer);
        same("then", client.calls(1, 20, 4).await?.from("blue"), 20)?;
        if wire.has_ids() {
            tokio::time::sleep(Duration::from_millis(600)).await;
            // What the upstream half has counted is told with the next request.
            same(
                "at last",
                client.call(1).await?.from.as_deref(),
                Some("blue"),
            )?;
            let envoy = ground.envoy()?;
            let late = "*.upstream.late_responses";
            envoy.stat_becomes(late, |count| count == 4).await?;
            same("connections", server.connections(), 1)?;
        }
        Ok(())
    })
}
