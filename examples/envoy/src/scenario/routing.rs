//! Routes choose a cluster by the operation.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let routes = vec![
            route(wire, 1, json!({"cluster": "blue"})),
            route(wire, 2, json!({"cluster": "green"})),
        ];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [blue.address()]))
            .cluster(Cluster::new("green", [green.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        for (operation, name) in [(1, "blue"), (2, "green"), (1, "blue")] {
            let reply = client.call(operation).await?;
            same("the server", reply.from.as_deref(), Some(name))?;
        }
        let reply = client.call(3).await?;
        same(
            "no route",
            reply.code,
            wire.code_of(ErrorType::RouteNotFound),
        )?;

        let all = |operation| Load {
            operation,
            clients: 4,
            count: 100,
            depth: 8,
        };
        let (to_blue, to_green) =
            tokio::try_join!(load(wire, ingress, all(1)), load(wire, ingress, all(2)),)?;
        same("of blue", to_blue.from("blue"), 400)?;
        same("of green", to_green.from("green"), 400)?;
        same("at blue", blue.requests(), 402)?;
        same("at green", green.requests(), 401)?;
        Ok(())
    })
}
