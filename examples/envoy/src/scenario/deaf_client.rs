//! A client sends requests and never reads: soon it is not read either, and Envoy holds no more than [`BOUND`] for it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use tokio::time::timeout;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS};
use crate::peer::{Bystander, Client, Server};

/// By how much Envoy's resident memory may grow for a client, bytes: the requests that a connection may have unanswered, 32 MiB by
/// default, their responses, and buffers.
const BOUND: u64 = 96 << 20;

/// Bytes of a payload.
const LARGE: usize = 64 << 10;

/// How long a client must wait until it is clear that it is not read any more, and how long it sends at most.
const STUCK: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(5);

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.forget();
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(wire, ingress, 1).await?;
        let before = ground.envoy()?.resident()?;
        let mut deaf = Client::connect_to_abort(wire, ingress).await?;
        let is_stuck = send_until_stuck(&mut deaf, 1).await?;
        ensure!(is_stuck, "a client that never reads is read on");
        within_bound(ground, before, 1)?;
        other.finish().await?;
        Ok(())
    })
}

/// Sends large requests; answers whether there came a time when they were not read any more.
pub(super) async fn send_until_stuck(client: &mut Client, operation: u16) -> Result<bool> {
    client.fill(LARGE);
    let until = Instant::now() + LONG;
    while Instant::now() < until {
        match timeout(STUCK, client.send(operation)).await {
            Ok(sent) => sent?,
            Err(_) => return Ok(true),
        }
    }
    Ok(false)
}

/// Envoy has not grown too much for so many clients.
pub(super) fn within_bound(ground: &Ground, before: u64, clients: u64) -> Result<()> {
    let grown = ground.envoy()?.resident()?.saturating_sub(before);
    ensure!(
        grown <= clients * BOUND,
        "Envoy grew by {} MiB",
        grown >> 20
    );
    Ok(())
}
