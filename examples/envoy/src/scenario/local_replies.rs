//! What Envoy answers by itself is an error of the protocol, and the connection goes on.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, free_address, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let nobody = free_address()?;
        let direct = |status: u16| json!({"direct_response": {"status": status}});
        let routes = vec![
            route(wire, 1, json!({"cluster": "blue"})),
            route(wire, 2, json!({"cluster": "down"})),
            route(wire, 3, json!({"cluster": "empty"})),
            route(wire, 4, direct(429)),
            route(wire, 5, direct(403)),
            route(wire, 6, direct(504)),
        ];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("down", [nobody]))
            .cluster(Cluster::new("empty", []));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let expected = [
            (2, ErrorType::NoHealthyUpstream),
            (3, ErrorType::NoHealthyUpstream),
            (4, ErrorType::OverLimit),
            (5, ErrorType::Unspecified),
            (6, ErrorType::BadResponse),
            (7, ErrorType::RouteNotFound),
        ];
        for (operation, error) in expected {
            let reply = client.call(operation).await?;
            same(error.as_str(), reply.code, wire.code_of(error))?;
            let reply = client.call(1).await?;
            same("after it", reply.from.as_deref(), Some("blue"))?;
        }
        let envoy = ground.envoy()?;
        for (error, count) in [
            (ErrorType::NoHealthyUpstream, 2),
            (ErrorType::OverLimit, 1),
            (ErrorType::Unspecified, 1),
            (ErrorType::BadResponse, 1),
            (ErrorType::RouteNotFound, 1),
        ] {
            let name = format!("*.downstream.local_replies.{}", error.as_str());
            same(&name, envoy.stat(&name).await?, count)?;
        }
        Ok(())
    })
}
