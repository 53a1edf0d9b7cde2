//! Requests of many clients share one connection; replies come in any order and find their way back.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Reversed(64));
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        // All 64 that may be under way must be, for the server to answer any.
        let all = Load {
            operation: 1,
            clients: 8,
            count: 8,
            depth: 8,
        };
        for _ in 0..4 {
            let replies = load(wire, ingress, all).await?;
            same("replies", replies.from("blue"), 64)?;
        }
        same("connections", server.connections(), 1)?;
        same("faults", server.faults(), Vec::new())?;
        Ok(())
    })
}
