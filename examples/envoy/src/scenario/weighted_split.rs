//! Requests are split by weight.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same, within};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let clusters = json!([{"name": "blue", "weight": 90}, {"name": "green", "weight": 10}]);
        let action = json!({"weighted_clusters": {"clusters": clusters}});
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, vec![any(action)]))
            .cluster(Cluster::new("blue", [blue.address()]))
            .cluster(Cluster::new("green", [green.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 1000, 8).await?;
        // Of 1000, more than 5 deviations from 100 come once in a million runs.
        within("of green", replies.from("green"), 50..=150)?;
        same("replies", replies.good(), 1000)?;
        Ok(())
    })
}
