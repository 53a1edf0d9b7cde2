//! A server answers with hostile inputs, one on each connection, which then ends: Envoy lives, each request gets a reply, a
//! connection under load gets every reply, and each refusal is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use metaproto_codec::{Direction, RequestId};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Run;
use super::hostile_clients::{CALLED, refused_by};
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::hostile;
use crate::peer::{Bystander, Client, PATIENCE, Server};

/// What the victims call.
const HOSTILE: u16 = 78;

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let inputs = Arc::new(hostile::inputs(wire)?);
        let expected = hostile::refused(wire, Direction::ServerToClient, &inputs) as u64;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let sent = Arc::new(AtomicUsize::new(0));
        let mut hostile = JoinSet::new();
        hostile.spawn(accept(listener, Arc::clone(&inputs), Arc::clone(&sent)));
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![
                    route(wire, CALLED, json!({"cluster": "blue"})),
                    route(wire, HOSTILE, json!({"cluster": "red", "timeout": "5s"})),
                ],
            ))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("red", [address]));
        let ingress = ground.start(&config).await?;
        let other = Bystander::start(wire, ingress, CALLED).await?;

        // A request may meet a connection that is just being closed, and so no input.
        for attempt in 0.. {
            if sent.load(Ordering::Relaxed) >= inputs.len() {
                break;
            }
            ensure!(attempt < 3 * inputs.len(), "the server is not asked");
            let mut client = Client::connect(wire, ingress).await?;
            client.send(HOSTILE).await?;
            let reply = client.message().await?.context("closed without a reply")?;
            if wire.has_ids() {
                same("the id", reply.request_id(), Some(RequestId::Number(1)))?;
            }
        }
        let envoy = ground.envoy()?;
        let refused = "*.upstream.refused";
        let refused = envoy.stat_becomes(refused, |count| count >= expected).await;
        same("refused", refused?, expected)?;
        same("by rules", refused_by(ground).await? >= expected, true)?;
        other.finish().await?;
        Ok(())
    })
}

async fn accept(listener: TcpListener, inputs: Arc<Vec<Vec<u8>>>, sent: Arc<AtomicUsize>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream, Arc::clone(&inputs), Arc::clone(&sent)));
    }
}

/// Answers the first bytes with the next input, and the end.
async fn answer(
    mut stream: TcpStream,
    inputs: Arc<Vec<Vec<u8>>>,
    sent: Arc<AtomicUsize>,
) -> Result<()> {
    let mut request = vec![0; 4096];
    if stream.read(&mut request).await? == 0 {
        return Ok(());
    }
    if let Some(input) = inputs.get(sent.fetch_add(1, Ordering::Relaxed)) {
        stream.write_all(input).await?;
    }
    stream.shutdown().await?;
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    Ok(())
}
