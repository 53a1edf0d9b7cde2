//! Routes set, add and remove properties of requests.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let tag = wire.tag().unwrap_or(wire.key());
        let header = format!("mp-{tag}");
        let set = |value: &str| {
            let set = filter::set_header(&header, value);
            json!({"route": {"cluster": "blue"}, "request_headers_to_add": set})
        };
        let remove = json!({"route": {"cluster": "blue"}, "request_headers_to_remove": [header]});
        let routes = vec![
            route(wire, 1, set("77")),
            route(wire, 2, remove),
            any(json!({"cluster": "blue"})),
        ];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;
        let mut client = Client::connect(wire, ingress).await?;

        // What is sent, and what arrives.
        let sent = [(tag, "green"), ("rest", "kept")];
        let none = &sent[..0];
        let cases = match wire.tag() {
            // It is changed wherever it goes.
            None => vec![(1, none, Some("77"), None), (4, none, Some("4"), None)],
            Some(_) => vec![
                (1, none, Some("77"), None),
                (1, &sent[..], Some("77"), Some("kept")),
                (2, none, None, None),
                (2, &sent[..], None, Some("kept")),
                (4, none, None, None),
                (4, &sent[..], Some("green"), Some("kept")),
            ],
        };
        for (operation, properties, value, rest) in cases {
            let reply = client.call_tagged(operation, properties).await?;
            same("the server", reply.from.as_deref(), Some("blue"))?;
            let received = server.received();
            let found = received.last().map(|last| &last.properties);
            let found = |key: &str| found.and_then(|found| found.get(key)).map(String::as_str);
            same(tag, found(tag), value)?;
            same("another property", found("rest"), rest)?;
        }
        // Many at once, none of which may get what is another's.
        same("replies", client.calls(1, 100, 8).await?.from("blue"), 100)?;
        Ok(())
    })
}
