//! More requests than a cluster may have under way are answered at once.

use std::time::Duration;

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        server.behave(Behaviour::Late(Duration::from_secs(1)));
        let thresholds = json!([{"max_requests": 3}]);
        let cluster = Cluster::new("blue", [server.address()]);
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(cluster.set(json!({"circuit_breakers": {"thresholds": thresholds}})));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 30, 30).await?;
        same("good replies", replies.from("blue"), 3)?;
        let code = wire.code_of(ErrorType::OverLimit);
        same("refused", replies.code(code), 27)?;
        let overflow = ground
            .envoy()?
            .stat("cluster.blue.upstream_rq_active_overflow")
            .await?;
        same("upstream_rq_active_overflow", overflow, 27)?;
        same("at the server", server.requests(), 3)?;
        Ok(())
    })
}
