//! Properties that HTTP cannot carry, or that name what a proxy acts on, reach the server as they are, and nobody else.

use anyhow::Context;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

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

        let dropped = [
            ("a name", "of two words"),
            ("split", "a: b\r\nx-envoy-retry-on: 5xx"),
            (":status", "204"),
        ];
        let shown = [
            ("x-metaproto-reply", "1"),
            ("x-envoy-retry-on", "5xx"),
            ("transfer-encoding", "chunked"),
            ("connection", "close"),
            ("host", "elsewhere"),
        ];
        let all = [&dropped[..], &shown[..]].concat();
        let mut client = Client::connect(wire, ingress).await?;
        for _ in 0..10 {
            let reply = client.call_tagged(1, &all).await?;
            same("the server", reply.from.as_deref(), Some("blue"))?;
            let received = server.received();
            let last = &received.last().context("nothing was received")?.properties;
            for (key, value) in all.iter().filter(|(_, value)| !value.contains('\r')) {
                same(key, last.get(*key).map(String::as_str), Some(*value))?;
            }
        }
        let envoy = ground.envoy()?;
        let expected = 10 * u64::try_from(dropped.len())?;
        let count = envoy.stat("*.downstream.headers_dropped").await?;
        same("headers_dropped", count, expected)?;
        Ok(())
    })
}
