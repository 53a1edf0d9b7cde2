//! Another cluster gets a copy of each request; the client gets one reply.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let action = json!({"cluster": "blue", "request_mirror_policies": [{"cluster": "green"}]});
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, vec![any(action)]))
            .cluster(Cluster::new("blue", [blue.address()]))
            .cluster(Cluster::new("green", [green.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 100, 8).await?;
        same("replies", replies.from("blue"), 100)?;
        let envoy = ground.envoy()?;
        envoy
            .stat_becomes("cluster.green.upstream_rq_200", |count| count == 100)
            .await?;
        same("copies", green.requests(), 100)?;
        same("faults", green.faults(), Vec::new())?;
        same("unanswered", client.waiting(), 0)?;
        Ok(())
    })
}
