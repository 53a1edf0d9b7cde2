//! Requests are denied by a property.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let header = format!("mp-{}", wire.key());
        let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
        let config = Config::new(wire)
            .listener(listener.filter(filter::deny(&header, &wire.operation(2))))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        same("allowed", client.calls(1, 10, 4).await?.from("blue"), 10)?;
        let denied = client.calls(2, 10, 4).await?;
        same(
            "denied",
            denied.code(wire.code_of(ErrorType::Unspecified)),
            10,
        )?;
        same("at the server", server.requests(), 10)?;
        same(
            "rbac.denied",
            ground.envoy()?.stat("http.ingress.rbac.denied").await?,
            10,
        )?;
        Ok(())
    })
}
