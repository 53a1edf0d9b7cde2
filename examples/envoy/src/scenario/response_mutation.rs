//! Routes set, add and remove properties of responses.

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
        let set = json!({
            "route": {"cluster": "blue"},
            "response_headers_to_add": filter::set_header(&header, "77"),
        });
        let remove = json!({"route": {"cluster": "blue"}, "response_headers_to_remove": [header]});
        let routes = vec![
            route(wire, 1, set),
            route(wire, 2, remove),
            any(json!({"cluster": "blue"})),
        ];
        let shown = json!({"headers": {"response": "all"}});
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes).half(shown.clone()))
            .cluster(Cluster::new("blue", [server.address()]).half(shown));
        let ingress = ground.start(&config).await?;
        let mut client = Client::connect(wire, ingress).await?;

        // What is called, and what the client gets.
        let cases = match wire.tag() {
            None => vec![(1, Some("77"), None), (4, Some("4"), None)],
            Some(_) => {
                server.tag(&[("zone", "green"), ("rest", "kept")]);
                vec![
                    (1, Some("77"), Some("kept")),
                    (2, None, Some("kept")),
                    (4, Some("green"), Some("kept")),
                ]
            }
        };
        for (operation, value, rest) in cases {
            let reply = client.call(operation).await?;
            same("the server", reply.from.as_deref(), Some("blue"))?;
            let found = |key: &str| reply.properties.get(key).map(String::as_str);
            same(tag, found(tag), value)?;
            same("another property", found("rest"), rest)?;
        }
        same("replies", client.calls(1, 100, 8).await?.from("blue"), 100)?;
        Ok(())
    })
}
