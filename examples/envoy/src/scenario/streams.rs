//! Streams are opened, carry data both ways and are closed, beside calls on the same connection.

use anyhow::Context;
use metaproto_codec::MessageType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};
use crate::wire::{StreamFrame, stream_frame};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let forever = |cluster: &str| json!({"cluster": cluster, "timeout": "0s"});
        let routes = vec![
            route(wire, 1, forever("blue")),
            route(wire, 2, forever("green")),
        ];
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, routes))
            .cluster(Cluster::new("blue", [blue.address()]))
            .cluster(Cluster::new("green", [green.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        // Two streams, to two servers; whatever is sent comes back.
        for (id, operation) in [(11, 1), (12, 2)] {
            let open = stream_frame(id, StreamFrame::Open(operation))?;
            client.send_bytes(&open).await?;
            expect(&mut client, id.into(), MessageType::StreamInit, b"").await?;
        }
        for number in 0..10_u8 {
            for id in [11, 12] {
                let payload = vec![number; 100 * usize::from(number)];
                let data = stream_frame(id, StreamFrame::Data(&payload))?;
                client.send_bytes(&data).await?;
                expect(&mut client, id.into(), MessageType::StreamData, &payload).await?;
            }
            let reply = client.call(1).await?;
            same("a call", reply.from.as_deref(), Some("blue"))?;
        }
        for id in [11, 12] {
            client
                .send_bytes(&stream_frame(id, StreamFrame::Close)?)
                .await?;
            expect(&mut client, id.into(), MessageType::StreamClose, b"").await?;
        }
        for server in [&blue, &green] {
            same(
                "frames at a server",
                server.count(MessageType::StreamData),
                10,
            )?;
        }
        Ok(())
    })
}

async fn expect(
    client: &mut Client,
    id: u64,
    kind: MessageType,
    data: &[u8],
) -> anyhow::Result<()> {
    let frame = client.message().await?.context("closed")?;
    same("a frame", frame.kind(), kind)?;
    same("its stream", frame.stream_id(), Some(id))?;
    if kind == MessageType::StreamData {
        same("its data", frame.body(), data)?;
    }
    Ok(())
}
