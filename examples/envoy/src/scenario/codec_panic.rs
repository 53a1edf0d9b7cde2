//! A codec panics: when it reads a request, when it reads a response, and when it writes an error. Each costs the connection
//! on which it happens, and no other.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Bystander, Client, Server};
use crate::wire::{AwesomeRpc, Wire};

/// awesomeRPC with a codec that panics.
const WIRE: &dyn Wire = &AwesomeRpc::PANICKING;

/// How often each happens.
const TIMES: u64 = 5;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        ground.panics = true;
        let [request, response, local_reply] = AwesomeRpc::PANICS;
        let server = Server::start(WIRE, "blue").await?;
        let victim = Server::start(WIRE, "green").await?;
        let config = Config::new(WIRE)
            .listener(Listener::new(
                INGRESS,
                vec![
                    route(WIRE, 1, json!({"cluster": "blue"})),
                    route(WIRE, response, json!({"cluster": "green"})),
                ],
            ))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("green", [victim.address()]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(WIRE, ingress, 1).await?;
        for _ in 0..TIMES {
            for operation in [request, local_reply] {
                let mut client = Client::connect(WIRE, ingress).await?;
                client.send(operation).await?;
                let end = client.receive().await;
                same("closed", end.ok().flatten().is_none(), true)?;
            }
            // The connection to the server is lost, and the client is told so.
            let mut client = Client::connect(WIRE, ingress).await?;
            let lost = WIRE.code_of(ErrorType::NoHealthyUpstream);
            same("lost", client.call(response).await?.code, lost)?;
        }
        other.finish().await?;
        let envoy = ground.envoy()?;
        for (counter, count) in [
            ("*.downstream.panics", 2 * TIMES),
            ("*.upstream.panics", TIMES),
        ] {
            let panics = envoy.stat_becomes(counter, |panics| panics == count).await;
            panics?;
        }
        Ok(())
    })
}
