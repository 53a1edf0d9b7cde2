//! Each of the hostile inputs comes on a connection of its own, which then ends: Envoy lives, a connection under load gets
//! every reply, and each refusal is counted, with the rule that was broken.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use metaproto_codec::Direction;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, route};
use crate::ground::{Ground, INGRESS, same};
use crate::hostile;
use crate::peer::{Bystander, PATIENCE, Server};

/// What the bystander calls; no hostile input does.
pub(super) const CALLED: u16 = 77;

/// Hostile connections at a time.
const AT_ONCE: usize = 8;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let victim = Server::start(wire, "green").await?;
        let config = Config::new(wire)
            .listener(
                Listener::new(
                    INGRESS,
                    vec![
                        route(wire, CALLED, json!({"cluster": "blue"})),
                        any(json!({"cluster": "green", "timeout": "0.5s"})),
                    ],
                )
                // The time of a stream that is never closed.
                .manager(json!({"stream_idle_timeout": "1s"})),
            )
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("green", [victim.address()]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(wire, ingress, CALLED).await?;

        let inputs = hostile::inputs(wire)?;
        let expected = hostile::refused(wire, Direction::ClientToServer, &inputs) as u64;
        let mut attacks = JoinSet::new();
        for input in inputs.into_iter().map(Arc::new) {
            if attacks.len() >= AT_ONCE {
                attacks.join_next().await.context("none")???;
            }
            attacks.spawn(attack(ingress, input));
        }
        while let Some(attack) = attacks.join_next().await {
            attack??;
        }
        let envoy = ground.envoy()?;
        let refused = "*.downstream.refused";
        let refused = envoy.stat_becomes(refused, |count| count >= expected).await;
        same("refused", refused?, expected)?;
        same("by rules", refused_by(ground).await? >= expected, true)?;
        other.finish().await?;
        Ok(())
    })
}

/// How many refusals were counted by the rules that were broken, on both sides.
pub(super) async fn refused_by(ground: &Ground) -> Result<u64> {
    let stats = ground.envoy()?.stats().await?;
    let rules = stats
        .iter()
        .filter(|(name, _)| name.contains(".refused_by."));
    Ok(rules.map(|(_, count)| count).sum())
}

/// Sends the input and its end, and waits until Envoy has closed the connection.
async fn attack(to: SocketAddr, input: Arc<Vec<u8>>) -> Result<()> {
    let mut stream = TcpStream::connect(to).await?;
    // It may be closed before all is sent.
    if stream.write_all(&input).await.is_ok() {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    closed
        .map(|_| ())
        .with_context(|| format!("not closed after {:02x?}", &input[..input.len().min(32)]))
}
