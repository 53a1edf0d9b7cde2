//! A bucket of tokens in Envoy.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
        let config = Config::new(wire)
            .listener(listener.filter(filter::local_ratelimit(10)))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 50, 8).await?;
        same("let pass", replies.from("blue"), 10)?;
        same(
            "refused",
            replies.code(wire.code_of(ErrorType::OverLimit)),
            40,
        )?;
        same("at the server", server.requests(), 10)?;
        let counted = ground
            .envoy()?
            .stat("*.downstream.local_replies.over_limit")
            .await?;
        same("*.downstream.local_replies.over_limit", counted, 40)?;
        Ok(())
    })
}
