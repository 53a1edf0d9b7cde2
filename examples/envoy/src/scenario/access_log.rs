//! One line for each message, with its properties.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, filter, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, PATIENCE, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("access.log");
        let format = format!(
            "%REQ(MP-{})% %RESPONSE_CODE% %UPSTREAM_CLUSTER% %RESPONSE_FLAGS% %REQ(:AUTHORITY)% %PATH(NQ)%",
            wire.key().to_ascii_uppercase()
        );
        let log = filter::access_log(&path, &format);
        let routes = vec![
            route(wire, 1, json!({"cluster": "blue"})),
            route(wire, 2, json!({"cluster": "blue"})),
        ];
        let listener = Listener::new(INGRESS, routes).manager(json!({"access_log": [log]}));
        let config = Config::new(wire)
            .listener(listener)
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        client.call(1).await?;
        server.behave(Behaviour::Fail);
        client.call(2).await?;
        client.call(3).await?;
        let until = Instant::now() + PATIENCE;
        let mut text = String::new();
        while text.lines().count() < 3 {
            ensure!(Instant::now() < until, "the log has only {text:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
            text = std::fs::read_to_string(&path).unwrap_or_default();
        }
        let starts = [(1, "200 blue -"), (2, "500 blue -"), (3, "404 - NR")];
        for ((operation, rest), line) in starts.into_iter().zip(text.lines()) {
            let start = format!(
                "{} {rest} {} /",
                wire.operation(operation),
                wire.codec_name()
            );
            let path = line.strip_prefix(&start);
            let path = path.with_context(|| format!("{line:?} does not start with {start:?}"))?;
            ensure!(
                !path.contains('?'),
                "the path says more than the operation: {line:?}"
            );
        }
        same("lines", text.lines().count(), 3)?;
        Ok(())
    })
}
