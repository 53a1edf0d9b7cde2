//! A change that the codec refuses is an error for the client, and counted.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let header = format!("mp-{}", wire.fixed());
        let set = json!({
            "route": {"cluster": "blue"},
            "request_headers_to_add": filter::set_header(&header, "other"),
        });
        let routes = vec![route(wire, 1, set), any(json!({"cluster": "blue"}))];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 10, 4).await?;
        same(
            "refused",
            replies.code(wire.code_of(ErrorType::Unspecified)),
            10,
        )?;
        same("at the server", server.requests(), 0)?;
        let counted = ground.envoy()?.stat("*.upstream.mutations_refused").await?;
        same("*.upstream.mutations_refused", counted, 10)?;
        same("others", client.calls(2, 10, 4).await?.from("blue"), 10)?;
        Ok(())
    })
}
