//! One connection has 3000 requests under way at once, which are answered last first; beyond its limit, it waits.

use anyhow::Context;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

const MANY: usize = 3000;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let limits =
            json!({"thresholds": [{"max_requests": 10_000, "max_pending_requests": 10_000}]});
        let room = json!({"limits": {"in_flight": MANY}});
        let config = Config::new(wire)
            .listener(
                Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]).half(room.clone()),
            )
            .cluster(
                Cluster::new("blue", [server.address()])
                    .half(room)
                    .set(json!({"circuit_breakers": limits})),
            );
        let ingress = ground.start(&config).await?;
        let mut client = Client::connect(wire, ingress).await?;
        server.behave(Behaviour::Reversed(MANY));
        let all = client.calls(1, MANY, MANY).await?;
        same("all at once", all.from("blue"), MANY)?;
        same("connections to the server", server.connections(), 1)?;

        // More than may be in flight: the rest waits in the connection.
        server.behave(Behaviour::Answer);
        for _ in 0..2 * MANY {
            client.send(1).await?;
        }
        for _ in 0..2 * MANY {
            let reply = client.receive().await?.context("closed")?;
            same("a reply", reply.from.as_deref(), Some("blue"))?;
        }
        Ok(())
    })
}
