//! A server is killed under load and started again, several times: each request gets one reply, an error perhaps, and
//! afterwards all are good.

use std::time::Duration;

use anyhow::Result;
use metaproto_codec::ErrorType;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

const CLIENTS: usize = 4;
const KILLS: usize = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// How long the clients call.
const LONG: Duration = Duration::from_millis(1600);

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let mut server = Server::start(wire, "blue").await?;
        let address = server.address();
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [address]));
        let ingress = ground.start(&config).await?;
        let lost = wire.code_of(ErrorType::NoHealthyUpstream);
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn(async move {
                let mut client = Client::connect(wire, ingress).await?;
                let until = tokio::time::Instant::now() + LONG;
                let (mut good, mut failed) = (0, 0);
                while tokio::time::Instant::now() < until {
                    let replies = client.calls(1, 40, 8).await?;
                    good += replies.good();
                    failed += replies.code(lost);
                    same("replies", replies.good() + replies.code(lost), 40)?;
                    sleep(Duration::from_millis(1)).await;
                }
                Result::<_>::Ok((client, good, failed))
            });
        }
        for _ in 0..KILLS {
            sleep(PAUSE).await;
            drop(server);
            sleep(PAUSE).await;
            server = Server::start_at(wire, "blue", address).await?;
        }
        let mut failures = 0;
        while let Some(client) = clients.join_next().await {
            let (mut client, good, failed) = client??;
            failures += failed;
            same("some were good", good > 0, true)?;
            let replies = client.calls(1, 40, 4).await?;
            same("at the end", replies.from("blue"), 40)?;
        }
        same("some were lost", failures > 0, true)?;
        Ok(())
    })
}
