//! The service that is called is the domain of a virtual host.

use anyhow::Context;
use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let (key, service) = wire.service().context("no services")?;
        for (domain, is_there) in [(service, true), ("other.Service", false)] {
            let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
            let config = Config::new(wire)
                .listener(listener.half(json!({"authority": key})).domain(domain))
                .cluster(Cluster::new("blue", [server.address()]));
            let ingress = ground.start(&config).await?;
            let reply = Client::connect(wire, ingress).await?.call(1).await?;
            if is_there {
                same("the server", reply.from.as_deref(), Some("blue"))?;
            } else {
                same(
                    "no route",
                    reply.code,
                    wire.code_of(ErrorType::RouteNotFound),
                )?;
            }
        }
        Ok(())
    })
}
