//! Without request ids, a server gets one request at a time on each connection; the client gets the replies in the order of
//! its requests.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        // Replies overtake each other on the way.
        blue.behave(Behaviour::Late(Duration::from_millis(30)));
        let both = Cluster::new("both", [blue.address(), green.address()]);
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "both"}))],
            ))
            .cluster(both);
        let ingress = ground.start(&config).await?;

        let all = Load {
            operation: 1,
            clients: 4,
            count: 64,
            depth: 8,
        };
        let replies = load(wire, ingress, all).await?;
        same("replies", replies.good(), 256)?;
        same("requests behind others", blue.pipelined(), 0)?;
        ensure!(
            blue.connections() > 1,
            "all requests were on one connection"
        );
        Ok(())
    })
}
