//! Messages travel as bodies of HTTP, where filters see them.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let inline = json!({"body": "inline"});
        let tag = wire.tag().unwrap_or(wire.key());
        let set = filter::set_header(&format!("mp-{tag}"), "77");
        let routes = vec![
            route(
                wire,
                1,
                json!({"route": {"cluster": "blue"}, "request_headers_to_add": set}),
            ),
            any(json!({"cluster": "blue"})),
        ];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes).half(inline.clone()))
            .cluster(Cluster::new("blue", [server.address()]).half(inline));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        same(
            "a call",
            client.call(1).await?.from.as_deref(),
            Some("blue"),
        )?;
        let received = server.received();
        let found = received.last().and_then(|last| last.properties.get(tag));
        same(tag, found.map(String::as_str), Some("77"))?;
        let all = Load {
            operation: 2,
            clients: 4,
            count: 100,
            depth: 8,
        };
        same("replies", load(wire, ingress, all).await?.from("blue"), 400)?;
        Ok(())
    })
}
