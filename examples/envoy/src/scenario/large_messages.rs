//! Messages of 10 MB, or as large as the protocol's codec takes them, several at once.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

const LARGE: usize = 10_000_000;

/// What a message has beside its payload, at most, bytes.
const AROUND: usize = 4096;

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
        let most = wire.codec().capabilities().max_frame;
        client.fill(LARGE.min(most - AROUND));
        same("one", client.call(1).await?.from.as_deref(), Some("blue"))?;
        same("several", client.calls(1, 4, 2).await?.from("blue"), 4)?;
        client.fill(0);
        same("then", client.calls(1, 20, 4).await?.from("blue"), 20)?;
        Ok(())
    })
}
