//! Each request is balanced by itself, whatever connection it came on.

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
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "both"}))],
            ))
            .cluster(Cluster::new("both", [blue.address(), green.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 400, 8).await?;
        within("of blue", replies.from("blue"), 190..=210)?;
        within("of green", replies.from("green"), 190..=210)?;
        same("replies", replies.good(), 400)?;
        Ok(())
    })
}
