//! A client that has sent its last request gets all replies, and then the end.

use std::time::Duration;

use anyhow::Context;
use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Late(Duration::from_millis(200)));
        let routes = vec![route(wire, 1, json!({"cluster": "blue"}))];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        for operation in [1, 1, 1, 2] {
            client.send(operation).await?;
        }
        client.end().await?;
        let no_route = wire.code_of(ErrorType::RouteNotFound);
        for _ in 0..4 {
            let reply = client.receive().await?.context("a reply is lost")?;
            match reply.operation {
                1 => same("the server", reply.from.as_deref(), Some("blue"))?,
                _ => same("no route", reply.code, no_route)?,
            }
        }
        same("more", client.receive().await?.is_none(), true)?;

        // Nothing is owed to this one.
        let mut client = Client::connect(wire, ingress).await?;
        client.end().await?;
        same("more", client.receive().await?.is_none(), true)?;
        Ok(())
    })
}
