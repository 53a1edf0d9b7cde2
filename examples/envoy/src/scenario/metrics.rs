//! The module and Envoy count.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        same("good", client.calls(1, 30, 4).await?.from("blue"), 30)?;
        server.behave(Behaviour::Fail);
        let failed = client.calls(1, 20, 4).await?;
        same("failed", failed.code(wire.failed()), 20)?;
        let envoy = ground.envoy()?;
        for (name, count) in [
            ("*.downstream.messages.request", 50),
            ("*.downstream.messages.response", 30),
            ("*.downstream.messages.error", 20),
            ("http.ingress.downstream_rq_total", 50),
            ("http.ingress.downstream_rq_2xx", 30),
            ("http.ingress.downstream_rq_5xx", 20),
            ("cluster.blue.upstream_rq_200", 30),
            ("cluster.blue.upstream_rq_500", 20),
            ("*.downstream.refused", 0),
            ("*.upstream.refused", 0),
        ] {
            let stat = envoy.stat_becomes(name, |found| found == count).await;
            stat?;
        }
        Ok(())
    })
}
