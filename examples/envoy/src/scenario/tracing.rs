//! A span for each message, with its properties; its id can travel on in the message.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter};
use crate::ground::{Ground, INGRESS, same};
use crate::helper::Collector;
use crate::peer::{Client, PATIENCE, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let collector = Collector::start().await?;
        let header = format!("mp-{}", wire.key());
        let tags = json!([{"tag": "called", "request_header": {"name": header}}]);
        let manager = json!({
            "generate_request_id": true,
            "tracing": {"provider": filter::zipkin(), "custom_tags": tags},
        });
        let mut action = json!({"route": {"cluster": "blue"}});
        if let Some(tag) = wire.tag() {
            let id = filter::set_header(&format!("mp-{tag}"), "%TRACE_ID%");
            action["request_headers_to_add"] = id;
        }
        let listener = Listener::new(INGRESS, vec![any(action)]).manager(manager);
        let config = Config::new(wire)
            .listener(listener)
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("collector", [collector.address()]).plain());
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        same("replies", client.calls(1, 10, 4).await?.from("blue"), 10)?;
        let called = Value::from(wire.operation(1));
        let is_ours = |span: &Value| span["tags"]["called"] == called;
        let until = Instant::now() + PATIENCE;
        let mut ids: Vec<String> = Vec::new();
        while ids.len() < 10 {
            ensure!(Instant::now() < until, "only {} spans have come", ids.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
            let spans = collector.spans().into_iter().filter(is_ours);
            ids = spans
                .filter_map(|span| Some(span["traceId"].as_str()?.to_owned()))
                .collect();
        }
        if let Some(tag) = wire.tag() {
            let received = server.received();
            let seen = received
                .iter()
                .filter_map(|it| it.properties.get(tag).cloned());
            let mut seen: Vec<String> = seen.collect();
            seen.sort_unstable();
            ids.sort_unstable();
            same("ids at the server", seen, ids)?;
        }
        Ok(())
    })
}
